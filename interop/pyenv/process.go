package pyenv

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// readyTimeout is how long a program has for the line that says it is ready: generous, since
	// machines that test many things at once are slow to start a Python.
	readyTimeout = 60 * time.Second

	// endTimeout is how long a program has to end after its standard input did, before it is
	// killed.
	endTimeout = 10 * time.Second
)

// Option changes how a program is started.
type Option interface{ apply(*exec.Cmd) }

type option func(*exec.Cmd)

func (o option) apply(cmd *exec.Cmd) { o(cmd) }

// WithArgs gives the program arguments. The default is no arguments.
func WithArgs(args ...string) Option {
	return option(func(cmd *exec.Cmd) { cmd.Args = append(cmd.Args, args...) })
}

// WithEnv sets a variable, such as PZC_KEY, in the program's environment. The default is the test's
// own environment without PZC_KEY and PZC_SER.
func WithEnv(name, value string) Option {
	return option(func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, name+"="+value) })
}

// Run runs a program of python_fixtures in the environment of the original to its end and returns
// what it printed. The test fails when the program does, with its standard error.
func (i Interpreter) Run(ctx context.Context, tb testing.TB, script string, options ...Option) []byte {
	tb.Helper()
	return output(tb, newCommand(ctx, i.PizcoPython, []string{i.Script(script)}, options))
}

// Eval runs a program given as text on the bare interpreter, with stdin as its standard input, and
// returns what it printed. The test fails when the program does, with its standard error.
func (i Interpreter) Eval(ctx context.Context, tb testing.TB, program string, stdin io.Reader, options ...Option) []byte {
	tb.Helper()
	cmd := newCommand(ctx, i.Python, []string{"-c", program}, options)
	cmd.Stdin = stdin
	return output(tb, cmd)
}

func output(tb testing.TB, cmd *exec.Cmd) []byte {
	tb.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("pizco/pyenv: %s: %v\nstdout:\n%s\nstderr:\n%s", cmd, err, out, &stderr)
	}
	return out
}

func newCommand(ctx context.Context, python string, args []string, options []Option) *exec.Cmd {
	cmd := exec.CommandContext(ctx, python, args...)
	cmd.Env = inheritedEnv()
	cmd.WaitDelay = endTimeout
	for _, o := range options {
		o.apply(cmd)
	}
	return cmd
}

// inheritedEnv leaves out what would change the original's key or serializer behind a test's back.
// It names an encoding since Python 3.6 takes arguments and variables for ASCII where the machine
// sets no locale.
func inheritedEnv() []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "PZC_") {
			env = append(env, entry)
		}
	}
	return append(env, "LC_ALL=C.UTF-8", "PYTHONIOENCODING=utf-8")
}

// Process is a running program of python_fixtures. Its methods may be called from any goroutine,
// except that only one at a time may read lines.
type Process struct {
	tb     testing.TB
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	lines  chan string
	stderr *lockedBuffer
	ended  chan struct{}
	err    error // valid once ended is closed
}

// Start starts a program of python_fixtures in the environment of the original. When the test ends,
// so does the program: its standard input is closed, and if it does not end then, it is killed and
// the test fails. What it wrote to standard error is logged if the test failed.
func (i Interpreter) Start(tb testing.TB, script string, options ...Option) *Process {
	tb.Helper()
	cmd := newCommand(context.Background(), i.PizcoPython, []string{i.Script(script)}, options)
	p := &Process{tb: tb, cmd: cmd, lines: make(chan string, 1), stderr: &lockedBuffer{}, ended: make(chan struct{})}
	cmd.Stderr = p.stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	p.stdin = stdin
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatalf("pizco/pyenv: %v", err)
	}
	discard := make(chan struct{})
	go p.watch(stdout, discard)
	tb.Cleanup(func() { p.cleanUp(discard) })
	return p
}

// watch owns the program's standard output and its end.
func (p *Process) watch(stdout io.Reader, discard <-chan struct{}) {
	defer close(p.ended)
	reader := bufio.NewReader(stdout)
	for {
		line, err := reader.ReadString('\n')
		if line != "" {
			select {
			case p.lines <- line:
			case <-discard:
			}
		}
		if err != nil {
			break
		}
	}
	close(p.lines)
	p.err = p.cmd.Wait()
}

func (p *Process) cleanUp(discard chan<- struct{}) {
	close(discard)
	p.CloseStdin()
	select {
	case <-p.ended:
	case <-time.After(endTimeout):
		p.Kill()
		<-p.ended
		p.tb.Errorf("pizco/pyenv: %s did not end when its standard input did", p.cmd)
	}
	if text := p.stderr.String(); p.tb.Failed() && text != "" {
		p.tb.Logf("stderr of %s:\n%s", p.cmd, text)
	}
}

// Ready reads the line of JSON with which a program says that it is ready into target. The test
// fails when the program ends before, or says nothing for a minute.
func (p *Process) Ready(target any) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
	defer cancel()
	line, err := p.ReadLine(ctx)
	if err != nil {
		p.tb.Fatalf("pizco/pyenv: %s did not become ready: %v\nstderr:\n%s", p.cmd, err, p.Stderr())
	}
	if err := json.Unmarshal([]byte(line), target); err != nil {
		p.tb.Fatalf("pizco/pyenv: %s printed %q: %v", p.cmd, line, err)
	}
}

// ReadLine returns the next line of the program's standard output, with its line feed. It returns
// io.EOF at the end of the output, or the context's error.
func (p *Process) ReadLine(ctx context.Context) (string, error) {
	select {
	case line, ok := <-p.lines:
		if !ok {
			return "", io.EOF
		}
		return line, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// WriteLine writes a line to the program's standard input.
func (p *Process) WriteLine(line string) error {
	_, err := io.WriteString(p.stdin, line+"\n")
	return err
}

// CloseStdin ends the program's standard input, which asks every program of python_fixtures to end.
// Closing it twice is harmless.
func (p *Process) CloseStdin() { _ = p.stdin.Close() }

// Kill ends the program without asking it, as when its machine dies.
func (p *Process) Kill() {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.tb.Errorf("pizco/pyenv: %v", err)
	}
}

// Signal sends the program a signal, such as syscall.SIGSTOP.
func (p *Process) Signal(sig os.Signal) error { return p.cmd.Process.Signal(sig) }

// Wait waits for the program's end, after everything that it printed has been read. It returns nil
// when the program ended with status 0, an *exec.ExitError for another status, or the context's
// error.
func (p *Process) Wait(ctx context.Context) error {
	select {
	case <-p.ended:
		return p.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Stderr returns what the program has written to its standard error so far.
func (p *Process) Stderr() string { return p.stderr.String() }

// String tells the program's command line.
func (p *Process) String() string { return fmt.Sprint(p.cmd) }

// lockedBuffer is a bytes.Buffer that may be read while a program writes to it.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(data)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// WithRunner has another program run this one: its arguments are followed by the command line.
func WithRunner(runner ...string) Option {
	return option(func(cmd *exec.Cmd) {
		path, err := exec.LookPath(runner[0])
		if err != nil {
			cmd.Err = err
			return
		}
		cmd.Args = append(append(append([]string{}, runner...), cmd.Path), cmd.Args[1:]...)
		cmd.Path = path
	})
}
