package peer

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const (
	// startTimeout is how long a peer has to say hello.
	startTimeout = 60 * time.Second
	// endTimeout is how long a peer has to end after it was told to, before it is killed.
	endTimeout = 5 * time.Second
)

// ErrGone is returned when a peer has ended.
var ErrGone = errors.New("pizco/interop/peer: the peer has ended")

// Process is a running peer. Its methods may be called from any goroutine.
type Process struct {
	// Hello is what the peer says of itself.
	Hello Hello

	in     io.WriteCloser
	cmd    *exec.Cmd // nil for a peer behind a connection
	stderr *tail
	ended  chan struct{}

	mu      sync.Mutex
	next    uint64
	waiting map[uint64]chan answer
}

// Start starts a peer: a command line, whose words are separated by spaces, or "tcp://host:port",
// where a peer is given to each connection.
func Start(ctx context.Context, command string) (*Process, error) {
	p := &Process{stderr: &tail{}, ended: make(chan struct{}), waiting: map[uint64]chan answer{}}
	out, err := p.launch(ctx, command)
	if err != nil {
		return nil, fmt.Errorf("pizco/interop/peer: %s: %w", command, err)
	}
	go p.read(out)
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := p.Do(ctx, "hello", nil, &p.Hello); err != nil {
		stderr := p.Stderr()
		p.Close()
		return nil, fmt.Errorf("pizco/interop/peer: %s: %w\n%s", command, err, stderr)
	}
	return p, nil
}

func (p *Process) launch(ctx context.Context, command string) (io.Reader, error) {
	if address, ok := strings.CutPrefix(command, "tcp://"); ok {
		conn, err := dial(ctx, address)
		p.in = conn
		return conn, err
	}
	words := strings.Fields(command)
	if len(words) == 0 {
		return nil, errors.New("no command")
	}
	p.cmd = exec.Command(words[0], words[1:]...)
	p.cmd.Stderr = p.stderr
	p.cmd.Env = append(os.Environ(), "PYTHONHASHSEED=0", "PZC_KEY=", "PZC_SER=", "PYTHONDONTWRITEBYTECODE=1")
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.in = in
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return out, p.cmd.Start()
}

// dial keeps trying for a while: containers start in any order.
func dial(ctx context.Context, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err == nil || ctx.Err() != nil {
			return conn, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// read owns the peer's output.
func (p *Process) read(out io.Reader) {
	defer close(p.ended)
	reader := bufio.NewReader(out)
	for {
		var a answer
		if err := ReadMessage(reader, &a); err != nil {
			if !errors.Is(err, io.EOF) {
				fmt.Fprintf(p.stderr, "\n(reading the peer's output: %v)\n", err)
			}
			break
		}
		p.mu.Lock()
		wait := p.waiting[a.ID]
		delete(p.waiting, a.ID)
		p.mu.Unlock()
		if wait != nil {
			wait <- a
		}
	}
	if p.cmd != nil {
		_ = p.cmd.Wait() // how a peer ends is of no interest: its last words are in stderr
	}
}

// Do has the peer perform an operation, and decodes the result into result unless that is nil.
func (p *Process) Do(ctx context.Context, op string, params Params, result any) error {
	wait := make(chan answer, 1)
	request := maps.Clone(params)
	if request == nil {
		request = Params{}
	}
	p.mu.Lock()
	p.next++
	id := p.next
	p.waiting[id] = wait
	request["id"], request["op"] = id, op
	err := WriteMessage(p.in, request)
	p.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrGone, op, err)
	}
	select {
	case a := <-wait:
		if a.Error != "" {
			return fmt.Errorf("pizco/interop/peer: %s: %s", op, a.Error)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(a.Result, result)
	case <-p.ended:
		return fmt.Errorf("%w during %s: %s", ErrGone, op, p.Stderr())
	case <-ctx.Done():
		p.mu.Lock()
		delete(p.waiting, id)
		p.mu.Unlock()
		return fmt.Errorf("pizco/interop/peer: %s: no answer: %w", op, ctx.Err())
	}
}

// Offers reports whether the peer knows an operation.
func (p *Process) Offers(op string) bool {
	for _, offered := range p.Hello.Ops {
		if offered == op {
			return true
		}
	}
	return false
}

// Stderr returns the last of what the peer wrote to its standard error.
func (p *Process) Stderr() string { return p.stderr.String() }

// Alive reports whether the peer has not ended.
func (p *Process) Alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// Close tells the peer to end, and kills it when it does not.
func (p *Process) Close() {
	p.mu.Lock()
	p.next++
	_ = WriteMessage(p.in, Params{"id": p.next, "op": "quit"}) // the end of its input tells it as well
	_ = p.in.Close()
	p.mu.Unlock()
	select {
	case <-p.ended:
	case <-time.After(endTimeout):
		p.Kill()
	}
}

// Kill ends the peer at once.
func (p *Process) Kill() {
	if p.cmd != nil {
		_ = p.cmd.Process.Kill() // fails only when it has ended
	} else {
		p.in.Close()
	}
	<-p.ended
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 8 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if len(t.text) > 2*tailSize {
		t.text = append([]byte(nil), t.text[len(t.text)-tailSize:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
