package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// fakeBrowser is a program that opens the page that its argument names, sees the server's state
// arrive, and goes away as a browser does when its window is closed.
const fakeBrowser = `#!%s
import sys
from urllib.request import urlopen

url = sys.argv[-1]
assert b'Pizco Server' in urlopen(url, timeout=30).read()
with urlopen(url + 'events', timeout=30) as events:
    assert b'"class":"robot.Robot"' in events.readline()
    with open(sys.argv[0] + '.opened', 'w') as file:
        file.write(' '.join(sys.argv[1:]))
`

// writeBrowser makes a browser of that name, with Python.
func writeBrowser(t *testing.T, folder, name string) {
	t.Helper()
	path := filepath.Join(folder, name)
	text := strings.Replace(fakeBrowser, "%s", pyenv.Newest(t).PizcoPython, 1)
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// TestServeOpensTheBrowser has serve -g open the user's own browser, or the system's; the server
// stops with the page.
func TestServeOpensTheBrowser(t *testing.T) {
	rows := map[string]struct {
		browser string // FOLDER is where the fake browsers are
		path    bool   // whether they are looked for by their names
		opened  string
		want    string // what its arguments were
	}{
		"BROWSER":                {"FOLDER/firefox", false, "firefox", "URL"},
		"BROWSER with arguments": {"FOLDER/firefox --new-window %s", false, "firefox", "--new-window URL"},
		"the second of BROWSER":  {"FOLDER/none:false %s:FOLDER/firefox", false, "firefox", "URL"},
		"the system's":           {"", true, "xdg-open", "URL"},
		"none of BROWSER":        {"FOLDER/none", true, "xdg-open", "URL"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			writeBrowser(t, folder, "firefox")
			writeBrowser(t, folder, "xdg-open")
			env := []string{"BROWSER=" + strings.ReplaceAll(row.browser, "FOLDER", folder)}
			if row.path {
				env = append(env, "PATH="+folder)
			}
			server := startWith(t, env, "serve", "-g", "--class", "robot.Robot")
			url := server.Line("Status page at ")
			if code := server.Wait(); code != 0 || !strings.HasSuffix(server.Output(), "Server stopped\n") {
				t.Errorf("ended with %d:\n%s", code, server.Output())
			}
			opened, err := os.ReadFile(filepath.Join(folder, row.opened+".opened"))
			if want := strings.ReplaceAll(row.want, "URL", url); err != nil || string(opened) != want {
				t.Errorf("%v, the browser was given %q, want %q", err, opened, want)
			}
		})
	}
}

// TestServeWithoutABrowser says where the page is when there is no browser, and goes on.
func TestServeWithoutABrowser(t *testing.T) {
	server := startWith(t, []string{"PATH=" + t.TempDir(), "BROWSER=/nonexistent/firefox"}, "serve", "-g")
	server.Line("Press CTRL+c to stop ...")
	if said := server.Line("pizco: no browser could be opened ("); !strings.Contains(said, "open the address above in one") {
		t.Errorf("%q", said)
	}
	if code := server.Interrupt(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	folder := t.TempDir()
	writeBrowser(t, folder, "xdg-open")
	quiet := startWith(t, []string{"PATH=" + folder, "BROWSER="}, "serve", "-g", "--no-browser", "--class", "robot.Robot")
	quiet.Line("Press CTRL+c to stop ...")
	if code := quiet.Interrupt(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	if _, err := os.Stat(filepath.Join(folder, "xdg-open.opened")); err == nil {
		t.Error("--no-browser has opened one")
	}
}
