package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

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

// limit bounds everything that a test waits for.
const limit = 2 * time.Minute

// environment is that of the tests without what would change the tool's settings.
func environment(t *testing.T, more ...string) []string {
	t.Helper()
	env := []string{"GORACE=atexit_sleep_ms=0", "PATH=" + filepath.Dir(binary) + ":" + os.Getenv("PATH"), "XDG_CONFIG_HOME=" + t.TempDir(), "XDG_STATE_HOME=" + t.TempDir()}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case strings.HasPrefix(name, "PZC_"), strings.HasPrefix(name, "PIZCO_CONFIG"), strings.HasPrefix(name, "XDG_"), name == "PATH", name == "NO_COLOR", name == "BROWSER":
		default:
			env = append(env, entry)
		}
	}
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
	ctx, cancel := context.WithTimeout(t.Context(), limit)
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

// process is a run of the tool, or of a shell's command line, that goes on.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	mu     sync.Mutex
	out    bytes.Buffer
	wrote  chan struct{} // gets a token when there is more output
	ended  chan struct{}
	waited error
}

// start starts the tool and collects what it writes to both of its streams.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith starts the tool with more in its environment.
func startWith(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = environment(t, env...)
	return startCommand(t, cmd)
}

func startCommand(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: cmd, wrote: make(chan struct{}, 1), ended: make(chan struct{})}
	if cmd.Env == nil {
		cmd.Env = environment(t)
	}
	cmd.Stdout, cmd.Stderr = p, p
	// A group of its own, so that a signal reaches what a shell has started, as Ctrl-C does.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var err error
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.waited = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		select {
		case <-p.ended:
		default:
			p.signal(syscall.SIGKILL)
			<-p.ended
		}
		if t.Failed() {
			t.Logf("%s\n%s", cmd, p.output())
		}
	})
	return p
}

// Write takes the output of the process.
func (p *process) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out.Write(data)
	select {
	case p.wrote <- struct{}{}:
	default:
	}
	return len(data), nil
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// waitFor waits until the output is as it should be.
func (p *process) waitFor(what string, ready func(output string) bool) string {
	p.t.Helper()
	timeout := time.After(limit)
	for {
		out := p.output()
		if ready(out) {
			return out
		}
		select {
		case <-p.wrote:
		case <-p.ended:
			if out := p.output(); ready(out) {
				return out
			}
			p.t.Fatalf("ended (%v) before %s:\n%s", p.waited, what, p.output())
		case <-timeout:
			p.t.Fatalf("no %s:\n%s", what, p.output())
		}
	}
}

// line waits for a line that begins with prefix, and returns the rest of it.
func (p *process) line(prefix string) string {
	p.t.Helper()
	out := p.waitFor("line "+prefix, func(out string) bool {
		_, rest, ok := strings.Cut("\n"+out, "\n"+prefix)
		return ok && strings.Contains(rest, "\n")
	})
	_, rest, _ := strings.Cut("\n"+out, "\n"+prefix)
	rest, _, _ = strings.Cut(rest, "\n")
	return rest
}

// signal sends a signal to the process and to what it has started.
func (p *process) signal(number syscall.Signal) {
	p.t.Helper()
	if err := syscall.Kill(-p.cmd.Process.Pid, number); err != nil && !errors.Is(err, syscall.ESRCH) {
		p.t.Error(err)
	}
}

// interrupt ends the process as Ctrl-C does and returns its exit code.
func (p *process) interrupt() int {
	p.t.Helper()
	p.signal(syscall.SIGINT)
	return p.wait()
}

// wait waits for the end and returns the exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(limit):
		p.t.Fatalf("does not end:\n%s", p.output())
		return -1
	}
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
	return start(t, args...).line("Server started at ")
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
