package cli

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/cli/browser"
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
	// What the system's starter prints is of no interest.
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	err := browser.OpenURL(url)
	if err == nil {
		return nil
	}
	return errors.Join(append(errs, err)...)
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
