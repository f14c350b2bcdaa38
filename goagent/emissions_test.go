package goagent_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// emitter emits in calls in several ways.
type emitter struct {
	Changed, Moved object.Signal
	release        chan struct{}
	strays         sync.WaitGroup
}

func (e *emitter) Emit(n int) int {
	for i := range n {
		e.Changed.Emit(i)
		e.Moved.Emit(i)
	}
	return n
}

// Linger emits, and goes on until it is released.
func (e *emitter) Linger() {
	e.Changed.Emit(1)
	<-e.release
}

// Stray has another goroutine emit, and goes on until it is released.
func (e *emitter) Stray() {
	e.strays.Go(func() { e.Changed.Emit(1) })
	<-e.release
}

// SetFactor emits as the manual's property does.
func (e *emitter) SetFactor(n int) { e.Changed.Emit(n) }

// Factor makes it a property.
func (e *emitter) Factor() int { return 0 }

// Fail emits, and raises.
func (e *emitter) Fail() error {
	e.Changed.Emit(1)
	return pyerr.ValueError.New("no")
}

// Later returns a future.
func (e *emitter) Later() *object.Future {
	e.Changed.Emit(1)
	f := object.NewFuture()
	f.Resolve(1)
	return f
}

// orderOf records, in the order in which they come, the replies and the notifications of a server.
type orderOf struct {
	mu   sync.Mutex
	seen []string
	more chan struct{}
}

func (o *orderOf) add(what string) {
	o.mu.Lock()
	o.seen = append(o.seen, what)
	o.mu.Unlock()
	o.more <- struct{}{}
}

func (o *orderOf) wait(ctx context.Context, t *testing.T, n int) []string {
	t.Helper()
	for {
		o.mu.Lock()
		seen := slices.Clone(o.seen)
		o.mu.Unlock()
		if len(seen) >= n {
			return seen
		}
		select {
		case <-o.more:
		case <-ctx.Done():
			t.Fatalf("only %v has come", seen)
		}
	}
}

// watchOrder serves an emitter behind a connection that records the order of what is sent, and
// subscribes to its signals.
func watchOrder(t *testing.T, e *emitter, opts ...goagent.ServeOption) (*goagent.Proxy, *orderOf) {
	t.Helper()
	o := &orderOf{more: make(chan struct{}, 10_000)}
	opts = append(opts, goagent.WithRecorder(func(what string) { o.add(what) }))
	s := serve(t, e, opts...)
	p := dial(t, s.Endpoint())
	for _, name := range []string{"changed", "moved"} {
		if _, err := p.Connect(limit(t), name, func() {}); err != nil {
			t.Fatal(err)
		}
	}
	o.mu.Lock()
	o.seen = nil
	o.mu.Unlock()
	return p, o
}

// TestEmissionsBehindReply emits in calls of all kinds: the reply is sent first, then the
// notifications in their order.
func TestEmissionsBehindReply(t *testing.T) {
	for _, concurrency := range []int{1, 0, 3} {
		for _, tt := range []struct {
			name string
			do   func(context.Context, *goagent.Proxy) error
			want []string
		}{
			{"method", func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "emit", 2) },
				[]string{"reply", "changed", "moved", "changed", "moved"}},
			{"property", func(ctx context.Context, p *goagent.Proxy) error { return p.Set(ctx, "factor", 2) }, []string{"reply", "changed"}},
			{"exception", func(ctx context.Context, p *goagent.Proxy) error {
				if err := p.Call(ctx, nil, "fail"); err == nil {
					return fmt.Errorf("no exception")
				}
				return nil
			}, []string{"reply", "changed"}},
			{"future", func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "later") },
				[]string{"reply", "changed", "__future__"}},
		} {
			t.Run(fmt.Sprint(tt.name, concurrency), func(t *testing.T) {
				p, o := watchOrder(t, &emitter{}, goagent.WithConcurrency(concurrency))
				if err := tt.do(limit(t), p); err != nil {
					t.Fatal(err)
				}
				if got := o.wait(limit(t), t, len(tt.want)); !slices.Equal(got, tt.want) {
					t.Errorf("sent %v, want %v", got, tt.want)
				}
			})
		}
	}
}

// TestEmissionsOfLongCalls emits in calls that go on: what they emit is not held up for ever.
func TestEmissionsOfLongCalls(t *testing.T) {
	for _, tt := range []struct {
		name, method string
		opts         []goagent.ServeOption
	}{
		{"hold is over", "linger", []goagent.ServeOption{goagent.WithSignalHold(10 * time.Millisecond)}},
		{"no hold", "linger", []goagent.ServeOption{goagent.WithSignalHold(0)}},
		{"another goroutine", "stray", []goagent.ServeOption{goagent.WithSignalHold(time.Hour)}},
		{"parallel", "linger", []goagent.ServeOption{goagent.WithSignalHold(10 * time.Millisecond), goagent.WithConcurrency(0)}},
		{"another goroutine, parallel", "stray", []goagent.ServeOption{goagent.WithSignalHold(time.Hour), goagent.WithConcurrency(0)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := &emitter{release: make(chan struct{})}
			p, o := watchOrder(t, e, tt.opts...)
			called := make(chan error, 1)
			go func() { called <- p.Call(limit(t), nil, tt.method) }()
			got := o.wait(limit(t), t, 1)
			close(e.release)
			if err := <-called; err != nil || got[0] != "changed" {
				t.Errorf("sent %v, %v", got, err)
			}
			e.strays.Wait()
		})
	}
}

// TestManyEmissionsHeld emits more in one call than may wait: the first leave, and all arrive in
// their order.
func TestManyEmissionsHeld(t *testing.T) {
	const emissions = 3000
	p := dial(t, serve(t, &emitter{}, goagent.WithSignalHold(time.Hour)).Endpoint())
	got := make(chan int, emissions)
	if _, err := p.Connect(limit(t), "changed", func(n int) { got <- n }); err != nil {
		t.Fatal(err)
	}
	if err := p.Call(limit(t), nil, "emit", emissions); err != nil {
		t.Fatal(err)
	}
	for want := range emissions {
		select {
		case n := <-got:
			if n != want {
				t.Fatalf("got %d, want %d", n, want)
			}
		case <-limit(t).Done():
			t.Fatalf("emission %d is missing", want)
		}
	}
}

// TestEmissionsOfShutdown emits in a call that stops its server: the emission is sent all the same.
func TestEmissionsOfShutdown(t *testing.T) {
	e := &emitter{}
	s := serve(t, e, goagent.WithSignalHold(time.Hour))
	p := dial(t, s.Endpoint())
	got := make(chan struct{}, 1)
	if _, err := p.Connect(limit(t), "changed", func() { got <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	if err := p.Call(limit(t), nil, "emit", 1); err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(limit(t)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-got:
	case <-limit(t).Done():
		t.Error("the emission is lost")
	}
}
