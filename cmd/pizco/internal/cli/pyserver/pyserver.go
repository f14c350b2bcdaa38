package pyserver

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/wire"
)

//go:embed serve.py
var program string

// Config says what to serve and how.
type Config struct {
	// Python is the interpreter, which must be able to import pizco and pyzmq.
	Python string
	// Rep and Pub are the endpoints to bind; a port 0 is chosen by the system.
	Rep, Pub string
	// Path are folders to look for modules in.
	Path []string
	// Class is "module.Class", or empty for a server that waits for `instantiate`.
	Class string
	// Args and Kwargs are the class's arguments, as Python literals.
	Args   []string
	Kwargs []Keyword
	// Key signs messages, Serializer writes contents; empty ones are the original's defaults.
	Key        []byte
	Serializer string
	// Verbose has the original log what it does to Stderr.
	Verbose bool
	// Stdout and Stderr receive what the served class prints.
	Stdout, Stderr io.Writer
	// Report is told what happens, from one goroutine.
	Report func(Event)
}

// Keyword is a keyword argument, its value a Python literal.
type Keyword struct{ Name, Literal string }

// Event is something that happened in the server. Which fields are set depends on Event.
type Event struct {
	// Event is "started", "class", "request", "subscribers", "notification" or "log".
	Event string `json:"event"`
	// Rep and Pub are the endpoints (started).
	Rep, Pub string
	// Name is the class (class) or the attribute (request).
	Name string
	// Sender is the client that asked, Action what it asked for, and Error the exception that was
	// raised (request).
	Sender, Action, Error string
	// Topic and Count are a signal and the number of its subscribers (subscribers, notification).
	Topic string
	Count int
	// Text is a line for the log (log).
	Text string
}

// endTimeout is how long the child has to end when it is told to, before it is killed.
const endTimeout = 5 * time.Second

// Server is a running child process.
type Server struct {
	rep, pub string

	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{}
	err   error // valid once ended is closed
	once  sync.Once
}

// Start starts a server and returns when it answers requests, or with the reason why it does not.
// The context bounds the start only.
func Start(ctx context.Context, config Config) (*Server, error) {
	cmd, err := command(config)
	if err != nil {
		return nil, err
	}
	var stderr tail
	cmd.Stdout, cmd.Stderr = config.Stdout, io.MultiWriter(config.Stderr, &stderr)
	s := &Server{cmd: cmd, ended: make(chan struct{})}
	if s.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("pizco/pyserver: %w", err)
	}
	reports, childReports, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pizco/pyserver: %w", err)
	}
	cmd.ExtraFiles = []*os.File{childReports}
	err = cmd.Start()
	_ = childReports.Close()
	if err != nil {
		_ = reports.Close()
		return nil, fmt.Errorf("pizco/pyserver: %w", err)
	}
	started := make(chan Event, 1)
	go s.watch(reports, config.Report, started)
	select {
	case e := <-started:
		s.rep, s.pub = e.Rep, e.Pub
		return s, nil
	case <-s.ended:
		return nil, fmt.Errorf("pizco/pyserver: %s does not serve: %s", config.Python, stderr.lastLine(s.err))
	case <-ctx.Done():
		_ = s.Close()
		return nil, context.Cause(ctx)
	}
}

func command(config Config) (*exec.Cmd, error) {
	kwargs := [][2]string{}
	for _, keyword := range config.Kwargs {
		kwargs = append(kwargs, [2]string{keyword.Name, keyword.Literal})
	}
	settings, err := json.Marshal(map[string]any{
		"rep": config.Rep, "pub": config.Pub, "path": append([]string{}, config.Path...), "class": config.Class,
		"args": append([]string{}, config.Args...), "kwargs": kwargs, "serializer": config.Serializer,
		"verbose": config.Verbose,
	})
	if err != nil {
		return nil, fmt.Errorf("pizco/pyserver: %w", err)
	}
	cmd := exec.Command(config.Python, "-c", program, string(settings))
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, wire.EnvKey+"=") {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	cmd.Env = append(cmd.Env, wire.EnvKey+"="+string(config.Key), "PYTHONUNBUFFERED=1")
	return cmd, nil
}

// watch owns the child's reports and its end.
func (s *Server) watch(reports io.ReadCloser, report func(Event), started chan<- Event) {
	decoder := json.NewDecoder(reports)
	for {
		var e Event
		if err := decoder.Decode(&e); err != nil {
			break
		}
		if e.Event == "started" {
			started <- e
		}
		if report != nil {
			report(e)
		}
	}
	_ = reports.Close()
	s.err = s.cmd.Wait()
	close(s.ended)
}

// Endpoint returns the endpoint that the server answers requests at.
func (s *Server) Endpoint() string { return s.rep }

// PubEndpoint returns the endpoint that it publishes at.
func (s *Server) PubEndpoint() string { return s.pub }

// Done is closed when the child has ended.
func (s *Server) Done() <-chan struct{} { return s.ended }

// Err returns how the child ended: nil when it was told to. It is valid once Done is closed.
func (s *Server) Err() error {
	if s.err != nil {
		return fmt.Errorf("pizco/pyserver: the server ended: %w", s.err)
	}
	return nil
}

// Close asks the server to stop, waits for its end, and kills it when that takes more than five
// seconds.
func (s *Server) Close() error {
	s.once.Do(func() {
		_ = s.stdin.Close()
		select {
		case <-s.ended:
		case <-time.After(endTimeout):
			_ = s.cmd.Process.Kill()
		}
	})
	<-s.ended
	return s.Err()
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	data []byte
}

const tailSize = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, p...)
	if len(t.data) > tailSize {
		t.data = t.data[len(t.data)-tailSize:]
	}
	return len(p), nil
}

// lastLine returns the last line, which is the exception when Python ended with one.
func (t *tail) lastLine(otherwise error) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := string(bytes.TrimSpace(t.data))
	if text == "" {
		return errors.Join(otherwise, errors.New("it printed nothing")).Error()
	}
	return text[strings.LastIndexByte(text, '\n')+1:]
}
