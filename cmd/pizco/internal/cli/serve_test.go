package cli_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// servings are the ways to start a server that is given its object later.
func servings(t *testing.T) map[string][]string {
	t.Helper()
	fixtures, err := filepath.Abs("../../../../python_fixtures")
	if err != nil {
		t.Fatal(err)
	}
	ways := map[string][]string{"go": {"serve"}}
	for _, python := range []pyenv.Interpreter{pyenv.Oldest(t), pyenv.Newest(t)} {
		ways["python"+python.Version] = []string{"serve", "--python", "--interpreter", python.PizcoPython, "-p", fixtures}
	}
	return ways
}

// instantiate is a client of the original as the manual has it: it has an empty server make its
// object, uses it and stops it.
const instantiate = `
import faulthandler, sys
faulthandler.dump_traceback_later(100, exit=True)
from concurrent.futures import TimeoutError
sys.path.append(sys.argv[2])
import pizco_compat
from pizco import Proxy
first = Proxy(sys.argv[1])  # which stays: stopped at once, the original's proxy trips over its own start
first._proxy_agent.instantiate(sys.argv[3], ('Marvin',), {'age': 37})
def think():
    # The original loses an outcome that comes before its thread is where it waits for it.
    for seconds in (1, 2, 4, 8, 16):
        try:
            return proxy.think('six by nine').result(seconds)
        except TimeoutError:
            pass
proxy = Proxy(sys.argv[1])  # which asks anew what there is
print(proxy.greet('you'), proxy.age)
proxy.age = 38
print(proxy.age, proxy.tools['left'], think())
try:
    proxy.age = -1
except ValueError as error:
    print(error)
proxy._proxy_stop_server()
`

// TestOriginalInstantiates has the original's Proxy give a server its object, of a Go class and of
// a Python class.
func TestOriginalInstantiates(t *testing.T) {
	for _, python := range []pyenv.Interpreter{pyenv.Oldest(t), pyenv.Newest(t)} {
		for name, args := range servings(t) {
			t.Run(python.Version+"/"+name, func(t *testing.T) {
				t.Parallel()
				// Plain pickle is protocol 5 on the newest Python, which the oldest cannot read.
				server := start(t, append([]string{"--serializer", "pickle4"}, args...)...)
				endpoint := server.Line("Server started at ")
				server.Line("Press CTRL+c to stop ...")
				client := python
				client.Python = python.PizcoPython
				out := client.Eval(t.Context(), t, instantiate, strings.NewReader(""),
					pyenv.WithArgs(endpoint, filepath.Dir(python.Script("server.py")), "robot.Robot"),
					pyenv.WithEnv("PZC_SER", "pickle4"))
				if want := "Hello, you! I am Marvin. 37\n38 gripper 42\na robot is not younger than 0\n"; string(out) != want {
					t.Errorf("the client printed\n%s\nwant\n%s", out, want)
				}
				if code := server.Wait(); code != 0 || !strings.HasSuffix(server.Output(), "Server stopped\n") {
					t.Errorf("ended with %d:\n%s", code, server.Output())
				}
			})
		}
	}
}

// TestServeEndpoints serves at endpoints that are given, and stops by each signal.
func TestServeEndpoints(t *testing.T) {
	for name, args := range servings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			rep, pub := "ipc://"+folder+"/rep", "ipc://"+folder+"/pub"
			for _, number := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
				server := start(t, append(args, rep, pub)...)
				if endpoint := server.Line("Server started at "); endpoint != rep {
					t.Errorf("started at %s", endpoint)
				}
				server.Line("Press CTRL+c to stop ...")
				run(t, "info", rep).want(t, 0, "REP "+rep+"\nPUB "+pub+"\n", "")
				run(t, "get", rep, "name").want(t, 1, "", "AttributeError: 'NoneType' object has no attribute 'name'\n")
				server.Signal(number)
				if code := server.Wait(); code != 0 || !strings.HasSuffix(server.Output(), "Server stopped\n") {
					t.Errorf("%v: ended with %d:\n%s", number, code, server.Output())
				}
			}
		})
	}
}

func TestServeClassFails(t *testing.T) {
	for name, args := range servings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, append(args, "--class", "robot.Robot", "--kwarg", "age=-1")...)
			if r.code == 0 || r.code == 2 || r.stdout != "" || !strings.Contains(r.stderr, "ValueError: a robot is not younger than 0") {
				t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
			}
			if r := run(t, append(args, "--class", "robot.NoSuchClass")...); r.code == 0 || !strings.Contains(r.stderr, "has no attribute 'NoSuchClass'") {
				t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
			}
		})
	}
	if r := run(t, "serve", "--python", "--interpreter", "/nonexistent/python"); r.code != 6 {
		t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// TestServeVerbose prints what the server does.
func TestServeVerbose(t *testing.T) {
	for name, args := range servings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t, append(args, "-v")...)
			endpoint := server.Line("Server started at ")
			run(t, "instantiate", endpoint, "robot.Robot").want(t, 0, "", "")
			server.WaitFor("the request in the log", func(out string) bool { return strings.Contains(out, "instantiate") })
		})
	}
}
