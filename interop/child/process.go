package child

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// endTimeout is how long a child may take to end after its standard input did, before it is killed.
const endTimeout = 10 * time.Second

// Process is a child that runs. Its methods may be called from one goroutine at a time, but Signal
// and Kill from any.
type Process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr tail
	once   sync.Once
}

// Self starts this program again with the given arguments and reads its first line into ready.
func Self(ready any, args ...string) (*Process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return Start(exec.Command(program, args...), ready)
}

// Start starts a command as a child and reads its first line into ready.
func Start(cmd *exec.Cmd, ready any) (*Process, error) {
	p := &Process{cmd: cmd}
	cmd.Stderr = &p.stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.stdin, p.stdout = stdin, bufio.NewReader(stdout)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.read(ready); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// Ask gives an order, such as Order{"do": "calls", "n": 10}, and stores its answer in answer unless
// that is nil.
func (p *Process) Ask(order Order, answer any) error {
	if err := p.Tell(order); err != nil {
		return err
	}
	return p.Answer(answer)
}

// Tell gives an order without waiting for its answer, for which Answer is to be called.
func (p *Process) Tell(order Order) error {
	line, err := json.Marshal(order)
	if err != nil {
		return err
	}
	if _, err := p.stdin.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("%s: %w\n%s", p.cmd, err, &p.stderr)
	}
	return nil
}

// Answer waits for the answer to the order that Tell gave.
func (p *Process) Answer(answer any) error { return p.read(answer) }

func (p *Process) read(into any) error {
	line, err := p.stdout.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("%s ended: %w\n%s", p.cmd, err, &p.stderr)
	}
	var failed struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal(line, &failed); err != nil {
		return fmt.Errorf("%s printed %q: %w", p.cmd, line, err)
	}
	if failed.Error != "" {
		return fmt.Errorf("%s: %s", p.cmd, failed.Error)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(line, into)
}

// PID returns the child's process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Signal sends the child a signal, such as syscall.SIGSTOP.
func (p *Process) Signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// Kill ends the child at once and waits until it is gone.
func (p *Process) Kill() {
	p.once.Do(func() {
		_ = p.cmd.Process.Kill() // it fails only for one that has ended
		_ = p.stdin.Close()
		_ = p.cmd.Wait() // says that it was killed
	})
}

// Close ends the child's standard input and waits for its end; one that does not end is killed. It
// returns how it ended.
func (p *Process) Close() (err error) {
	p.once.Do(func() {
		_ = p.stdin.Close()
		stop := time.AfterFunc(endTimeout, func() { _ = p.cmd.Process.Kill() })
		defer stop.Stop()
		_, _ = io.Copy(io.Discard, p.stdout) // Wait closes the pipe: it must have been read
		if err = p.cmd.Wait(); err != nil {
			err = fmt.Errorf("%s: %w\n%s", p.cmd, err, &p.stderr)
		}
	})
	return err
}

// Stderr returns the end of what the child has written to its standard error.
func (p *Process) Stderr() string { return p.stderr.String() }

// tailSize is how much of a child's standard error is kept.
const tailSize = 16 << 10

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

func (t *tail) Write(data []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept.Write(data)
	if extra := t.kept.Len() - tailSize; extra > 0 {
		t.kept.Next(extra)
	}
	return len(data), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept.String()
}
