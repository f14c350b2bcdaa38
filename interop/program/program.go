//go:build unix

// Package program has tests start programs, read what they write, and see them end.
package program

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Limit bounds everything that a test waits for.
const Limit = 2 * time.Minute

// Process is a program that runs.
type Process struct {
	// T is the test that runs the process.
	T *testing.T
	// Cmd is the command that was started.
	Cmd *exec.Cmd
	// Stdin is the program's standard input.
	Stdin io.WriteCloser

	mu     sync.Mutex
	out    bytes.Buffer
	wrote  chan struct{}
	ended  chan struct{}
	waited error
}

// New returns the process of a command that the caller starts, tells of what it writes by Write,
// and reports the end of by Finish.
func New(t *testing.T, cmd *exec.Cmd) *Process {
	return &Process{Cmd: cmd, T: t, wrote: make(chan struct{}, 1), ended: make(chan struct{})}
}

// Start starts a command and collects what it writes to both of its streams. The test's end kills
// it and what it has started.
func Start(t *testing.T, cmd *exec.Cmd) *Process {
	t.Helper()
	p := New(t, cmd)
	cmd.Stdout, cmd.Stderr = p, p
	// A group of its own, so that a signal reaches what it has started, as Ctrl-C does.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var err error
	if p.Stdin, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.Finish(cmd.Wait()) }()
	t.Cleanup(func() {
		select {
		case <-p.ended:
		default:
			p.Signal(syscall.SIGKILL)
			<-p.ended
		}
		if t.Failed() {
			t.Logf("%s\n%s", cmd, p.Output())
		}
	})
	return p
}

// Environment returns the environment of the tests without what would change the tool's settings.
func Environment(t *testing.T) []string {
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

// Finish reports the end of the process, with what waiting for it returned.
func (p *Process) Finish(err error) {
	p.waited = err
	close(p.ended)
}

// Ended returns a channel that is closed when the process has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Wrote returns a channel that gets a token when there is more output. Only one goroutine may wait
// for output.
func (p *Process) Wrote() <-chan struct{} { return p.wrote }

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

// WaitFor waits until the output is as it should be, and returns it.
func (p *Process) WaitFor(what string, ready func(output string) bool) string {
	p.T.Helper()
	timeout := time.After(Limit)
	for {
		out := p.Output()
		if ready(out) {
			return out
		}
		select {
		case <-p.wrote:
		case <-p.ended:
			if out := p.Output(); ready(out) {
				return out
			}
			p.T.Fatalf("ended (%v) before %s:\n%s", p.waited, what, p.Output())
		case <-timeout:
			p.T.Fatalf("no %s:\n%s", what, p.Output())
		}
	}
}

// Line waits for a line that begins with prefix, and returns the rest of it.
func (p *Process) Line(prefix string) string {
	p.T.Helper()
	out := p.WaitFor("line "+prefix, func(out string) bool {
		_, rest, ok := strings.Cut("\n"+out, "\n"+prefix)
		return ok && strings.Contains(rest, "\n")
	})
	_, rest, _ := strings.Cut("\n"+out, "\n"+prefix)
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

// Signal sends a signal to the process and to what it has started.
func (p *Process) Signal(number syscall.Signal) {
	p.T.Helper()
	if err := syscall.Kill(-p.Cmd.Process.Pid, number); err != nil && !errors.Is(err, syscall.ESRCH) {
		p.T.Error(err)
	}
}

// Interrupt ends the process as Ctrl-C does and returns its exit code.
func (p *Process) Interrupt() int {
	p.T.Helper()
	p.Signal(syscall.SIGINT)
	return p.Wait()
}

// Wait waits for the end and returns the exit code.
func (p *Process) Wait() int {
	p.T.Helper()
	select {
	case <-p.ended:
		return p.Cmd.ProcessState.ExitCode()
	case <-time.After(Limit):
		p.T.Fatalf("does not end:\n%s", p.Output())
		return -1
	}
}
