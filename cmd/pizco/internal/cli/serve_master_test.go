package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// TestServeDevelopmentLine serves a class of Python with the original's development line, and sees
// by an exception that it is that line.
func TestServeDevelopmentLine(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		for _, line := range python.DevelopmentLines(t) {
			t.Run(python.Version+" "+line.Name, func(t *testing.T) {
				env := []string{"PYTHONPATH=" + line.Folder, "PZC_KEY=secret"}
				server := startWith(t, env, "serve", "--python", "--interpreter", python.PizcoPython,
					"--path", filepath.Dir(python.Script("robot.py")), "--class", "robot.Robot", "--arg", "'Marvin'", "--kwarg", "age=37")
				endpoint := server.Line("Server started at ")
				key := settings{env: []string{"PZC_KEY=secret"}}
				runWith(t, key, "get", endpoint, "name").want(t, 0, "Marvin\n", "")
				runWith(t, key, "set", endpoint, "age", "38").want(t, 0, "", "")
				runWith(t, key, "get", endpoint, "age").want(t, 0, "38\n", "")
				if r := runWith(t, key, "get", endpoint, "no_such_attribute"); r.code == 0 || !strings.Contains(r.stderr, "no_such_attribute") {
					t.Errorf("a missing attribute: exit code %d\n%s", r.code, r.stderr)
				}
				wantTraceback(t, endpoint)
				runWith(t, key, "stop", endpoint)
				if code := server.Wait(); code != 0 {
					t.Errorf("stopped, the tool ends with %d", code)
				}
			})
		}
	}
}

// wantTraceback asks a server for an attribute that is missing: only the development line sends a
// traceback with the exception.
func wantTraceback(t *testing.T, endpoint string) {
	t.Helper()
	raised := missingRaises(t, endpoint, goagent.WithKey(wire.NewKey([]byte("secret"))))
	if pair, _ := raised.(py.Tuple); len(pair) != 2 {
		t.Errorf("raises %s, want an exception and a traceback", py.Repr(raised))
	}
}

// missingRaises asks a server for an attribute that is missing and returns what it raises, as it is
// sent.
func missingRaises(t *testing.T, endpoint string, options ...goagent.AgentOption) any {
	t.Helper()
	agent, err := goagent.NewAgent(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := agent.Close(); err != nil {
			t.Error(err)
		}
	})
	missing := py.StrDict(py.Item{Key: "name", Value: "no_such_attribute"})
	var answer any
	if err := agent.Request(t.Context(), endpoint, py.Tuple{"PSMessage", "getattr", missing}, &answer); err != nil {
		t.Fatal(err)
	}
	parts, _ := answer.(py.Tuple)
	if len(parts) != 3 || parts[1] != "raise" {
		t.Fatalf("answered %s", py.Repr(answer))
	}
	return parts[2]
}
