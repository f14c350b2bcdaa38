//go:build browser

// Package status tests the page of `pizco serve -g` in a browser, which is large: the tag keeps the
// tests apart. `make test-browser` runs them.
package status

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/pizco-go/pizco/interop/program"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/test/chromium"
	"github.com/pizco-go/pizco/test/tool"
)

// binary is the path of the tool.
var binary string

func TestMain(m *testing.M) {
	os.Exit(tool.Main(m, func(path string) { binary = path }))
}

// servings are the arguments that serve from Go, and from the oldest and the newest Python.
func servings(t *testing.T) map[string][]string {
	t.Helper()
	fixtures, err := filepath.Abs("../../python_fixtures")
	if err != nil {
		t.Fatal(err)
	}
	ways := map[string][]string{"go": {"serve"}}
	for _, python := range []pyenv.Interpreter{pyenv.Oldest(t), pyenv.Newest(t)} {
		ways["python"+python.Version] = []string{"serve", "--python", "--interpreter", python.PizcoPython, "-p", fixtures}
	}
	return ways
}

// run runs the tool to its end and checks its exit code and what it has written.
func run(t *testing.T, code int, want string, args ...string) {
	t.Helper()
	p := tool.Start(t, binary, args...)
	if got := p.Wait(); got != code || p.Output() != want {
		t.Errorf("%v: exit code %d, want %d, and %q, want %q", args, got, code, p.Output(), want)
	}
}

// browser returns a context of a headless Chromium, which scripts/setup --browser installs.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*program.Limit)
	t.Cleanup(cancel)
	ctx, end, err := chromium.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return ctx
}

// shows waits until an element of the page has that text.
func shows(id, want string) chromedp.Action[chromedp.Void] {
	return chromedp.Poll[chromedp.Void](`document.getElementById("`+id+`").textContent.includes(`+"`"+want+"`"+`)`, chromedp.WithPollingTimeout(program.Limit))
}

// TestStatusPage opens the page of each kind of server in a real browser, sees what happens live,
// reloads and closes it.
func TestStatusPage(t *testing.T) {
	ctx := browser(t)
	for name, args := range servings(t) {
		t.Run(name, func(t *testing.T) {
			server := tool.Start(t, binary, append(args, "-g", "--no-browser")...)
			endpoint := server.Line("Server started at ")
			url := server.Line("Status page at ")
			pub := tool.Start(t, binary, "info", endpoint).Line("PUB ")

			tab, closeTab := chromedp.NewContext(ctx)
			defer closeTab()
			check := func(what string, actions ...chromedp.Action[chromedp.Void]) {
				t.Helper()
				if err := chromedp.Do(tab, actions...); err != nil {
					limited, cancel := context.WithTimeout(tab, 5*time.Second)
					defer cancel()
					text, _ := chromedp.Run(limited, chromedp.Text("body"))
					t.Fatalf("%s: %v\nthe page shows:\n%s", what, err, text)
				}
			}
			check("the empty server", chromedp.Navigate(url), shows("class", "Nothing served yet"), shows("rep", endpoint),
				shows("pub", pub), shows("state", "closing this page stops the server"))
			run(t, 0, "", "instantiate", endpoint, "robot.Robot")
			check("the class", shows("class", "robot.Robot"), shows("client-table", "tcp://"))
			run(t, 1, "ValueError: a robot is not younger than 0\n", "set", "--new", endpoint, "age", "-1")
			check("the exception", shows("errors", "1"), shows("recent-table", "setattr age"),
				shows("recent-table", "ValueError: a robot is not younger than 0"))
			watcher := tool.Start(t, binary, "watch", "-n", "2", endpoint, "arm_moved")
			watcher.Line("watching ")
			check("the signal", shows("signal-table", "arm_moved"), shows("signals", "1"))
			run(t, 0, "", "call", endpoint, "move_arm", "3")
			run(t, 0, "", "call", endpoint, "move_arm", "4")
			watcher.Wait()
			check("the notifications", shows("notifications", "2"), shows("signals", "0"))
			check("the page again", chromedp.Reload(), shows("class", "robot.Robot"), shows("notifications", "2"))
			run(t, 0, "Robbie\n", "get", endpoint, "name")

			closeTab()
			if code := server.Wait(); code != 0 || !strings.HasSuffix(server.Output(), "Server stopped\n") {
				t.Errorf("ended with %d:\n%s", code, server.Output())
			}
		})
	}
}
