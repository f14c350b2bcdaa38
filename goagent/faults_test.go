package goagent_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/sockets"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/wire"
)

// rawServer answers each request with what answer returns; nil leaves it without an answer.
func rawServer(t *testing.T, answer func(n int, frames [][]byte) [][]byte) (endpoint string) {
	t.Helper()
	network := &sockets.Network{}
	l, err := network.Listen("tcp://127.0.0.1:*", transport.Settings{HighWater: 1000})
	if err != nil {
		t.Fatal(err)
	}
	received := transport.Receive(l)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			request, err := received.Recv()
			if err != nil {
				return
			}
			if reply := answer(n, request.Frames); reply != nil {
				if err := l.Reply(request, reply); err != nil {
					t.Errorf("raw server: %v", err)
				}
			}
		}
	}()
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return l.Endpoint()
}

// TestAnswersThatAreWrong gives a proxy every kind of answer that it must not accept, each with its
// own error.
func TestAnswersThatAreWrong(t *testing.T) {
	const sender = "tcp://127.0.0.1:1"
	server := wire.Protocol{Key: wire.NewKey([]byte("theirs"))}
	format := func(p wire.Protocol, sender string, content any, id string) [][]byte {
		frames, err := p.Format(sender, "", content, id)
		if err != nil {
			t.Fatal(err)
		}
		return frames
	}
	id := func(frames [][]byte) string { return string(frames[3]) }
	var response *goagent.ResponseError
	var rejected *goagent.RejectedError
	isResponse := func(err error) bool { return errors.As(err, &response) }
	is := func(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }
	for _, tt := range []struct {
		name   string
		key    string
		answer func(frames [][]byte) [][]byte
		ok     func(error) bool
	}{
		{"another key", "mine", func([][]byte) [][]byte { return format(server, sender, "", "") }, is(wire.ErrSignature)},
		{"no key here", "", func([][]byte) [][]byte { return format(server, sender, "", "") },
			func(err error) bool { return errors.As(err, &rejected) }},
		{"four frames", "", func(f [][]byte) [][]byte { return f[:4] }, is(wire.ErrFrameCount)},
		{"header", "", func(f [][]byte) [][]byte { return append([][]byte{[]byte("PZC01+a+b")}, f[1:]...) }, is(wire.ErrHeader)},
		{"serializer", "", func(f [][]byte) [][]byte { return [][]byte{f[0], []byte("xml"), f[2], f[3], f[4]} }, is(wire.ErrSerializer)},
		{"content", "", func(f [][]byte) [][]byte { return [][]byte{f[0], f[1], []byte("no pickle"), f[3], f[4]} }, is(wire.ErrContent)},
		{"no info", "", func(f [][]byte) [][]byte { return format(wire.Protocol{}, sender, "hello", id(f)) }, isResponse},
	} {
		t.Run(tt.name, func(t *testing.T) {
			endpoint := rawServer(t, func(_ int, f [][]byte) [][]byte { return tt.answer(f) })
			p, err := goagent.Dial(limit(t), endpoint, goagent.WithKey(wire.NewKey([]byte(tt.key))))
			if err == nil {
				_ = p.Close()
			}
			var remote *pyerr.RemoteError
			if !tt.ok(err) || errors.As(err, &remote) {
				t.Errorf("got %v (%T)", err, err)
			}
		})
	}
}

// TestServerThatIsNone checks that an agent that only echoes is told from a server.
func TestServerThatIsNone(t *testing.T) {
	a, err := goagent.NewAgent()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	p := dial(t, a.Endpoint())
	var response *goagent.ResponseError
	if err := p.Call(limit(t), nil, "f"); !errors.As(err, &response) {
		t.Errorf("got %v, want a *ResponseError", err)
	}
}

// TestDeadlineOriginal checks, with a server of the original that is stopped for a while, that a
// call ends with its context, and that the next one gets its own answer and not the late one.
func TestDeadlineOriginal(t *testing.T) {
	server := pyenv.Newest(t).Serve(t, pyenv.Instrument)
	p := dial(t, server.RepEndpoint)
	if err := server.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	// The signal takes a moment to stop the server, which may answer meanwhile.
	var err error
	for limited := limit(t); err == nil && limited.Err() == nil; {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err = p.Call(ctx, nil, "same", "late")
		cancel()
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
	if err := server.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	for n := range 20 {
		var got int
		if err := p.Call(limit(t), &got, "same", n); err != nil || got != n {
			t.Fatalf("same(%d) = %d, %v", n, got, err)
		}
	}
}

// TestDeadlineGo does the same with a call that a Go server is slow with.
func TestDeadlineGo(t *testing.T) {
	release := make(chan struct{})
	o := object.New("Sleeper").
		Method("sleep", func(n int) int { <-release; return n }).
		Method("same", func(n int) int { return n })
	s := serve(t, o, goagent.WithConcurrency(0))
	p := dial(t, s.Endpoint())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := p.Call(ctx, nil, "sleep", 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want the deadline", err)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Call(canceled, nil, "same", 1); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want canceled", err)
	}
	close(release)
	for n := range 100 {
		var got int
		if err := p.Call(limit(t), &got, "same", n); err != nil || got != n {
			t.Fatalf("same(%d) = %d, %v", n, got, err)
		}
	}
}

