package cli_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// isHarmlessTerminal is isHarmless for what a terminal shows, but for the sequences of the prompt's
// editor, and lines of a str's own.
func isHarmlessTerminal(t *testing.T, what string, term *terminal) {
	t.Helper()
	out := escapes.ReplaceAllString(strings.ReplaceAll(term.Output(), "\r\nfaked line", ""), "")
	isHarmless(t, what, out)
	if strings.Contains(term.Output(), "\x1b[2J") || strings.Contains(term.Output(), "owned\x07") {
		t.Errorf("%s steers the terminal: %q", what, term.Output())
	}
}

// callPoison makes calls of what has poison for its name and its arguments.
func callPoison(t *testing.T, endpoint string) {
	t.Helper()
	proxy, err := goagent.Dial(t.Context(), endpoint)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = proxy.Close() }()
	for _, name := range []string{poison, "hello"} {
		if err := proxy.Call(t.Context(), nil, name, poison, &py.Object{Callable: py.Class{Module: poison, Name: poison}}); err == nil {
			t.Errorf("%q is a method", name)
		}
	}
	var got any
	if err := proxy.Echo(t.Context(), &got, poison); err != nil {
		t.Fatal(err)
	}
}

// TestHostileLogs reads what servers and gateways log about clients.
func TestHostileLogs(t *testing.T) {
	server := newTerminal(t, []string{"NO_COLOR=1"}, "serve", "-v", "-g", "--no-browser")
	server.WaitFor("the server", func(out string) bool { return strings.Contains(out, "Status page at ") })
	endpoint := strings.TrimSpace(server.Line("Server started at "))
	callPoison(t, endpoint)
	server.WaitFor("the calls in the log", func(out string) bool { return strings.Contains(out, "hello") && strings.Contains(out, "faked line") })
	isHarmlessTerminal(t, "serve -v", server)

	for _, form := range []string{"text", "json"} {
		gateway := newTerminal(t, []string{"NO_COLOR=1"}, "gateway", "--listen", "127.0.0.1:0", "--log", form, "--target", "a="+hostileGo(t))
		at := strings.TrimSpace(gateway.Line("Gateway at "))
		for _, path := range []string{"v1/a", "v1/a/attributes/text", "v1/a/attributes/" + url.PathEscape(poison), "v1/" + url.PathEscape(poison)} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("User-Agent", "a\u202eb\u009b31m")
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
		}
		gateway.WaitFor("the last request in the log", func(out string) bool { return strings.Count(out, "faked line") >= 2 })
		isHarmlessTerminal(t, "gateway --log "+form, gateway)
	}
}

// TestHostileTaps shows a conversation that is poison while it goes on, and again.
func TestHostileTaps(t *testing.T) {
	endpoint, file := hostileGo(t), filepath.Join(t.TempDir(), "recording")
	for _, args := range [][]string{{"--record", file}, {"--brief"}, {"--dis"}} {
		tap := newTerminal(t, []string{"NO_COLOR=1"}, append(append([]string{"tap"}, args...), exampleAnyPort, endpoint)...)
		at, _, _ := strings.Cut(tap.Line("Tap at "), " ")
		proxy, err := goagent.Dial(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{poison, "other", "raises", "hello"} {
			_ = proxy.Call(t.Context(), nil, name, poison) // whatever comes of it
		}
		_ = proxy.Close()
		tap.WaitFor("the calls", func(out string) bool { return strings.Contains(out, "hello") })
		tap.Interrupt()
		isHarmlessTerminal(t, "tap "+args[0], tap)
	}
	for _, form := range []string{"text", "json"} {
		replay := newTerminal(t, []string{"NO_COLOR=1"}, "-o", form, "tap", "replay", file, endpoint)
		replay.Wait()
		if !strings.Contains(replay.Output(), "hello") {
			t.Errorf("nothing is replayed: %q", replay.Output())
		}
		isHarmlessTerminal(t, "tap replay", replay)
	}
}

// TestHostileShell uses the shell on a terminal.
func TestHostileShell(t *testing.T) {
	shell := newTerminal(t, []string{"NO_COLOR=1"}, "shell", "--name", "p", "--history", filepath.Join(t.TempDir(), "history"), hostileGo(t))
	shell.WaitFor("the prompt", func(string) bool { return strings.Contains(shell.plain(0), prompt) })
	for _, line := range []string{"p.hello()", "p.other", "p.raises()", "dir(p)", "p.text", "p.x" + tab} {
		shell.typed(line+newline, "\n"+prompt)
	}
	shell.typed(ctrlD, "")
	shell.Wait()
	isHarmlessTerminal(t, "shell", shell)
}

// TestHostileReencoding reads pickles that are broken, and writes others.
func TestHostileReencoding(t *testing.T) {
	data, err := pickle.Marshal(&py.Object{Callable: py.Class{Module: poison, Name: poison}, Args: py.Tuple{poison}})
	if err != nil {
		t.Fatal(err)
	}
	for _, input := range []string{string(data), string(data[:len(data)-1]), "cm\n" + strings.ReplaceAll(poison, "\n", "") + "\n)R.", "I" + poison, "S'" + poison} {
		for _, args := range [][]string{{"--format", "hex"}, {"--check"}, {"--format", "base64", "-p", "0"}} {
			r := runWith(t, settings{stdin: input}, append([]string{"pickle", "reencode"}, args...)...)
			isHarmless(t, "reencode "+strings.Join(args, " "), r.stdout+r.stderr)
		}
	}
}

// TestStatusPageShowsText holds that the page, which shows what clients say, makes no elements of
// it.
func TestStatusPageShowsText(t *testing.T) {
	page, err := os.ReadFile("status/page.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", ".href", ".src"} {
		if strings.Contains(string(page), way) {
			t.Errorf("the page uses %s", way)
		}
	}
}
