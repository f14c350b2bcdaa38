package cli_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// withOriginals runs a test with the original's server of the object that holds what cannot be
// sent, on the oldest and the newest Python.
func withOriginals(t *testing.T, test func(t *testing.T, endpoint string)) {
	t.Helper()
	for _, p := range peers(t) {
		if p.python == nil {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			test(t, p.serve(t, pyenv.Hazards))
		})
	}
}

// looking runs the tool, and then once more to see that the server still answers.
func looking(t *testing.T, endpoint string, args ...string) result {
	t.Helper()
	r := run(t, args...)
	if after := run(t, "-t", "20s", "call", endpoint, "greet"); after.stdout != "Hello\n" {
		t.Fatalf("after %q the server answers no more: %s\n%s%s", args, after.stderr, r.stdout, r.stderr)
	}
	return r
}

// TestCommandsHarmNothing looks with every command of the tool at what the original cannot send.
func TestCommandsHarmNothing(t *testing.T) {
	withOriginals(t, func(t *testing.T, endpoint string) {
		for _, hazard := range []string{"pool", "lock", "file", "generator"} {
			r := looking(t, endpoint, "get", endpoint, hazard)
			if r.code != 5 || r.stdout != "" || !strings.Contains(r.stderr, hazard+" was not read (its repr is <") || !strings.Contains(r.stderr, "--insist") {
				t.Errorf("get %s: exit code %d, %s%s", hazard, r.code, r.stdout, r.stderr)
			}
			for _, name := range []string{hazard + "_in_list", hazard + "_in_dict"} {
				if r := looking(t, endpoint, "get", "-o", "json", endpoint, name); r.code != 5 {
					t.Errorf("get %s: exit code %d, %s", name, r.code, r.stderr)
				}
			}
			if r := looking(t, endpoint, "item", endpoint, hazard+"_in_dict", "'a'"); r.code != 5 || !strings.Contains(r.stderr, "--insist") {
				t.Errorf("item of %s_in_dict: exit code %d, %s", hazard, r.code, r.stderr)
			}
		}
		for range 2 {
			looking(t, endpoint, "get", endpoint, "changing")
			looking(t, endpoint, "get", endpoint, "busy")
		}
		looking(t, endpoint, "get", endpoint, "function").want(t, 0, "<RemoteAttribute function>\n", "")
		looking(t, endpoint, "get", endpoint, "count").want(t, 0, "3\n", "")
		looking(t, endpoint, "get", "--insist", endpoint, "count").want(t, 0, "3\n", "")
		looking(t, endpoint, "item", "--insist", endpoint, "lock_in_dict", "'b'").want(t, 0, "2\n", "")
		for _, args := range [][]string{{"inspect", endpoint}, {"__complete", "-t", "60s", "call", endpoint, ""}, {"__complete", "-t", "60s", "get", endpoint, "l"}} {
			if r := looking(t, endpoint, args...); !slices.Contains(strings.Split(r.stdout, "\n"), "greet") {
				t.Errorf("%v: %s%s", args, r.stdout, r.stderr)
			}
		}
		looking(t, endpoint, "info", endpoint)
		looking(t, endpoint, "bench", "-n", "5", endpoint)
		for _, name := range []string{"name", "lock", "missing"} {
			if r := looking(t, endpoint, "watch", endpoint, name); r.code != 2 || !strings.Contains(r.stderr, "no signal "+name) {
				t.Errorf("watch %s: exit code %d, %s", name, r.code, r.stderr)
			}
		}
		watching := start(t, "watch", "-n", "1", endpoint, "moved")
		watching.Line("watching ")
		looking(t, endpoint, "call", endpoint, "emit", "'lock'")
	})
}

// TestShellHarmsNothing looks at the same from the prompt.
func TestShellHarmsNothing(t *testing.T) {
	withOriginals(t, func(t *testing.T, endpoint string) {
		for _, statement := range []string{
			"proxy.pool", "proxy.lock", "proxy.file_in_list", "proxy.generator_in_dict", "proxy.lock_in_dict['a']", "proxy.lock_in_list[1]",
			"proxy.busy", "proxy.changing", "proxy.changing", "proxy.function", "dir(proxy)", "proxy.lock.connect(print)", "proxy.name.connect(print)",
		} {
			r := runWith(t, settings{stdin: statement + "\nproxy.greet()\n"}, "shell", endpoint)
			if r.code == 0 && !strings.HasSuffix(r.stdout, "'Hello'\n") || strings.Contains(statement, "lock") && r.code == 0 {
				t.Errorf("%s: exit code %d, %s%s", statement, r.code, r.stdout, r.stderr)
			}
			looking(t, endpoint, "info", endpoint)
		}
	})
}

// TestShellCompletionHarmsNothing types Tab at the prompt.
func TestShellCompletionHarmsNothing(t *testing.T) {
	withOriginals(t, func(t *testing.T, endpoint string) {
		term := newTerminal(t, nil, "shell", "--history", "", endpoint)
		term.typed("", "leave.\n")
		term.typed("proxy.gre"+tab+"()"+newline, "\n'Hello'\n")
		term.typed("proxy.loc"+tab+newline, "")
		term.typed("proxy.greet()"+newline, "\n'Hello'\n")
		term.typed("exit"+newline, "")
		term.Wait()
		looking(t, endpoint, "info", endpoint)
	})
}

// TestJSONHarmsNothing looks at an original that writes json, which has no way back from sets and
// exceptions.
func TestJSONHarmsNothing(t *testing.T) {
	for _, p := range peers(t) {
		if p.python == nil {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			endpoint := p.python.Serve(t, pyenv.Hazards, pyenv.WithArgs("--serializer", "json")).RepEndpoint
			for _, args := range [][]string{
				{"inspect", endpoint}, {"__complete", "-t", "60s", "call", endpoint, ""}, {"watch", endpoint, "name"}, {"watch", endpoint, "busy"},
				{"get", endpoint, "lock"}, {"get", endpoint, "missing"}, {"get", endpoint, "busy"}, {"item", endpoint, "tools", "'middle'"},
			} {
				looking(t, endpoint, args...)
			}
			r := runWith(t, settings{stdin: "dir(proxy)\nproxy.count\n"}, "shell", endpoint)
			if !strings.HasSuffix(r.stdout, "\n3\n") || !strings.Contains(r.stdout, "'greet'") {
				t.Errorf("%s%s", r.stdout, r.stderr)
			}
			looking(t, endpoint, "get", endpoint, "count").want(t, 0, "3\n", "")
		})
	}
}

// TestStatusHarmsNothing reads the status page of a server of the original with the hazards, and
// what it is told.
func TestStatusHarmsNothing(t *testing.T) {
	for name, args := range servings(t) {
		if name == "go" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			server := start(t, append(args, "-g", "--no-browser")...)
			endpoint := server.Line("Server started at ")
			url := server.Line("Status page at ")
			run(t, "instantiate", endpoint, "hazards.Hazards").want(t, 0, "", "")
			for range 3 {
				page(t, url)
				looking(t, endpoint, "get", endpoint, "lock")
			}
		})
	}
}

// page reads the beginning of a page.
func page(t *testing.T, url string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20)); err != nil || answer.StatusCode != http.StatusOK || len(text) == 0 {
		t.Errorf("%s: %d, %v", url, answer.StatusCode, err)
	}
}