// TestSlowCall checks that a call that takes long holds up neither information nor other kinds of
// requests.
func TestSlowCall(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	var running, most atomic.Int32
	o := object.New("Slow").
		Method("slow", func() { close(started); <-release }).
		Method("quick", func() {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			running.Add(-1)
		})
	s := serve(t, o)
	p := dial(t, s.Endpoint())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := p.Call(limit(t), nil, "slow"); err != nil {
			t.Error(err)
		}
	})
	<-started
	if _, err := p.Info(limit(t)); err != nil {
		t.Error(err)
	}
	if _, _, err := p.Inspect(limit(t)); err != nil {
		t.Error(err)
	}
	var echo string
	if err := dial(t, s.Endpoint()).Echo(limit(t), &echo, "hello"); err != nil || echo != "hello" {
		t.Errorf("echo = %q, %v", echo, err)
	}
	for range 8 {
		wg.Go(func() {
			if err := p.Call(limit(t), nil, "quick"); err != nil {
				t.Error(err)
			}
		})
	}
	close(release)
	wg.Wait()
	if n := most.Load(); n != 1 {
		t.Errorf("%d calls of the object ran at a time, want 1", n)
	}
}

// TestServerGoneAndBack ends the server under a proxy, checks what calls get, and starts it again
// at the same endpoint, where the proxy finds it with its subscriptions.
func TestServerGoneAndBack(t *testing.T) {
	s := serve(t, newInstrument())
	endpoint := s.Endpoint()
	statuses := make(chan goagent.Status, 10)
	p := dial(t, endpoint, goagent.WithStatusHandler(func(s goagent.Status, _ error) { statuses <- s }))
	events := make(chan int, 10)
	if _, err := p.Connect(limit(t), "alarm", func(n int) { events <- n }); err != nil {
		t.Fatal(err)
	}
	future, err := p.Start(limit(t), "think", "never", 1e6)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var lost *goagent.TransportError
	if err := future.Wait(limit(t), nil); !errors.As(err, &lost) || !lost.Sent {
		t.Errorf("the future ends with %v, want a *TransportError", err)
	}
	awaitStatus(t, statuses, goagent.Reconnecting)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Call(ctx, nil, "nothing"); !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &lost) || lost.Sent {
		t.Errorf("a call without a server ends with %v", err)
	}
	serve(t, newInstrument(), goagent.WithEndpoint(endpoint))
	awaitStatus(t, statuses, goagent.Connected)
	if err := p.Call(limit(t), nil, "sound_alarm", 1); err != nil {
		t.Fatal(err)
	}
	select {
	case <-events:
	case <-limit(t).Done():
		t.Fatal("the slot is not called any more")
	}
}

func awaitStatus(t *testing.T, statuses <-chan goagent.Status, want goagent.Status) {
	t.Helper()
	for {
		select {
		case s := <-statuses:
			if s == want {
				return
			}
		case <-limit(t).Done():
			t.Fatalf("the proxy did not become %s", want)
		}
	}
}

// TestOriginalGoneAndBack does the same with the original's server, which is killed.
func TestOriginalGoneAndBack(t *testing.T) {
	python := pyenv.Newest(t)
	server := python.Serve(t, pyenv.Instrument)
	statuses := make(chan goagent.Status, 10)
	p := dial(t, server.RepEndpoint, goagent.WithStatusHandler(func(s goagent.Status, _ error) { statuses <- s }))
	events := make(chan int, 1000)
	if _, err := p.Connect(limit(t), "alarm", func(n int) { events <- n }); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	awaitStatus(t, statuses, goagent.Reconnecting)
	python.Serve(t, pyenv.Instrument, pyenv.WithArgs("--endpoint", server.RepEndpoint))
	awaitStatus(t, statuses, goagent.Connected)
	// Nothing tells when the subscription is in force with the original: the alarm is sounded until
	// it is heard.
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for ctx := limit(t); ; {
		if err := p.Call(ctx, nil, "sound_alarm", 1); err != nil {
			t.Fatal(err)
		}
		select {
		case <-events:
			return
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("the slot is not called any more")
		}
	}
}

// TestNotSentTwice ends the server again and again under load: each call is carried out at most
// once, and once when it succeeded.
func TestNotSentTwice(t *testing.T) {
	var mu sync.Mutex
	done := map[int]int{}
	object := func() *object.Object {
		return object.New("Counter").Method("count", func(n int) int {
			mu.Lock()
			defer mu.Unlock()
			done[n]++
			return n
		})
	}
	s := serve(t, object(), goagent.WithLinger(0))
	endpoint := s.Endpoint()
	p := dial(t, endpoint)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	progress := make(chan struct{}, 1)
	var next, succeeded, failed atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1))
				var got int
				err := p.Call(ctx, &got, "count", n)
				var lost *goagent.TransportError
				var raised *pyerr.RemoteError
				mu.Lock()
				times := done[n]
				mu.Unlock()
				switch {
				case err == nil && (got != n || times != 1):
					t.Errorf("count(%d) = %d, carried out %d times", n, got, times)
				case err == nil:
					succeeded.Add(1)
					select {
					case progress <- struct{}{}:
					default:
					}
				case errors.As(err, &lost), ctx.Err() != nil, errors.As(err, &raised):
					failed.Add(1)
				default:
					t.Errorf("count(%d): %v", n, err)
				}
			}
		})
	}
	for round := range 5 {
		roundCtx := limit(t)
		want := succeeded.Load() + 100
		for succeeded.Load() < want {
			select {
			case <-progress:
			case <-roundCtx.Done():
				t.Fatalf("round %d: no progress after %d calls that succeeded and %d that failed, the proxy is %v\n%s",
					round, succeeded.Load(), failed.Load(), p.Status(), stacks())
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		s = serve(t, object(), goagent.WithEndpoint(endpoint), goagent.WithLinger(0))
	}
	cancel()
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	for n, times := range done {
		if times != 1 {
			t.Errorf("call %d was carried out %d times", n, times)
		}
	}
	t.Logf("%d calls succeeded, %d failed", succeeded.Load(), failed.Load())
}

// stacks tells where all goroutines are.
func stacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}
