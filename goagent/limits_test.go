package goagent_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// TestMaxMessage sends more than the server accepts, and returns more than the client accepts. The
// caller gets an error that its connection is lost, and its next call works. Other clients are not
// disturbed.
func TestMaxMessage(t *testing.T) {
	const most = 1 << 20
	object := func() *object.Object {
		return object.New("Store").
			Method("size", func(data []byte) int { return len(data) }).
			Method("zeros", func(size int) []byte { return make([]byte, size) })
	}
	check := func(t *testing.T, p, other *goagent.Proxy, big func() error) {
		t.Helper()
		var lost *goagent.TransportError
		if err := big(); !errors.As(err, &lost) || !lost.Sent {
			t.Errorf("got %v, want a *TransportError", err)
		}
		for _, p := range []*goagent.Proxy{p, other} {
			var size int
			if err := p.Call(limit(t), &size, "size", make([]byte, most/2)); err != nil || size != most/2 {
				t.Errorf("size() = %d, %v", size, err)
			}
		}
	}
	t.Run("server", func(t *testing.T) {
		s := serve(t, object(), goagent.WithMaxMessage(most))
		p, other := dial(t, s.Endpoint()), dial(t, s.Endpoint())
		check(t, p, other, func() error { return p.Call(limit(t), nil, "size", make([]byte, 2*most)) })
		if s := other.Status(); s != goagent.Connected {
			t.Errorf("the other one is %s", s)
		}
	})
	t.Run("client", func(t *testing.T) {
		s := serve(t, object())
		p, other := dial(t, s.Endpoint(), goagent.WithMaxMessage(most)), dial(t, s.Endpoint())
		check(t, p, other, func() error { return p.Call(limit(t), nil, "zeros", 2*most) })
		var data []byte
		if err := other.Call(limit(t), &data, "zeros", 2*most); err != nil || len(data) != 2*most {
			t.Errorf("%d bytes, %v", len(data), err)
		}
	})
}

// TestHeartbeat stops a server without closing its connections: the proxy notices, and finds it
// when it goes on.
func TestHeartbeat(t *testing.T) {
	server, endpoint := startServer(t, "tcp://127.0.0.1:0")
	defer server.Kill()
	statuses := make(chan goagent.Status, 100)
	p := dial(t, endpoint, goagent.WithHeartbeat(100*time.Millisecond),
		goagent.WithStatusHandler(func(s goagent.Status, _ error) { statuses <- s }))
	if err := server.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Signal(syscall.SIGCONT) }()
	called := make(chan error, 1)
	go func() { called <- p.Call(limit(t), nil, "same", 1) }()
	awaitStatus(t, statuses, goagent.Reconnecting)
	var lost *goagent.TransportError
	if err := <-called; err != nil && !errors.As(err, &lost) { // it may be answered before the server has stopped
		t.Errorf("got %v", err)
	}
	if err := server.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	awaitStatus(t, statuses, goagent.Connected)
	var got int
	// On a busy machine a sign of life can be missed again.
	for ctx := limit(t); got != 7; {
		if err := p.Call(ctx, &got, "same", 7); err != nil && (!errors.As(err, &lost) || ctx.Err() != nil) {
			t.Fatal(err)
		}
	}
}

// TestInterceptors has interceptors of a proxy inspect calls, change, refuse and answer them, the
// first one outermost.
func TestInterceptors(t *testing.T) {
	s := serve(t, newInstrument())
	var order []string
	note := func(name string) goagent.Interceptor {
		return func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
			order = append(order, name+" "+call.Action+" "+call.Name)
			value, err := next(ctx, call)
			order = append(order, name+" ends")
			return value, err
		}
	}
	rules := func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
		switch {
		case call.Peer != s.Endpoint():
			return nil, errors.New("the call is for " + call.Peer)
		case call.Name == "fail_value":
			return nil, pyerr.PermissionError.New("not today")
		case call.Name == "serial_number":
			return "mine", nil
		case call.Action == "setattr":
			call.Value = py.NewList(call.Value)
		}
		return next(ctx, call)
	}
	p := dial(t, s.Endpoint(), goagent.WithInterceptor(note("outer")), goagent.WithInterceptor(note("inner")), goagent.WithInterceptor(rules))
	var text string
	if err := p.Call(limit(t), nil, "fail_value"); !errors.Is(err, pyerr.PermissionError) {
		t.Errorf("a call that is refused: %v", err)
	}
	if want := "[outer exec fail_value inner exec fail_value inner ends outer ends]"; want != fmt.Sprint(order) {
		t.Errorf("got %v, want %s", order, want)
	}
	if err := p.Get(limit(t), &text, "serial_number"); err != nil || text != "mine" {
		t.Errorf("a call that is answered: %q, %v", text, err)
	}
	var payload []int
	if err := errors.Join(p.Set(limit(t), "payload", 5), p.Get(limit(t), &payload, "payload")); err != nil || len(payload) != 1 || payload[0] != 5 {
		t.Errorf("a call that is changed: %v, %v", payload, err)
	}
}

