// Package tool builds the command-line tool for tests and runs it.
package tool

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Limit bounds everything that a test waits for.
const Limit = 2 * time.Minute

// Main builds the tool, hands its path to use, runs the tests, and returns their exit code.
func Main(m *testing.M, use func(path string)) int {
	folder, err := os.MkdirTemp("", "pizco-tool")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "pizco")
	if err := Build(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	use(path)
	return m.Run()
}

// Build builds the tool at a path. It is called by tests of a package two folders below the
// repository's root.
func Build(path string) error {
	build := exec.Command("go", "build", "-o", path, "./cmd/pizco")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build ./cmd/pizco: %w\n%s", err, out)
	}
	return nil
}

// Process is a run of the tool.
type Process struct {
	t      *testing.T
	cmd    *exec.Cmd
	mu     sync.Mutex
	out    bytes.Buffer
	wrote  chan struct{} // gets a token when there is more output
	ended  chan struct{}
	waited error
}

// Start starts the tool at a path and collects what it writes to both of its streams. The test's
// end kills it.
func Start(t *testing.T, path string, args ...string) *Process {
	t.Helper()
	p := &Process{t: t, cmd: exec.Command(path, args...), wrote: make(chan struct{}, 1), ended: make(chan struct{})}
	p.cmd.Env = environment(t)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	// A group of its own, so that a signal reaches what the tool has started, as Ctrl-C does.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.waited = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		select {
		case <-p.ended:
		default:
			if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
				t.Error(err)
			}
			<-p.ended
		}
		if t.Failed() {
			t.Logf("%s\n%s", p.cmd, p.Output())
		}
	})
	return p
}

// environment is that of the tests without what would change the tool's settings.
func environment(t *testing.T) []string {
	t.Helper()
	env := []string{"XDG_CONFIG_HOME=" + t.TempDir(), "XDG_STATE_HOME=" + t.TempDir()}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "PZC_") && !strings.HasPrefix(name, "PIZCO_CONFIG") && !strings.HasPrefix(name, "XDG_") {
			env = append(env, entry)
		}
	}
	return env
}

// Write takes the output of the process.
func (p *Process) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out.Write(data)
	select {
	case p.wrote <- struct{}{}:
	default:
	}
	return len(data), nil
}

// Output returns what the process has written.
func (p *Process) Output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// Line waits for a line that begins with prefix, and returns the rest of it.
func (p *Process) Line(prefix string) string {
	p.t.Helper()
	timeout := time.After(Limit)
	for last := false; ; {
		_, rest, found := strings.Cut("\n"+p.Output(), "\n"+prefix)
		if line, _, whole := strings.Cut(rest, "\n"); found && whole {
			return line
		}
		if last {
			p.t.Fatalf("ended (%v) before a line %q:\n%s", p.waited, prefix, p.Output())
		}
		select {
		case <-p.wrote:
		case <-p.ended:
			last = true
		case <-timeout:
			p.t.Fatalf("no line %q:\n%s", prefix, p.Output())
		}
	}
}

// Wait waits for the end and returns the exit code.
func (p *Process) Wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(Limit):
		p.t.Fatalf("does not end:\n%s", p.Output())
		return -1
	}
}
