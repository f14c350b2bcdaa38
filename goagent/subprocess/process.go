package subprocess

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	_ "embed" // for the program of a Python child
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/wire"
)

// Process is a served object in a process of its own, and the proxy to it.
type Process struct {
	*goagent.Proxy

	cmd      *exec.Cmd
	lifeline *os.File // the child ends when this does
	ended    chan struct{}
	detached bool
	stop     sync.Once
	stopErr  error
}

// childVariable marks the environment of a child that this program started from itself.
const childVariable = "PIZCO_IN_PROCESS"

// childConfig is the line that a child reads first.
type childConfig struct {
	RepEndpoint string   `json:"rep_endpoint"`
	PubEndpoint string   `json:"pub_endpoint"`
	Key         *string  `json:"key"`
	Serializer  string   `json:"serializer"`
	Detached    bool     `json:"detached"`
	Path        []string `json:"path"`
}

// childEndpoints is the line that a child answers with when it is up.
type childEndpoints struct {
	RepEndpoint string `json:"rep_endpoint"`
	PubEndpoint string `json:"pub_endpoint"`
}

//go:embed child.py
var pythonChild string

// endTimeout is how long a child has to end by itself before it is killed.
const endTimeout = 10 * time.Second

// Serve starts a server in a process of its own, has it make and serve an object of a class, named
// "module.Class", and returns a proxy to it. It returns once the object answers. It mirrors
// Server.serve_in_process.
//
// By default the process is this program started anew, without arguments: its main must call
// [ServeChild] first, which serves the classes that are registered there. With
// [Config.Python] it is an interpreter with the original, and the class one of Python.
//
// The process ends when the Process is closed, when somebody stops its server, and when this
// program ends, however it does, unless it is [Config.Detached]. The context bounds the start
// only.
func Serve(ctx context.Context, class string, args []any, kwargs object.Kwargs, cfg Config) (*Process, error) {
	s := start{Config: cfg}
	p, ready, err := startChild(&s)
	if err != nil {
		return nil, fmt.Errorf("pizco/subprocess: serve %s in a process: %w", class, err)
	}
	if err := p.connectChild(ctx, &s, ready, class, args, kwargs); err != nil {
		if s.Detached {
			_ = p.cmd.Process.Kill() // the caller does not have it yet
		}
		return nil, errors.Join(fmt.Errorf("pizco/subprocess: serve %s in a process: %w", class, err), p.Close())
	}
	return p, nil
}

// startChild starts the process and sends it its configuration.
func startChild(s *start) (p *Process, ready *os.File, err error) {
	if !canInherit {
		return nil, nil, fmt.Errorf("pizco/subprocess: %w: a process cannot hand files on to the server that it starts on this system; start that by itself",
			errors.ErrUnsupported)
	}
	cmd, err := s.command()
	if err != nil {
		return nil, nil, err
	}
	ready, theirReady, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	theirLifeline, lifeline, err := os.Pipe()
	if err != nil {
		return nil, nil, errors.Join(err, ready.Close(), theirReady.Close())
	}
	cmd.ExtraFiles = []*os.File{theirReady, theirLifeline} // descriptors 3 and 4
	err = cmd.Start()
	err = errors.Join(err, theirReady.Close(), theirLifeline.Close())
	if err == nil {
		err = json.NewEncoder(lifeline).Encode(s.child())
	}
	p = &Process{cmd: cmd, lifeline: lifeline, ended: make(chan struct{}), detached: s.Detached}
	if cmd.Process == nil {
		return nil, nil, errors.Join(err, ready.Close(), lifeline.Close())
	}
	go p.watch()
	if err != nil {
		return nil, nil, errors.Join(err, ready.Close(), p.Close())
	}
	return p, ready, nil
}

// watch owns the process until it has ended.
func (p *Process) watch() {
	_ = p.cmd.Wait() // how it ended, ProcessState keeps
	close(p.ended)
}

// connectChild waits until the child is up, dials it and has it make the object.
func (p *Process) connectChild(ctx context.Context, s *start, ready *os.File, class string, args []any, kwargs object.Kwargs) error {
	endpoints, err := readEndpoints(ctx, ready)
	if err != nil {
		return p.explain(err, s)
	}
	if p.Proxy, err = goagent.Dial(ctx, endpoints.RepEndpoint, s.dial()...); err != nil {
		return p.explain(err, s)
	}
	all := append([]any(nil), args...)
	if len(kwargs) > 0 {
		all = append(all, kwargs)
	}
	return p.Instantiate(ctx, class, all...)
}

