package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/program"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// binary is the tool, built for the tests.
var binary string

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (int, error) {
	folder, err := os.MkdirTemp("", "pizco-cli")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary = filepath.Join(folder, "pizco")
	args := append([]string{"build"}, raceFlags...)
	build := exec.Command("go", append(args, "-o", binary, "../..")...)
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, out)
	}
	return m.Run(), nil
}

// environment is that of the tests without what would change the tool's settings, and with the tool
// on its path.
func environment(t *testing.T, more ...string) []string {
	t.Helper()
	env := slices.DeleteFunc(program.Environment(t), func(entry string) bool {
		return strings.HasPrefix(entry, "NO_COLOR=") || strings.HasPrefix(entry, "BROWSER=") || strings.HasPrefix(entry, "PATH=")
	})
	env = append(env, "GORACE=atexit_sleep_ms=0", "PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"))
	return append(env, more...)
}

// result is what a run of the tool ended with.
type result struct {
	stdout, stderr string
	code           int
}

// settings change how the tool is run.
type settings struct {
	env   []string
	stdin string
}

// run runs the tool to its end.
func run(t *testing.T, args ...string) result {
	t.Helper()
	return runWith(t, settings{}, args...)
}

func runWith(t *testing.T, s settings, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), program.Limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = environment(t, s.env...)
	cmd.Stdin = strings.NewReader(s.stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v", args, err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// want checks a run's output and exit code.
func (r result) want(t *testing.T, code int, stdout, stderr string) {
	t.Helper()
	if r.code != code || r.stdout != stdout || r.stderr != stderr {
		t.Errorf("exit code %d, want %d\nstdout:\n%s\nwant:\n%s\nstderr:\n%s\nwant:\n%s", r.code, code, r.stdout, stdout, r.stderr, stderr)
	}
}

// start starts the tool and collects what it writes to both of its streams.
func start(t *testing.T, args ...string) *program.Process {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith starts the tool with more in its environment.
func startWith(t *testing.T, env []string, args ...string) *program.Process {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = environment(t, env...)
	return startCommand(t, cmd)
}

func startCommand(t *testing.T, cmd *exec.Cmd) *program.Process {
	t.Helper()
	if cmd.Env == nil {
		cmd.Env = environment(t)
	}
	return program.Start(t, cmd)
}

// peer is what the tool is tested with: the original on one Python, or a server in Go.
type peer struct {
	name   string
	python *pyenv.Interpreter
}

// peers returns the original on the oldest and the newest Python, and a server in Go.
func peers(t *testing.T) []peer {
	t.Helper()
	oldest, newest := pyenv.Oldest(t), pyenv.Newest(t)
	all := []peer{{"go", nil}, {newest.Version, &newest}}
	if oldest.Version != newest.Version {
		all = append(all, peer{oldest.Version, &oldest})
	}
	return all
}

var goClasses = map[string]string{pyenv.Robot: "robot.Robot", pyenv.MultiplyBy: "example.MultiplyBy"}

// serve starts a server of one of the fixtures' objects and returns its endpoint.
func (p peer) serve(t *testing.T, object string) string {
	t.Helper()
	if p.python != nil {
		return p.python.Serve(t, object).RepEndpoint
	}
	if object == pyenv.Instrument {
		return serveGoInstrument(t)
	}
	args := []string{"serve"}
	if class := goClasses[object]; class != "" {
		args = append(args, "--class", class)
	}
	if object == pyenv.MultiplyBy {
		args = append(args, "--arg", "2")
	}
	return start(t, args...).Line("Server started at ")
}

// withPeers runs a test with each peer.
func withPeers(t *testing.T, test func(t *testing.T, p peer)) {
	t.Helper()
	for _, p := range peers(t) {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			test(t, p)
		})
	}
}
