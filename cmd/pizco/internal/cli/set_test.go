package cli_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestSetOfNothing assigns to a name that the object does not have, and onto a method and a signal,
// only when --new says so.
func TestSetOfNothing(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Robot)
		for name, reason := range map[string]string{"agee": "no attribute agee: --new", "greet": "greet is a method", "arm_moved": "arm_moved is a method, a signal"} {
			r := run(t, "set", endpoint, name, "5")
			if r.code != 2 || !strings.Contains(r.stderr, reason) {
				t.Errorf("set %s: exit code %d, %s", name, r.code, r.stderr)
			}
		}
		run(t, "call", endpoint, "greet", "'you'").want(t, 0, "Hello, you! I am Robbie.\n", "")
		run(t, "set", endpoint, "age", "5").want(t, 0, "", "")
		if p.python != nil { // a server in Go takes no new attributes
			run(t, "set", "--new", endpoint, "agee", "5").want(t, 0, "", "")
			run(t, "get", endpoint, "agee").want(t, 0, "5\n", "")
		}
	})
}

// TestClassWithoutModule says what is missing before anything is started or asked.
func TestClassWithoutModule(t *testing.T) {
	for _, args := range [][]string{
		{"serve", "--class", "Scope"}, {"serve", "--python", "--class", "Scope"}, {"serve", "--class", ".Scope"}, {"serve", "--class", "scope."},
		{"instantiate", "tcp://127.0.0.1:1", "Scope"},
	} {
		if r := run(t, args...); r.code != 2 || !strings.Contains(r.stderr, "needs its module before it, as in robot.Robot") {
			t.Errorf("%v: exit code %d, %s", args, r.code, r.stderr)
		}
	}
}
