package goagent_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// busy is an object with a method that takes as long as it likes.
type busy struct {
	Other            object.Signal
	Changed          object.Signal
	entered, release chan struct{}
	quit             func() error
}

func newBusy() *busy { return &busy{entered: make(chan struct{}), release: make(chan struct{})} }

func (b *busy) Work() {
	close(b.entered)
	<-b.release
}

func (b *busy) Quit() error { return b.quit() }

// serveBusy serves the object and returns a proxy of it.
func serveBusy(t *testing.T, b *busy, options ...goagent.ServeOption) (*goagent.Server, *goagent.Proxy) {
	t.Helper()
	server, err := goagent.Serve(b, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server, dial(t, server.Endpoint())
}

func TestClosingWaitsForNoCall(t *testing.T) {
	for name, end := range map[string]func(*goagent.Server) error{
		"Close": (*goagent.Server).Close,
		"Shutdown": func(s *goagent.Server) error {
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			if err := s.Shutdown(ended); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBusy()
			server, p := serveBusy(t, b)
			failed := make(chan error, 1)
			go func() { failed <- p.Call(limit(t), nil, "work") }()
			<-b.entered
			t.Cleanup(func() { close(b.release) })
			closed := make(chan error, 1)
			go func() { closed <- end(server) }()
			select {
			case err := <-closed:
				if err != nil {
					t.Error(err)
				}
			case <-limit(t).Done():
				t.Fatal("it waits for the call")
			}
			if err := <-failed; err == nil {
				t.Error("the call was answered")
			}
		})
	}
}

func TestCallClosesItsServer(t *testing.T) {
	b := newBusy()
	server, p := serveBusy(t, b)
	b.quit = server.Close
	if err := p.Call(limit(t), nil, "quit"); err == nil {
		t.Error("the call was answered")
	}
	if err := server.Wait(limit(t)); err != nil {
		t.Error(err)
	}
}

func TestStopLeavesSignals(t *testing.T) {
	b := newBusy()
	server, p := serveBusy(t, b)
	if _, err := p.Connect(limit(t), "changed", func() {}); err != nil {
		t.Fatal(err)
	}
	if n := b.Changed.Connections(); n != 1 {
		t.Fatalf("%d connections to the signal", n)
	}
	if err := p.StopServer(limit(t)); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(limit(t)); err != nil {
		t.Error(err)
	}
	if n := b.Changed.Connections(); n != 0 {
		t.Errorf("%d connections to the signal of a stopped server", n)
	}
}

// TestHandlerClosesAgent closes an agent from the handler of a notification.
func TestHandlerClosesAgent(t *testing.T) {
	b := newBusy()
	server, _ := serveBusy(t, b)
	a, err := goagent.NewAgent()
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan error, 1)
	if _, err := a.Subscribe(limit(t), server.Endpoint(), "changed", func(goagent.Notification) { closed <- a.Close() }); err != nil {
		t.Fatal(err)
	}
	b.Changed.Emit(1)
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-limit(t).Done():
		t.Fatal("the agent is never closed")
	}
	if err := a.Wait(limit(t)); err != nil {
		t.Error(err)
	}
}

// TestHandlerUsesAgent subscribes, asks and cancels in the handler of a notification.
func TestHandlerUsesAgent(t *testing.T) {
	b := newBusy()
	server, _ := serveBusy(t, b)
	a, err := goagent.NewAgent()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	done := make(chan error, 10)
	var own *goagent.Subscription
	ready := make(chan struct{})
	own, err = a.Subscribe(limit(t), server.Endpoint(), "changed", func(goagent.Notification) {
		<-ready
		_, err := a.Subscribe(limit(t), server.Endpoint(), "other", func(goagent.Notification) {})
		done <- errors.Join(err, a.Request(limit(t), server.Endpoint(), "hello", nil), own.Cancel())
	})
	if err != nil {
		t.Fatal(err)
	}
	close(ready)
	for range 3 { // all of them come, and the handler is called for the first
		b.Changed.Emit(1)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if n := len(done); n != 0 {
		t.Errorf("the handler was called %d times more after it had canceled", n)
	}
}

// TestSlotConnects has a slot connect another one while its own queue is full and may not drop.
func TestSlotConnects(t *testing.T) {
	const events = 20
	b := newBusy()
	server, err := goagent.Serve(b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	p := dial(t, server.Endpoint(), goagent.WithSlotQueue(1, goagent.Block))
	emitted, got := make(chan struct{}), make(chan error, events)
	if _, err := p.Connect(limit(t), "changed", func(n int) {
		if n == 0 {
			<-emitted
		}
		var err error
		if n%5 == 0 {
			_, err = p.Connect(limit(t), "other", func() {})
		}
		got <- err
	}); err != nil {
		t.Fatal(err)
	}
	for n := range events {
		b.Changed.Emit(n)
	}
	close(emitted)
	for n := range events {
		select {
		case err := <-got:
			if err != nil {
				t.Fatalf("event %d: %v", n, err)
			}
		case <-limit(t).Done():
			t.Fatalf("event %d does not come", n)
		}
	}
	if n := p.Dropped(); n != 0 {
		t.Errorf("%d dropped", n)
	}
}

// TestWatchConnects does the same with the loop over the emissions, which go on all the time.
func TestWatchConnects(t *testing.T) {
	b := newBusy()
	server, err := goagent.Serve(b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	p := dial(t, server.Endpoint(), goagent.WithSlotQueue(1, goagent.Block))
	ctx, cancel := context.WithCancel(limit(t))
	var emitting sync.WaitGroup
	emitting.Go(func() {
		pause := time.NewTicker(time.Millisecond)
		defer pause.Stop()
		for n := 0; ctx.Err() == nil; n++ {
			b.Changed.Emit(n)
			<-pause.C
		}
	})
	next, seen := -1, 0
	for e, err := range p.Watch(ctx, "changed") {
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := e.Scan(&n); err != nil || next >= 0 && n != next {
			t.Fatalf("event %d, %v; want %d", n, err, next)
		}
		next = n + 1
		if _, err := p.Connect(ctx, "other", func() {}); err != nil {
			t.Fatal(err)
		}
		if seen++; seen == 20 {
			break
		}
	}
	cancel()
	emitting.Wait()
}
