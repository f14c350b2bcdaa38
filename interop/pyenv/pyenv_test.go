package pyenv_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

func TestInterpretersAreTheVersionsThatTheySay(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			const program = `import sys; print("%d.%d" % sys.version_info[:2]); print(sys.stdin.read())`
			out := python.Eval(t.Context(), t, program, strings.NewReader("given"))
			if got, want := string(out), python.Version+"\ngiven\n"; got != want {
				t.Errorf("printed %q, want %q", got, want)
			}
		})
	}
}

func TestServeAnswersUntilItsInputEnds(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			server := python.Serve(t, pyenv.MultiplyBy)
			for _, endpoint := range []string{server.RepEndpoint, server.PubEndpoint} {
				if !strings.HasPrefix(endpoint, "tcp://127.0.0.1:") || strings.HasSuffix(endpoint, ":0") {
					t.Errorf("endpoint %q", endpoint)
				}
			}
			out := python.Run(t.Context(), t, "client.py", pyenv.WithArgs(server.RepEndpoint))
			if first, _, _ := bytes.Cut(out, []byte("\n")); string(first) != "2 * 8 = 16" {
				t.Errorf("the client printed %q first", first)
			}
			server.CloseStdin()
			if _, err := server.ReadLine(t.Context()); !errors.Is(err, io.EOF) {
				t.Errorf("after its end the server printed a line, or: %v", err)
			}
			if err := server.Wait(t.Context()); err != nil {
				t.Errorf("the server ended with %v", err)
			}
		})
	}
}

func TestKilledServerIsReported(t *testing.T) {
	server := pyenv.Newest(t).Serve(t, pyenv.Instrument)
	server.Kill()
	var exit *exec.ExitError
	if err := server.Wait(t.Context()); !errors.As(err, &exit) {
		t.Errorf("ended with %v, want an *exec.ExitError", err)
	}
}

func TestReadLineEndsWithTheContext(t *testing.T) {
	server := pyenv.Newest(t).Serve(t, pyenv.Nothing)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := server.ReadLine(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A Python that is asked for and missing must fail the tests that need it. The check runs this test
// binary again, since a process looks its Pythons up once.
func TestMissingInterpreterFails(t *testing.T) {
	for value, want := range map[string]string{
		"3.99":     "run `make test`",
		"python36": "no version like 3.13",
	} {
		t.Run(value, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestInterpretersAreTheVersionsThatTheySay$")
			cmd.Env = append(os.Environ(), pyenv.Variable+"="+value)
			out, err := cmd.CombinedOutput()
			if err == nil || !bytes.Contains(out, []byte(want)) {
				t.Errorf("error %v, output without %q:\n%s", err, want, out)
			}
		})
	}
}

func TestOldestAndNewest(t *testing.T) {
	all := pyenv.Interpreters(t)
	oldest, newest := pyenv.Oldest(t), pyenv.Newest(t)
	if len(all) == 1 && oldest != newest {
		t.Errorf("one interpreter, but oldest %v and newest %v", oldest, newest)
	}
	if _, err := os.Stat(oldest.Script("server.py")); err != nil || filepath.Base(oldest.Script("server.py")) != "server.py" {
		t.Errorf("script %s: %v", oldest.Script("server.py"), err)
	}
}
