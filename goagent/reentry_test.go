package goagent_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// scene is a server whose object, options and clients have code of the user in all places from
// which it is called. Each of them calls act with its name, and the context that it gets there, if
// any.
type scene struct {
	server *goagent.Server
	act    func(ctx context.Context, place string)
	local  object.Signal
}

// places are those in a scene, with what a client does to get there.
var places = map[string]func(ctx context.Context, p *goagent.Proxy) error{
	"method": func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "method") },
	"method without context": func(ctx context.Context, p *goagent.Proxy) error {
		return p.Call(ctx, nil, "method_without_context")
	},
	"getter":      func(ctx context.Context, p *goagent.Proxy) error { return p.Get(ctx, nil, "property") },
	"setter":      func(ctx context.Context, p *goagent.Proxy) error { return p.Set(ctx, "property", 1) },
	"interceptor": func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "nothing") },
	"work of a future": func(ctx context.Context, p *goagent.Proxy) error {
		return p.Call(ctx, nil, "think")
	},
	"slot of the server's own": func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "emit_local") },
	"publish handler":          func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "emit") },
	"topic handler": func(ctx context.Context, p *goagent.Proxy) error {
		_, err := p.Connect(ctx, "changed", func() {})
		return err
	},
	"source's connect": func(ctx context.Context, p *goagent.Proxy) error {
		_, err := p.Connect(ctx, "foreign", func() {})
		return err
	},
	"source's disconnect": func(ctx context.Context, p *goagent.Proxy) error {
		c, err := p.Connect(ctx, "foreign", func() {})
		if err != nil {
			return err
		}
		return c.Disconnect()
	},
	"logger": func(ctx context.Context, p *goagent.Proxy) error {
		_, err := p.Connect(ctx, "changed", func() {})
		return err
	},
	"constructor": func(ctx context.Context, p *goagent.Proxy) error { return p.Instantiate(ctx, "tests.Made") },
}

// connects are the places where a client is about to connect a slot.
var connects = map[string]bool{"topic handler": true, "source's connect": true, "logger": true}

// foreign is a source of signals that is not of this library.
type foreign struct{ s *scene }

func (f foreign) Connect(func(values ...any)) (disconnect func()) {
	f.s.act(nil, "source's connect")
	return sync.OnceFunc(func() { f.s.act(nil, "source's disconnect") })
}

// open starts the server.
func (s *scene) open(t *testing.T, place string) {
	t.Helper()
	var changed object.Signal
	s.local.Connect(func(...any) { s.act(nil, "slot of the server's own") })
	made := object.New("Scene").
		Method("nothing", func() {}).
		Method("method", func(ctx context.Context) { s.act(ctx, "method") }).
		Method("method_without_context", func() { s.act(nil, "method without context") }).
		Property("property", func() int { s.act(nil, "getter"); return 1 }, func(int) { s.act(nil, "setter") }).
		Method("think", func(ctx context.Context) *object.Future {
			return object.Go(ctx, func(ctx context.Context) (any, error) { s.act(ctx, "work of a future"); return nil, nil })
		}).
		Method("emit", func() { changed.Emit(1) }).
		Method("emit_local", func() { s.local.Emit(1) }).
		Signal("changed", &changed).
		Signal("foreign", foreign{s})
	options := []goagent.ServeOption{
		goagent.WithClass("tests.Made", func(ctx context.Context) *object.Object {
			s.act(ctx, "constructor")
			return object.New("Made")
		}),
		goagent.WithLogger(slog.New(actOn{"subscribers", func() { s.act(nil, "logger") }})),
		goagent.WithPublishHandler(func(string) { s.act(nil, "publish handler") }),
		goagent.WithTopicHandler(func(string, int) { s.act(nil, "topic handler") }),
		goagent.WithInterceptor(func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
			if call.Name == "nothing" {
				s.act(ctx, "interceptor")
			}
			return next(ctx, call)
		}),
	}
	var value any = made
	if place == "constructor" {
		value = nil
	}
	s.server = serve(t, value, options...)
}

