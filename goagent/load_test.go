package goagent_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// loadVariable, when it is "full", has the tests of this file run as long and with as many as make
// load asks for.
const loadVariable = "PIZCO_LOAD"

// loaded returns the quick form of a test's size, or the full one.
func loaded[T any](quick, full T) T {
	if os.Getenv(loadVariable) == "full" {
		return full
	}
	return quick
}

// TestLoadGo uses one proxy from many goroutines: every answer is that of its own request, and
// nothing is left over.
func TestLoadGo(t *testing.T) {
	checkLeaks(t, func() {
		o := object.New("Echo").Method("same", func(n int) int { return n })
		s := serve(t, o, goagent.WithConcurrency(0), goagent.WithLogger(failuresTo(t)))
		p := dial(t, s.Endpoint())
		useConcurrently(t, p, 1000)
		if err := errors.Join(p.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
}

// TestLoadOriginal does the same with the original's server.
func TestLoadOriginal(t *testing.T) {
	server := pyenv.Newest(t).Serve(t, pyenv.Instrument)
	checkLeaks(t, func() {
		p := dial(t, server.RepEndpoint)
		useConcurrently(t, p, 64)
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
}

// mostGrowth is how much more memory may be in use after a load than before, in bytes.
const mostGrowth = 32 << 20

// wakers is how many files the process may come to hold for goroutines that keep their threads, see
// package zmq: they are made when they are first wanted, and kept.
var wakers = 2 * 2 * runtime.NumCPU()

// checkLeaks compares the goroutines, files and memory of this process before and after. What is
// done once is done before.
func checkLeaks(t *testing.T, load func()) {
	t.Helper()
	s := serve(t, object.New("Nothing"))
	if err := errors.Join(dial(t, s.Endpoint()).Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	before, err := child.Own()
	if err != nil {
		t.Fatal(err)
	}
	load()
	for ctx := limit(t); ; runtime.Gosched() {
		after, err := child.Own()
		if err != nil {
			t.Fatal(err)
		}
		if after.Goroutines <= before.Goroutines && after.Files <= before.Files+wakers && after.Heap <= before.Heap+mostGrowth {
			t.Logf("before %+v, after %+v", before, after)
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("before %+v, after %+v\n%s", before, after, stacks())
		}
	}
}

// failuresTo returns a logger that writes what goes wrong to the log of the test.
func failuresTo(t *testing.T) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

func useConcurrently(t *testing.T, p *goagent.Proxy, goroutines int) {
	t.Helper()
	end := time.Now().Add(loaded(0, time.Minute))
	const least = 5 // calls of each
	var calls atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for c := 0; c < least || time.Now().Before(end); c++ {
				n := int(calls.Add(1))
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				var got int
				err := p.Call(ctx, &got, "same", n)
				cancel()
				if err != nil || got != n {
					t.Errorf("same(%d) = %d, %v", n, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d calls of %d goroutines", calls.Load(), goroutines)
}

// serverVariable has this test binary serve an object that echoes at that endpoint, until its input
// ends.
const serverVariable = "PIZCO_TEST_SERVER"

func TestMain(m *testing.M) {
	if endpoint := os.Getenv(serverVariable); endpoint != "" {
		if err := beServer(endpoint); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func beServer(endpoint string) error {
	s, err := goagent.Serve(object.New("Echo").Method("same", func(n int) int { return n }),
		goagent.WithEndpoint(endpoint), goagent.WithConcurrency(0))
	if err != nil {
		return err
	}
	fmt.Printf("{%q: %q}\n", "endpoint", s.Endpoint())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return s.Close()
}

// startServer starts a server as a child. One that was killed may keep its port for a moment.
func startServer(t *testing.T, endpoint string) (*child.Process, string) {
	t.Helper()
	for ctx := limit(t); ; {
		program, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), serverVariable+"="+endpoint)
		var ready struct {
			Endpoint string `json:"endpoint"`
		}
		process, err := child.Start(cmd, &ready)
		if err == nil {
			return process, ready.Endpoint
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
}

// TestLoadKilled kills the server again and again under load: every call answers right or fails,
// with an error that tells why, within its deadline.
func TestLoadKilled(t *testing.T) {
	goroutines, kills, progress := loaded(32, 1000), loaded(2, 20), loaded(int64(50), int64(2000))
	// Unlike a port, a path is not given to another process while no socket is bound to it.
	server, endpoint := startServer(t, loaded("ipc://"+filepath.Join(t.TempDir(), "s"), "tcp://127.0.0.1:0"))
	defer func() { server.Kill() }()
	checkLeaks(t, func() {
		p := dial(t, endpoint)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var next, succeeded, failed, late atomic.Int64
		var wg sync.WaitGroup
		for range goroutines {
			wg.Go(func() {
				for ctx.Err() == nil {
					callOnce(ctx, t, p, int(next.Add(1)), &succeeded, &failed, &late)
				}
			})
		}
		files := 0
		for round := range kills + 1 {
			want := succeeded.Load() + progress
			for limited := limit(t); succeeded.Load() < want; runtime.Gosched() {
				if limited.Err() != nil {
					t.Fatalf("round %d: %d calls succeeded, %d failed, the proxy is %v\n%s", round, succeeded.Load(), failed.Load(), p.Status(), stacks())
				}
			}
			own, err := child.Own()
			if err != nil {
				t.Fatal(err)
			}
			if round == 1 {
				files = own.Files
			} else if round > 1 && own.Files > files+goroutines {
				t.Errorf("round %d: %d files, were %d", round, own.Files, files)
			}
			if round < kills {
				server.Kill()
				server, _ = startServer(t, endpoint)
			}
		}
		cancel()
		wg.Wait()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		t.Logf("%d kills: %d calls answered, %d failed, %d of them at their deadline", kills, succeeded.Load(), failed.Load(), late.Load())
	})
}

// callTimeout is the deadline of a call under load, and callGrace how long after it a loaded
// machine may take to notice.
const (
	callTimeout = 10 * time.Second
	callGrace   = 30 * time.Second
)

func callOnce(ctx context.Context, t *testing.T, p *goagent.Proxy, n int, succeeded, failed, late *atomic.Int64) {
	limited, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	began := time.Now()
	var got int
	err := p.Call(limited, &got, "same", n)
	if took := time.Since(began); took > callTimeout+callGrace {
		t.Errorf("same(%d) took %v", n, took)
	}
	var lost *goagent.TransportError
	switch {
	case err == nil && got != n:
		t.Errorf("same(%d) = %d", n, got)
	case err == nil:
		succeeded.Add(1)
	case ctx.Err() != nil: // the end
	case errors.Is(err, context.DeadlineExceeded):
		late.Add(1)
		failed.Add(1)
	case errors.As(err, &lost):
		failed.Add(1)
	default:
		t.Errorf("same(%d): %v (%T)", n, err, err)
	}
}

// TestLoadStuckSubscriber emits to several subscribers. One of them is stuck: the others get all
// notifications in order, and the stuck one's losses are counted.
func TestLoadStuckSubscriber(t *testing.T) {
	subscribers, events, queue := loaded(8, 50), loaded(5_000, 100_000), 100
	var signal object.Signal
	s := serve(t, object.New("Source").Signal("tick", &signal))
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
	for deadline := limit(t); stuck.Dropped() != uint64(events-queue-1); {
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
		var signal object.Signal
		s := serve(t, object.New("Source").Signal("tick", &signal).Signal("end", &signal))
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
	s := serve(t, object.New("Slow").Method("slow", func() { close(started); <-release }), goagent.WithConcurrency(0))
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
		var raised *pyerr.RemoteError
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
