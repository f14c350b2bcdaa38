//go:build netns

package twohosts

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// original serves an instrument with the original on the server's host.
func original(t *testing.T, endpoint string, args ...string) *pyenv.Server {
	t.Helper()
	return pyenv.Newest(t).Serve(t, pyenv.Instrument, pyenv.WithArgs(append([]string{"--endpoint", endpoint}, args...)...),
		pyenv.WithRunner(onServer()...))
}

// dial connects from the client's host.
func dial(t *testing.T, endpoint string) *goagent.Proxy {
	t.Helper()
	p, err := goagent.Dial(limit(t), endpoint)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// goServer runs `pizco serve` on the server's host and returns the endpoint that it prints.
func goServer(t *testing.T, args ...string) (endpoint string) {
	t.Helper()
	return toolOnServer(t, "Server started at ", append([]string{"serve", "--class", "robot.Robot", "--arg", "'Marvin'", "--kwarg", "age=37"}, args...)...)
}

// toolOnServer runs the tool on the server's host until the test ends, and returns what follows a
// text in its output.
func toolOnServer(t *testing.T, wanted string, args ...string) string {
	t.Helper()
	line := append(append(onServer(), os.Getenv(envTool)), args...)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), wanted); ok {
			go func() {
				for lines.Scan() { // it must not wait for its reader
				}
			}()
			return rest
		}
	}
	t.Fatalf("%v ended without %q", line, wanted)
	return ""
}

// run runs the tool on the client's host.
func run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs strings.Builder
	cmd := exec.CommandContext(limit(t), os.Getenv(envTool), args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	var failed *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func port(endpoint string) string { return endpoint[strings.LastIndexByte(endpoint, ':')+1:] }

func at(host, endpoint string) string { return fmt.Sprintf("tcp://%s:%s", host, port(endpoint)) }
