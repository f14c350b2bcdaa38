package goagent_test

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/internal/pyenv"
)

// TestManyGoroutines uses one proxy from many goroutines: every answer is that of its own request.
func TestManyGoroutines(t *testing.T) {
	o := goagent.NewObject("Echo").Method("same", func(n int) int { return n })
	s := serve(t, o, goagent.WithConcurrency(0), goagent.WithLogger(failuresTo(t)))
	useConcurrently(t, dial(t, s.Endpoint()), 1000, 5)
}

// TestManyGoroutinesOriginal does the same with the original's server.
func TestManyGoroutinesOriginal(t *testing.T) {
	server := pyenv.Newest(t).Serve(t, pyenv.Instrument)
	useConcurrently(t, dial(t, server.RepEndpoint), 64, 5)
}

// failuresTo returns a logger that writes what goes wrong to the log of the test.
func failuresTo(t *testing.T) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

func useConcurrently(t *testing.T, p *goagent.Proxy, goroutines, calls int) {
	t.Helper()
	ctx := limit(t)
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for c := range calls {
				n := g*calls + c
				var got int
				if err := p.Call(ctx, &got, "same", n); err != nil || got != n {
					t.Errorf("same(%d) = %d, %v", n, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestStuckSubscriber emits to several subscribers of which one is stuck: the others get all, in order, and what the stuck
// one misses is counted.
func TestStuckSubscriber(t *testing.T) {
	const subscribers, events, queue = 8, 5_000, 100
	var signal goagent.Signal
	s := serve(t, goagent.NewObject("Source").Signal("tick", &signal))
	var wg sync.WaitGroup
	for range subscribers {
		p := dial(t, s.Endpoint(), goagent.WithSlotQueue(events, goagent.DropOldest))
		next := 0
		wg.Add(1)
		if _, err := p.Connect(limit(t), "tick", func(n int) {
			if n != next {
				t.Errorf("event %d came when %d was due", n, next)
			}
			if next = n + 1; next == events {
				wg.Done()
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	stuck := dial(t, s.Endpoint(), goagent.WithSlotQueue(queue, goagent.DropNewest))
	entered, release := make(chan struct{}, events), make(chan struct{})
	if _, err := stuck.Connect(limit(t), "tick", func() { entered <- struct{}{}; <-release }); err != nil {
		t.Fatal(err)
	}
	for n := range events {
		signal.Emit(n)
	}
	wg.Wait()
	<-entered
	// One is in the slot and a queue full of them waits; the rest is dropped when it has arrived.
	for deadline := limit(t); stuck.Dropped() != events-queue-1; {
		if deadline.Err() != nil {
			t.Fatalf("%d dropped, want %d", stuck.Dropped(), events-queue-1)
		}
		runtime.Gosched()
	}
	if err := stuck.Call(limit(t), nil, "missing"); err == nil {
		t.Error("no error") // but an answer, while the slot is stuck
	}
	close(release)
}

// TestSlotQueuePolicies checks which events are dropped.
func TestSlotQueuePolicies(t *testing.T) {
	for _, tt := range []struct {
		policy goagent.Overflow
		want   string
	}{
		{goagent.DropOldest, "[0 8 9]"},
		{goagent.DropNewest, "[0 1 2]"},
		{goagent.Block, "[0 1 2 3 4 5 6 7 8 9]"},
	} {
		var signal goagent.Signal
		s := serve(t, goagent.NewObject("Source").Signal("tick", &signal).Signal("end", &signal))
		p := dial(t, s.Endpoint(), goagent.WithSlotQueue(2, tt.policy))
		entered, release, all := make(chan struct{}), make(chan struct{}), make(chan int, 10)
		var once sync.Once
		if _, err := p.Connect(limit(t), "tick", func(n int) {
			once.Do(func() { close(entered); <-release })
			all <- n
		}); err != nil {
			t.Fatal(err)
		}
		signal.Emit(0)
		<-entered
		for n := 1; n < 10; n++ {
			signal.Emit(n)
		}
		want := 10
		if tt.policy != goagent.Block {
			want = 3
			for deadline := limit(t); p.Dropped() < 7 && deadline.Err() == nil; {
				runtime.Gosched()
			}
		}
		close(release)
		var got []int
		for range want {
			select {
			case n := <-all:
				got = append(got, n)
			case <-limit(t).Done():
				t.Fatalf("policy %d: got %v", tt.policy, got)
			}
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("policy %d: got %v, want %s", tt.policy, got, tt.want)
		}
	}
}

// TestNothingLeaks makes and closes servers and proxies and counts goroutines before and after.
func TestNothingLeaks(t *testing.T) {
	round := func() {
		s, err := goagent.Serve(newInstrument())
		if err != nil {
			t.Fatal(err)
		}
		p, err := goagent.Dial(limit(t), s.Endpoint())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Connect(limit(t), "alarm", func() {}); err != nil {
			t.Fatal(err)
		}
		if err := p.Call(limit(t), nil, "sound_alarm", 10); err != nil {
			t.Fatal(err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	round()
	before := runtime.NumGoroutine()
	for range 10 {
		round()
	}
	for deadline := limit(t); runtime.NumGoroutine() > before; {
		if deadline.Err() != nil {
			t.Fatalf("%d goroutines, were %d", runtime.NumGoroutine(), before)
		}
		runtime.Gosched()
	}
}

// TestShutdown checks that calls that run are answered and that further ones are refused.
func TestShutdown(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	var answered atomic.Bool
	s := serve(t, goagent.NewObject("Slow").Method("slow", func() { close(started); <-release }))
	p := dial(t, s.Endpoint())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := p.Call(limit(t), nil, "slow"); err != nil {
			t.Error(err)
		}
		answered.Store(true)
	})
	<-started
	done := make(chan error)
	go func() { done <- s.Shutdown(limit(t)) }()
	for deadline := limit(t); ; {
		var raised *goagent.RemoteError
		if err := p.Call(limit(t), nil, "missing"); errors.As(err, &raised) && raised.Message == "the server is shutting down" {
			break
		} else if deadline.Err() != nil {
			t.Fatal(err)
		}
	}
	close(release)
	wg.Wait()
	if err := <-done; err != nil || !answered.Load() {
		t.Errorf("shutdown: %v", err)
	}
}
