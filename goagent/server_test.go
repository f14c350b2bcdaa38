package goagent_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// TestDialects checks that an exception arrives in both dialects, with its traceback in the one
// that has it.
func TestDialects(t *testing.T) {
	for _, dialect := range []goagent.Dialect{goagent.Release01, goagent.Master} {
		for _, serializer := range []string{"pickle", "json"} {
			s := serve(t, newInstrument(), goagent.WithDialect(dialect))
			p := dial(t, s.Endpoint(), goagent.WithSerializer(serializer))
			err := p.Call(limit(t), nil, "fail_value")
			var remote *pyerr.RemoteError
			if !errors.As(err, &remote) || !errors.Is(err, pyerr.ValueError) {
				t.Fatalf("%s, %s: got %v", dialect, serializer, err)
			}
			if hasTraceback := len(remote.Traceback) > 0; hasTraceback != (dialect == goagent.Master) {
				t.Errorf("%s, %s: traceback %q", dialect, serializer, remote.Traceback)
			}
		}
	}
}

// TestInstantiate has a client make the object, once, and use the signals that were subscribed to
// before.
func TestInstantiate(t *testing.T) {
	s := serve(t, nil, goagent.WithClass("example.Multiplier", func(factor int) (*Multiplier, error) {
		if factor == 0 {
			return nil, pyerr.ValueError.New("the factor cannot be zero")
		}
		return &Multiplier{factor: factor}, nil
	}, "factor"))
	p := dial(t, s.Endpoint())
	ctx := limit(t)
	if err := p.Get(ctx, nil, "factor"); !errors.Is(err, pyerr.AttributeError) {
		t.Errorf("without an object: %v", err)
	}
	changes := make(chan int, 1)
	if _, err := p.Connect(ctx, "factor_changed", func(n int) { changes <- n }); err != nil {
		t.Fatal(err)
	}
	if err := p.Instantiate(ctx, "example.Divider", 2); !errors.Is(err, pyerr.AttributeError) {
		t.Errorf("an unknown class: %v", err)
	}
	if err := p.Instantiate(ctx, "example.Multiplier"); !errors.Is(err, pyerr.TypeError) {
		t.Errorf("a missing argument: %v", err)
	}
	if err := p.Instantiate(ctx, "example.Multiplier", 0); !errors.Is(err, pyerr.ValueError) {
		t.Errorf("a constructor that fails: %v", err)
	}
	if err := p.Instantiate(ctx, "example.Multiplier", object.Kwargs{"factor": 3}); err != nil {
		t.Fatal(err)
	}
	var raised *pyerr.RemoteError
	if err := p.Instantiate(ctx, "example.Multiplier", 4); !errors.As(err, &raised) || raised.Message != "Cannot instantiate another object." {
		t.Errorf("a second object: %v", err)
	}
	var product int
	if err := p.Call(ctx, &product, "calculate", 8); err != nil || product != 24 {
		t.Errorf("calculate(8) = %d, %v", product, err)
	}
	if err := p.Set(ctx, "factor", 5); err != nil {
		t.Fatal(err)
	}
	select {
	case n := <-changes:
		if n != 5 {
			t.Errorf("changed to %d", n)
		}
	case <-ctx.Done():
		t.Error("the signal was not connected to the new object")
	}
}

// TestStopRefused checks that a server can refuse to be stopped by its peers.
func TestStopRefused(t *testing.T) {
	s := serve(t, newInstrument(), goagent.WithStopRefused())
	p := dial(t, s.Endpoint())
	if err := p.StopServer(limit(t)); !errors.Is(err, goagent.ErrStopRefused) {
		t.Errorf("got %v, want ErrStopRefused", err)
	}
	if err := p.Call(limit(t), nil, "nothing"); err != nil {
		t.Error(err)
	}
}

// TestResultThatCannotBeSent checks that the caller is told so, and that the server goes on.
func TestResultThatCannotBeSent(t *testing.T) {
	s := serve(t, newInstrument())
	for _, serializer := range []string{"pickle", "json"} {
		p := dial(t, s.Endpoint(), goagent.WithSerializer(serializer))
		if err := p.Call(limit(t), nil, "unpicklable"); !errors.Is(err, pyerr.TypeError) {
			t.Errorf("%s: got %v, want a TypeError", serializer, err)
		}
		if err := p.Call(limit(t), nil, "nothing"); err != nil {
			t.Errorf("%s: %v", serializer, err)
		}
	}
}

// TestCancelFuture checks that canceling a future stops the work behind it.
func TestCancelFuture(t *testing.T) {
	o := object.New("Thinker").Method("think", func() *object.Future {
		return object.Go(t.Context(), func(ctx context.Context) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
	})
	s := serve(t, o)
	p := dial(t, s.Endpoint())
	f, err := p.Start(limit(t), "think")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Cancel(limit(t)); err != nil {
		t.Fatal(err)
	}
	if err := f.Wait(limit(t), nil); !errors.Is(err, pyerr.CancelledError) {
		t.Errorf("got %v, want a CancelledError", err)
	}
}

// TestSlotsOfOtherProxies connects a signal of one server to a method of another's proxy.
func TestSlotsOfOtherProxies(t *testing.T) {
	source, sink := serve(t, newInstrument()), serve(t, newInstrument())
	from, to := dial(t, source.Endpoint()), dial(t, sink.Endpoint())
	measured := make(chan int, 1)
	if _, err := to.Connect(limit(t), "measured", func(n int) { measured <- n }); err != nil {
		t.Fatal(err)
	}
	if _, err := from.Connect(limit(t), "alarm", to.Method("measure")); err != nil {
		t.Fatal(err)
	}
	if err := from.Call(limit(t), nil, "sound_alarm", 1); err != nil {
		t.Fatal(err)
	}
	select {
	case n := <-measured:
		if n != 0 {
			t.Errorf("measured %d", n)
		}
	case <-limit(t).Done():
		t.Error("the other object was not called")
	}
}

// TestWatch iterates over the emissions of a signal.
func TestWatch(t *testing.T) {
	s := serve(t, newInstrument())
	p := dial(t, s.Endpoint())
	ctx, cancel := context.WithCancel(limit(t))
	defer cancel()
	caller := dial(t, s.Endpoint())
	go func() {
		for s.Agent().Subscribers("alarm") == 0 && ctx.Err() == nil {
			runtime.Gosched()
		}
		_ = caller.Call(ctx, nil, "sound_alarm", 3) // a failure shows as a missing event
	}()
	next := 0
	for event, err := range p.Watch(ctx, "alarm") {
		if err != nil {
			if next != 3 || !errors.Is(err, context.Canceled) {
				t.Errorf("ended after %d events with %v", next, err)
			}
			break
		}
		var n int
		if err := event.Scan(&n); err != nil || n != next {
			t.Errorf("event %d is %d, %v", next, n, err)
		}
		if next++; next == 3 {
			cancel()
		}
	}
}