// inScene has a client get to a place of a new scene, where end is called, once, and returns what
// that did. It fails when end does not return, or the server does not stop after it.
func inScene(t *testing.T, place string, end func(ctx context.Context, s *goagent.Server) error) (ended, called error) {
	t.Helper()
	s, ends := &scene{}, make(chan error, 1)
	var armed atomic.Bool
	var once sync.Once
	s.act = func(ctx context.Context, at string) {
		if armed.Load() && at == place {
			once.Do(func() { ends <- end(ctx, s.server) })
		}
	}
	s.open(t, place)
	p := dial(t, s.server.Endpoint())
	if place == "publish handler" { // nothing is published without a subscriber
		if _, err := p.Connect(limit(t), "changed", func() {}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(limit(t))
	defer cancel()
	if connects[place] { // the client would wait until the server is back
		go func() {
			defer cancel()
			_ = s.server.Wait(ctx)
		}()
	}
	armed.Store(true)
	called = places[place](ctx, p)
	select {
	case ended = <-ends:
	case <-limit(t).Done():
		t.Fatalf("it does not return\n%s", stacks())
	}
	return ended, called
}

func awaitStop(t *testing.T, s *goagent.Server) {
	t.Helper()
	if err := s.Wait(limit(t)); err != nil {
		t.Errorf("%v\n%s", err, stacks())
	}
}

// TestCloseFromEverywhere closes a server from all code of the user that it calls.
func TestCloseFromEverywhere(t *testing.T) {
	for place := range places {
		t.Run(place, func(t *testing.T) {
			var closed *goagent.Server
			ended, _ := inScene(t, place, func(_ context.Context, s *goagent.Server) error {
				closed = s
				return s.Close()
			})
			if ended != nil {
				t.Error(ended)
			}
			awaitStop(t, closed)
		})
	}
}

// TestShutdownFromEverywhere does the same with Shutdown without a deadline, which waits for calls.
// A call that shuts down its own server gets an error at once, unless it passes the context of the
// call.
func TestShutdownFromEverywhere(t *testing.T) {
	withContext := map[string]bool{"method": true, "interceptor": true, "work of a future": true, "constructor": true}
	refused := map[string]bool{"method without context": true, "getter": true, "setter": true, "slot of the server's own": true, "publish handler": true}
	for place := range places {
		t.Run(place, func(t *testing.T) {
			var server *goagent.Server
			ended, called := inScene(t, place, func(ctx context.Context, s *goagent.Server) error {
				server = s
				if !withContext[place] {
					ctx = context.Background()
				}
				return s.Shutdown(ctx)
			})
			switch {
			case refused[place]:
				if !errors.Is(ended, goagent.ErrShutdownInCall) || called != nil {
					t.Errorf("got %v; the call ended with %v", ended, called)
				}
				if err := dial(t, server.Endpoint()).Echo(limit(t), nil, "hello"); err != nil {
					t.Errorf("the server does not go on: %v", err)
				}
				return
			case ended != nil:
				t.Error(ended)
			case withContext[place] && called != nil:
				t.Errorf("the call that shuts down is not answered: %v", called)
			}
			awaitStop(t, server)
		})
	}
}

// TestShutdownOfAnother has a method shut down another server, for whose calls it waits, and the
// context of its own call tells it from that.
func TestShutdownOfAnother(t *testing.T) {
	b := newBusy()
	other, q := serveBusy(t, b, goagent.WithConcurrency(0)) // for what looks whether it shuts down
	s := serve(t, object.New("Boss").Method("end", func(ctx context.Context) error { return other.Shutdown(ctx) }))
	worked, ended := make(chan error, 1), make(chan error, 1)
	go func() { worked <- q.Call(limit(t), nil, "work") }()
	<-b.entered
	go func() { ended <- dial(t, s.Endpoint()).Call(limit(t), nil, "end") }()
	for draining := false; !draining; {
		var raised *pyerr.RemoteError
		err := q.Call(limit(t), nil, "missing")
		draining = errors.As(err, &raised) && raised.Message == "the server is shutting down"
	}
	select {
	case err := <-ended:
		t.Errorf("it has not waited: %v", err)
	default:
	}
	close(b.release)
	if err := errors.Join(<-worked, <-ended); err != nil {
		t.Error(err)
	}
}

// TestShutdownInCallKeepsDeadline has a call shut down its server with a deadline that another call
// does not keep.
func TestShutdownInCallKeepsDeadline(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	var s *goagent.Server
	ready := make(chan struct{})
	s = serve(t, object.New("Slow").
		Method("slow", func() { close(entered); <-release }).
		Method("end", func(ctx context.Context) error {
			<-ready
			limited, cancel := context.WithTimeout(ctx, time.Millisecond)
			defer cancel()
			return s.Shutdown(limited)
		}), goagent.WithConcurrency(0))
	close(ready)
	p := dial(t, s.Endpoint())
	go func() { _ = p.Call(limit(t), nil, "slow") }()
	<-entered
	_ = p.Call(limit(t), nil, "end") // may not be answered any more
	awaitStop(t, s)
}

// TestCloseProxyFromEverywhere closes a proxy from all code of the user that it calls.
func TestCloseProxyFromEverywhere(t *testing.T) {
	for _, place := range []string{"slot", "slot of a method", "watch", "status handler", "interceptor", "handler of a notification", "logger"} {
		t.Run(place, func(t *testing.T) {
			var changed object.Signal
			s := serve(t, object.New("Source").Signal("changed", &changed).Method("nothing", func() {}))
			var p *goagent.Proxy
			ready, ends := make(chan struct{}), make(chan error, 1)
			var once sync.Once
			acting := place
			if place == "slot of a method" {
				acting = "interceptor" // of the slot's call
			}
			act := func(at string) {
				<-ready
				if at == acting {
					once.Do(func() { ends <- p.Close() })
				}
			}
			p = dial(t, s.Endpoint(),
				goagent.WithLogger(slog.New(actOn{"notification ignored", func() { act("logger") }})),
				goagent.WithStatusHandler(func(goagent.Status, error) { act("status handler") }),
				goagent.WithInterceptor(func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
					act("interceptor")
					return next(ctx, call)
				}))
			ctx := limit(t)
			if _, err := p.Connect(ctx, "changed", func() { act("slot") }); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Agent().Subscribe(ctx, s.Endpoint(), "changed", func(goagent.Notification) { act("handler of a notification") }); err != nil {
				t.Fatal(err)
			}
			close(ready)
			switch place {
			case "watch":
				stop := emitUntilStopped(&changed) // what tells when a watch is in force is its first emission
				for _, err := range p.Watch(ctx, "changed") {
					if err != nil {
						break // closed
					}
					act("watch")
				}
				stop()
			case "slot of a method":
				if _, err := p.Connect(ctx, "changed", p.Method("nothing")); err != nil {
					t.Fatal(err)
				}
			case "logger":
				if err := s.Publish("changed", 5); err != nil { // no emission
					t.Fatal(err)
				}
			}
			changed.Emit(1)
			_ = p.Call(ctx, nil, "nothing") // the proxy may be closed
			select {
			case err := <-ends:
				if err != nil {
					t.Error(err)
				}
			case <-ctx.Done():
				t.Fatalf("Close does not return\n%s", stacks())
			}
			if err := p.Agent().Wait(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// emitUntilStopped emits a signal again and again.
func emitUntilStopped(signal *object.Signal) (stop func()) {
	stopped := make(chan struct{})
	var emits sync.WaitGroup
	emits.Go(func() {
		ticks := time.NewTicker(time.Millisecond)
		defer ticks.Stop()
		for {
			select {
			case <-stopped:
				return
			case <-ticks.C:
				signal.Emit(1)
			}
		}
	})
	return func() { close(stopped); emits.Wait() }
}

// actOn is a handler of a logger that acts on a message.
type actOn struct {
	message string
	act     func()
}

func (actOn) Enabled(context.Context, slog.Level) bool { return true }
func (h actOn) WithAttrs([]slog.Attr) slog.Handler     { return h }
func (h actOn) WithGroup(string) slog.Handler          { return h }
func (h actOn) Handle(_ context.Context, r slog.Record) error {
	if r.Message == h.message {
		h.act()
	}
	return nil
}

// TestCloseFromCurveClientsFunc closes a server while it is asked whether a client is let in.
func TestCloseFromCurveClientsFunc(t *testing.T) {
	pair := keyPair(t)
	var s *goagent.Server
	ready, ends := make(chan struct{}), make(chan error, 1)
	var once sync.Once
	s = serve(t, newInstrument(), goagent.WithCurve(pair), goagent.WithCurveClientsFunc(func(curve.PublicKey) bool {
		<-ready
		once.Do(func() { ends <- s.Close() })
		return false
	}))
	close(ready)
	ctx, cancel := context.WithCancel(limit(t))
	defer cancel()
	go func() {
		if p, err := goagent.Dial(ctx, s.Endpoint(), goagent.WithCurvePeer(pair.Public())); err == nil {
			_ = p.Close()
		}
	}()
	select {
	case err := <-ends:
		if err != nil {
			t.Error(err)
		}
	case <-ctx.Done():
		t.Fatalf("Close does not return\n%s", stacks())
	}
	awaitStop(t, s)
}

// TestCloseFromRequestHandler closes an agent that is asked.
func TestCloseFromRequestHandler(t *testing.T) {
	var a *goagent.Agent
	ready, ends := make(chan struct{}), make(chan error, 1)
	a, err := goagent.NewAgent(goagent.WithRequestHandler(func(context.Context, *goagent.Request) (any, error) {
		<-ready
		ends <- a.Close()
		return nil, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	close(ready)
	asks, err := goagent.NewAgent()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = asks.Close() }()
	go func() { _ = asks.Request(limit(t), a.Endpoint(), 1, nil) }()
	select {
	case err := <-ends:
		if err != nil {
			t.Error(err)
		}
	case <-limit(t).Done():
		t.Fatalf("Close does not return\n%s", stacks())
	}
}

// TestTopicHandlerUsesServer has the handler of a subscription call the very server, and be slow,
// while others subscribe and call.
func TestTopicHandlerUsesServer(t *testing.T) {
	var changed, other object.Signal
	var s *goagent.Server
	ready, called, release := make(chan struct{}), make(chan error, 1), make(chan struct{})
	told := make(chan string, 10)
	s = serve(t, object.New("Source").Signal("changed", &changed).Signal("other", &other).Method("nothing", func() {}),
		goagent.WithTopicHandler(func(topic string, subscribers int) {
			if topic != "changed" && topic != "other" {
				return
			}
			if subscribers == 1 && topic == "changed" {
				<-ready
				called <- dial(t, s.Endpoint()).Call(limit(t), nil, "nothing")
				<-release
			}
			told <- topic + " " + string(rune('0'+subscribers)) + "\n"
		}))
	close(ready)
	p := dial(t, s.Endpoint())
	ctx := limit(t)
	c, err := p.Connect(ctx, "changed", func() {})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-called; err != nil {
		t.Fatal(err)
	}
	if _, err := p.Connect(ctx, "other", func() {}); err != nil { // while the handler is stuck
		t.Fatal(err)
	}
	if err := errors.Join(p.Call(ctx, nil, "nothing"), c.Disconnect(), p.Call(ctx, nil, "nothing")); err != nil {
		t.Fatal(err)
	}
	close(release)
	seen := ""
	for range 3 { // "other 0" follows when the proxy is closed
		select {
		case line := <-told:
			seen += line
		case <-ctx.Done():
			t.Fatalf("the handler has been told\n%s", seen)
		}
	}
	if want := "changed 1\nother 1\nchanged 0\n"; seen != want {
		t.Errorf("the handler was told\n%swant\n%s", seen, want)
	}
}