// readEndpoints reads the child's first line; it ends with the context, or when the child ends.
func readEndpoints(ctx context.Context, ready *os.File) (childEndpoints, error) {
	defer func() { _ = ready.Close() }() // nothing is written to it here
	stop := context.AfterFunc(ctx, func() { _ = ready.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	var endpoints childEndpoints
	line, err := bufio.NewReader(ready).ReadBytes('\n')
	if err != nil {
		if ctx.Err() != nil {
			return endpoints, context.Cause(ctx)
		}
		return endpoints, errChildEnded
	}
	return endpoints, json.Unmarshal(line, &endpoints)
}

var errChildEnded = errors.New("the process ended before it was up")

// explain adds what the child wrote last when it ended instead of answering.
func (p *Process) explain(err error, s *start) error {
	if !errors.Is(err, errChildEnded) {
		return err
	}
	select {
	case <-p.ended: // what it wrote is read by then
	case <-time.After(endTimeout):
		return err
	}
	if text := strings.TrimSpace(s.tail.String()); text != "" {
		err = fmt.Errorf("%w (%s): %s", err, p.cmd.ProcessState, text)
	}
	return err
}

// Pid returns the number of the process.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.ended }

// Close closes the proxy, ends the process unless it is detached, and returns when it has ended.
// Closing again does nothing.
func (p *Process) Close() error {
	p.stop.Do(func() {
		if p.Proxy != nil {
			p.stopErr = p.Proxy.Close()
		}
		p.stopErr = errors.Join(p.stopErr, p.lifeline.Close())
		if p.detached {
			return
		}
		select {
		case <-p.ended:
		case <-time.After(endTimeout):
			p.stopErr = errors.Join(p.stopErr, fmt.Errorf("pizco/subprocess: process %d did not end by itself", p.Pid()), p.cmd.Process.Kill())
			<-p.ended
		}
	})
	return p.stopErr
}

// Config says how [Serve] starts a process. The zero value is for a class of Go, which this program
// serves at ports that the system chooses.
type Config struct {
	// Python, if not empty, is the interpreter that serves a class of Python by the original. It must
	// be able to import the class and the original.
	Python string
	// Path is added to the interpreter's sys.path.
	Path []string
	// Detached lets the process live on when the Process is closed and when this program ends;
	// [goagent.Proxy.StopServer] ends it. It gets a session of its own, and what it writes is lost
	// unless there is an Output.
	Detached bool
	// Output is where the process writes what it prints. The default is where this program does.
	Output *os.File
	// Endpoint is where the server answers, and PubEndpoint where it publishes. The defaults are
	// tcp://127.0.0.1:0, which are ports that the system chooses.
	Endpoint, PubEndpoint string
	// Key signs the messages of the server and of the proxy; it goes to the process through a pipe.
	// The default is that of PZC_KEY, or none.
	Key string
	// Serializer is what the server and the proxy write with. The default is that of PZC_SER, or
	// "pickle".
	Serializer string
	// Dial has further settings of the proxy.
	Dial []goagent.DialOption
}

// child returns what the process is told.
func (c *Config) child() childConfig {
	child := childConfig{
		RepEndpoint: cmp.Or(c.Endpoint, defaultEndpoint),
		PubEndpoint: cmp.Or(c.PubEndpoint, defaultEndpoint),
		Path:        append([]string{}, c.Path...),
		Serializer:  c.Serializer,
		Detached:    c.Detached,
	}
	if c.Key != "" {
		child.Key = &c.Key
	}
	return child
}

const defaultEndpoint = "tcp://127.0.0.1:0"

func (c *Config) dial() []goagent.DialOption {
	var options []goagent.DialOption
	if c.Key != "" {
		options = append(options, goagent.WithKey(wire.NewKey([]byte(c.Key))))
	}
	if c.Serializer != "" {
		options = append(options, goagent.WithSerializer(c.Serializer))
	}
	return append(options, c.Dial...)
}

// start is a process that is being started.
type start struct {
	Config
	tail tailBuffer
}

func (s *start) command() (*exec.Cmd, error) {
	var cmd *exec.Cmd
	if s.Python != "" {
		cmd = exec.Command(s.Python, "-c", pythonChild) //nolint:gosec // The interpreter is the caller's choice.
		cmd.Env = os.Environ()
	} else {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		cmd = exec.Command(self) //nolint:gosec // It is this very program.
		cmd.Env = append(os.Environ(), childVariable+"=1")
	}
	cmd.WaitDelay = endTimeout
	switch {
	case s.Detached:
		cmd.SysProcAttr = ownSession()
		if s.Output != nil {
			cmd.Stdout, cmd.Stderr = s.Output, s.Output
		}
	default:
		out, errs := os.Stdout, os.Stderr
		if s.Output != nil {
			out, errs = s.Output, s.Output
		}
		s.tail.next = errs
		cmd.Stdout, cmd.Stderr = out, &s.tail
	}
	return cmd, nil
}

// tailBuffer passes on what is written and keeps the end of it.
type tailBuffer struct {
	next *os.File
	mu   sync.Mutex
	kept []byte
}

const keptTail = 4096

func (t *tailBuffer) Write(b []byte) (int, error) {
	t.mu.Lock()
	t.kept = append(t.kept, b...)
	if len(t.kept) > keptTail {
		t.kept = bytes.Clone(t.kept[len(t.kept)-keptTail:])
	}
	t.mu.Unlock()
	return t.next.Write(b)
}

func (t *tailBuffer) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}
