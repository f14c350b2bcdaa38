package goagent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/dispatch"
	"github.com/pizco-go/pizco/goagent/internal/emission"
	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/goagent/internal/topics"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Server serves an object to proxies of this library and of the original. It mirrors pizco.Server,
// and is safe for concurrent use.
//
// Any number of clients are served side by side. Calls of the object run one at a time
// (WithConcurrency), and a slow one does not hold up requests of other kinds. A panic of the object
// reaches its caller as a RuntimeError.
type Server struct {
	agent  *Agent
	handle Handler
	// writesGo is set when results are written from Go values as they are.
	writesGo bool
	// turns limits how many calls of the object run at a time; nil is no limit.
	turns *dispatch.Turns
	pace  dispatch.Pace
	// making has a place for the one 'instantiate' that may run.
	making chan struct{}

	futures   servedFutures
	signals   topics.Signals
	emissions emission.Queue

	work *dispatch.Work // calls and futures

	mu     sync.Mutex
	object *object.Served
}

// Serve opens a server's sockets and serves value. The value is a pointer to a struct or any other
// value with methods, or an object put together with NewObject. It is nil for a server that gets
// its object with 'instantiate'. Serve returns once clients can connect.
func Serve(value any, opts ...ServeOption) (*Server, error) {
	cfg := defaultConfig()
	for _, o := range opts {
		if err := o.applyToServer(&cfg); err != nil {
			return nil, err
		}
	}
	a, err := openAgent(cfg)
	if err != nil {
		return nil, err
	}
	s := &Server{agent: a, making: make(chan struct{}, 1), work: dispatch.NewWork()}
	if cfg.concurrency > 0 {
		s.turns = dispatch.NewTurns(cfg.concurrency)
		context.AfterFunc(a.ctx, func() { s.turns.Close(context.Cause(a.ctx)) })
	}
	s.handle = intercepted(s.perform, cfg.interceptors)
	if len(cfg.interceptors) == 0 { // which see values of package py
		s.writesGo = a.cfg.writesGo()
		if !a.cfg.decodeHooks {
			a.host.Read = s.readCall
		}
	}
	s.futures.server = s
	s.signals.Find, s.signals.Publish = s.signal, s.emit
	s.emissions.Hold, s.emissions.Inside = cfg.signalHold, insideCall
	s.emissions.Send, s.emissions.Since, s.emissions.Report = a.publishEncoded, a.subscribedSince, s.unpublished
	if value != nil {
		if s.object, err = object.Of(value, s.objectSettings()); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	a.host.Serve, a.onTopic, a.onClose = s.serve, s.signals.Changed, s.signals.Close
	a.onClosing = s.emissions.Close
	a.start()
	return s, nil
}

func (s *Server) objectSettings() *object.Settings {
	settings := s.agent.cfg.object
	settings.Logger = s.agent.log
	settings.Lifetime = s.agent.ctx
	settings.WritesGo = s.writesGo
	settings.OwnsArguments = len(s.agent.cfg.interceptors) == 0 // which may keep them
	return &settings
}

// Agent returns the agent that the server speaks through.
func (s *Server) Agent() *Agent { return s.agent }

// Endpoint returns the name of the server's first endpoint, which is what proxies dial.
func (s *Server) Endpoint() string { return s.agent.Endpoint() }

// Endpoints returns the names of all endpoints, as [Agent.Endpoints] does.
func (s *Server) Endpoints() []string { return s.agent.Endpoints() }

// PubEndpoint returns the endpoint of the server's notifications.
func (s *Server) PubEndpoint() string { return s.agent.PubEndpoint() }

// Done is closed when the server has stopped.
func (s *Server) Done() <-chan struct{} { return s.agent.Done() }

// Wait returns when the server has stopped, be it by Close, Shutdown or a client's 'stop', or with
// the context's error. It mirrors Server.serve_forever.
func (s *Server) Wait(ctx context.Context) error { return s.agent.Wait(ctx) }

// Close stops the server without waiting for calls that run; their contexts end, and their answers
// are dropped. A call may close its server. See [Agent.Close].
func (s *Server) Close() error { return s.agent.Close() }

// Shutdown stops the server when the calls that it has taken are answered and their futures have
// ended. Further calls are refused with a RuntimeError. When the context ends first, it closes the
// server at once and returns the context's error.
//
// A call, or a future's work, cannot wait for its own end. With the context of a call of this
// server, or one made of it, Shutdown returns nil at once. The server stops when the rest is done
// and that call is answered too, at the latest at the context's deadline; [Server.Wait] returns
// then. Without that context, inside of a call, Shutdown returns [ErrShutdownInCall] and does
// nothing.
func (s *Server) Shutdown(ctx context.Context) error {
	t, ok := ctx.Value(turnKey{}).(*turn)
	switch {
	case ok && t.server == s:
		s.work.Drain()
		go s.closeDrained(ctx)
		return nil
	case !ok && insideCall() && s.work.Busy():
		return ErrShutdownInCall
	}
	s.work.Drain()
	return s.awaitDrained(ctx)
}

// closeDrained ends what a call has begun. The call's context may be canceled when it returns, but
// its deadline holds.
func (s *Server) closeDrained(ctx context.Context) {
	limited := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		limited, cancel = context.WithDeadline(limited, deadline)
		defer cancel()
	}
	if err := s.awaitDrained(limited); err != nil {
		s.agent.log.Warn("shut down with calls unanswered", "error", err)
	}
}

// awaitDrained closes the server when nothing runs any more, or the context ends.
func (s *Server) awaitDrained(ctx context.Context) error {
	var err error
	select {
	case <-s.work.Idle():
	case <-s.agent.done:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	return errors.Join(err, s.Close())
}

func (s *Server) served() *object.Served {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.object
}

// logCall logs what came of a call.
func (s *Server) logCall(call *Call, began time.Time, err error) {
	s.agent.log.Debug("call", "action", call.Action, "name", call.Name, "method", call.Method, "peer", call.Peer, "id", call.ID,
		"took", time.Since(began), "error", err)
}

// errShuttingDown is what a client is told whose call comes too late.
var errShuttingDown = fmt.Errorf("%w: the server is shutting down", pyerr.RuntimeError)

// construct makes an object of a registered class.
func (s *Server) construct(ctx context.Context, call *Call) (*object.Served, error) {
	constructor := s.agent.cfg.classes[call.Name]
	if constructor == nil {
		return nil, s.unknownClass(call.Name)
	}
	return constructor.New(ctx, s.objectSettings(), call.Args, call.Kwargs)
}

// unknownClass is what Python says when a class cannot be imported. A module is one that a
// registered class is in.
func (s *Server) unknownClass(name string) error {
	module, class, ok := naming.CutClass(name)
	if !ok {
		return pyerr.ValueError.New("not enough values to unpack (expected 2, got 1)")
	}
	for known := range s.agent.cfg.classes {
		if strings.HasPrefix(known, module+".") {
			return pyerr.AttributeError.New(fmt.Sprintf("module '%s' has no attribute '%s'", module, class)).With("name", class)
		}
	}
	return pyerr.ModuleNotFoundError.New(fmt.Sprintf("No module named '%s'", module)).With("name", module)
}

// typeNameOf returns the name of the Python type that a value is sent as, or its Go type's when it
// cannot be.
func typeNameOf(v any) string {
	if graph, err := pyerr.FromGo(v); err == nil {
		return py.TypeName(graph)
	}
	return fmt.Sprintf("%T", v)
}
