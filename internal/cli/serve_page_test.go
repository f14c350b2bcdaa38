//go:build browser

package cli_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/pizco-go/pizco/internal/chromium"
)

// The tests of the status page need a browser, which is large: the tag keeps them apart. `make
// test-browser` runs them.

// browser returns a context of a headless Chromium, which scripts/setup --browser installs.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*limit)
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
	return chromedp.Poll[chromedp.Void](`document.getElementById("`+id+`").textContent.includes(`+"`"+want+"`"+`)`, chromedp.WithPollingTimeout(limit))
}

// TestStatusPage opens the page of each kind of server in a real browser, sees what happens live,
// reloads and closes it.
func TestStatusPage(t *testing.T) {
	ctx := browser(t)
	for name, args := range servings(t) {
		t.Run(name, func(t *testing.T) {
			server := start(t, append(args, "-g", "--no-browser")...)
			endpoint := server.line("Server started at ")
			url := server.line("Status page at ")
			pub := strings.TrimPrefix(strings.Split(run(t, "info", endpoint).stdout, "\n")[1], "PUB ")

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
			run(t, "instantiate", endpoint, "robot.Robot").want(t, 0, "", "")
			check("the class", shows("class", "robot.Robot"), shows("client-table", "tcp://"))
			run(t, "set", endpoint, "age", "-1").want(t, 1, "", "ValueError: a robot is not younger than 0\n")
			check("the exception", shows("errors", "1"), shows("recent-table", "setattr age"),
				shows("recent-table", "ValueError: a robot is not younger than 0"))
			watcher := start(t, "watch", "-n", "2", endpoint, "arm_moved")
			watcher.line("watching ")
			check("the signal", shows("signal-table", "arm_moved"), shows("signals", "1"))
			run(t, "call", endpoint, "move_arm", "3").want(t, 0, "", "")
			run(t, "call", endpoint, "move_arm", "4").want(t, 0, "", "")
			watcher.wait()
			check("the notifications", shows("notifications", "2"), shows("signals", "0"))
			check("the page again", chromedp.Reload(), shows("class", "robot.Robot"), shows("notifications", "2"))
			run(t, "get", endpoint, "name").want(t, 0, "Robbie\n", "")

			closeTab()
			if code := server.wait(); code != 0 || !strings.HasSuffix(server.output(), "Server stopped\n") {
				t.Errorf("ended with %d:\n%s", code, server.output())
			}
		})
	}
}

// TestStatusPageIsPrivate answers nobody who does not know the address, or comes by another name.
func TestStatusPageIsPrivate(t *testing.T) {
	server := start(t, "serve", "-g", "--no-browser")
	url := server.line("Status page at ")
	for _, row := range []struct {
		url, host string
		want      int
	}{
		{url, "", 200},
		{url[:strings.LastIndex(strings.TrimSuffix(url, "/"), "/")+1], "", 404},
		{url, "evil.example", 403},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, row.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if row.host != "" {
			request.Host = row.host
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != row.want {
			t.Errorf("%s as %q: %s, want %d", row.url, row.host, response.Status, row.want)
		}
	}
	if code := server.interrupt(); code != 0 {
		t.Errorf("ended with %d", code)
	}
}