// TestStats counts what an agent does.
func TestStats(t *testing.T) {
	var changed object.Signal
	s := serve(t, object.New("Source").Signal("changed", &changed), goagent.WithKey(wire.NewKey([]byte("key"))))
	p := dial(t, s.Endpoint(), goagent.WithKey(wire.NewKey([]byte("key"))))
	if _, err := p.Connect(limit(t), "changed", func() {}); err != nil {
		t.Fatal(err)
	}
	before := s.Agent().Stats()
	for range 3 {
		if err := p.Echo(limit(t), nil, "hello"); err != nil {
			t.Fatal(err)
		}
	}
	stranger, err := goagent.NewAgent()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Close() }()
	var rejected *goagent.RejectedError
	if err := stranger.Request(limit(t), s.Endpoint(), "hello", nil); !errors.As(err, &rejected) {
		t.Errorf("got %v, want a *RejectedError", err)
	}
	changed.Emit(1)
	after := s.Agent().Stats()
	got := goagent.Stats{Requests: after.Requests - before.Requests, Rejected: after.Rejected - before.Rejected, Published: after.Published - before.Published}
	if want := (goagent.Stats{Requests: 4, Rejected: 1, Published: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestShutdownAwaitsFutures has the outcome of a future published that is pending when its server
// begins to shut down. (Whether it reaches a client before the end of its connection is up to the
// network.)
func TestShutdownAwaitsFutures(t *testing.T) {
	work := object.NewFuture()
	s := serve(t, object.New("Thinker").Method("think", func() *object.Future { return work }))
	p := dial(t, s.Endpoint())
	f, err := p.Start(limit(t), "think")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Shutdown(limit(t)) }()
	for ctx := limit(t); ; {
		var raised *pyerr.RemoteError
		if err := p.Call(ctx, nil, "missing"); errors.As(err, &raised) && raised.Message == "the server is shutting down" {
			break
		} else if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
	select {
	case err := <-done:
		t.Fatalf("it does not wait: %v", err)
	default:
	}
	before := s.Agent().Stats().Published
	work.Resolve(42)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := s.Agent().Stats().Published - before; n != 1 {
		t.Errorf("%d outcomes are published", n)
	}
	var answer int
	var lost *goagent.TransportError
	if err := f.Wait(limit(t), &answer); err == nil && answer != 42 || err != nil && !errors.As(err, &lost) {
		t.Errorf("the future ends with %d, %v", answer, err)
	}
}

// TestOptionsThatAreWrong holds that meaningless settings are refused.
func TestOptionsThatAreWrong(t *testing.T) {
	for name, options := range map[string][]goagent.ServeOption{
		"interceptor": {goagent.WithInterceptor(nil)},
		"dialect":     {goagent.WithDialect(7)},
		"serializer":  {goagent.WithSerializer("xml")},
		"endpoint":    {goagent.WithEndpoint("tcp://127.0.0.1:0+1")},
		"transport":   {goagent.WithEndpoint("udp://127.0.0.1:0")},
		"python":      {goagent.WithPythonVersion(3, 99)},
	} {
		if s, err := goagent.Serve(newInstrument(), options...); err == nil {
			t.Errorf("%s: no error", name)
			_ = s.Close()
		}
	}
	s := serve(t, newInstrument(), goagent.WithLogger(nil))
	if p, err := goagent.Dial(limit(t), s.Endpoint(), goagent.WithSlotQueue(1, 9)); err == nil {
		t.Error("overflow: no error")
		_ = p.Close()
	}
	if _, err := goagent.Dial(limit(t), ""); err == nil {
		t.Error("no endpoint: no error")
	}
}
