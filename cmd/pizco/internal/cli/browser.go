package cli

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// envBrowser names the variable with the user's own browsers: commands separated by colons. %s in a
// command stands for the address, as Python's webbrowser and xdg-open read it.
const envBrowser = "BROWSER"

// openBrowser opens an address in the first of the user's browsers that can, else in the system's.
// It returns when that has ended, which a browser that was not running yet does when the user
// closes it.
func openBrowser(url string) error {
	var errs []error
	for command := range strings.SplitSeq(os.Getenv(envBrowser), ":") {
		words := browserCommand(command, url)
		if len(words) == 0 {
			continue
		}
		cmd := exec.Command(words[0], words[1:]...)
		// A group of its own: Ctrl-C ends the tool and not the browser.
		cmd.SysProcAttr = ownGroup()
		err := cmd.Run()
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	err := openSystemBrowser(url)
	if err == nil {
		return nil
	}
	return errors.Join(append(errs, err)...)
}

// openSystemBrowser opens an address as the system does. What the starter prints is of no interest.
func openSystemBrowser(url string) error {
	starters := starters()
	var names []string
	for _, words := range starters {
		if _, err := exec.LookPath(words[0]); err == nil {
			return exec.Command(words[0], append(words[1:], url)...).Run()
		}
		names = append(names, words[0])
	}
	return &exec.Error{Name: strings.Join(names, ", "), Err: exec.ErrNotFound}
}

// starters returns the system's commands that open an address, the best first.
func starters() [][]string {
	switch runtime.GOOS {
	case "windows":
		return [][]string{{"rundll32", "url.dll,FileProtocolHandler"}}
	case "darwin":
		return [][]string{{"open"}}
	}
	return [][]string{{"xdg-open"}, {"x-www-browser"}, {"www-browser"}, {"wslview"}}
}

// browserCommand returns the words of a command with the address put in, or at the end.
func browserCommand(command, url string) []string {
	words := strings.Fields(command)
	if len(words) == 0 {
		return nil
	}
	if !strings.Contains(command, "%s") {
		return append(words, url)
	}
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "%s", url)
	}
	return words
}
