//go:build libzmq

package zmq_test

import (
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
)

// settings have room for all messages that a test sends. A reply that finds no room is refused.
var settings = transport.Settings{Linger: time.Second, HighWater: 10_000}

// echo answers every request with its own frames until the listener is closed.
func echo(t *testing.T, l *transport.Receiving) (done chan struct{}) {
	t.Helper()
	done = make(chan struct{})
	go func() {
		defer close(done)
		for {
			req, err := l.Recv()
			if err != nil {
				return
			}
			if err := l.Reply(req, req.Frames); err != nil {
				t.Errorf("reply: %v", err)
			}
		}
	}()
	return done
}

func listen(t *testing.T, n *zmq.Network, endpoint string) *transport.Receiving {
	t.Helper()
	l, err := n.Listen(endpoint, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return transport.Receive(l)
}

func dial(t *testing.T, n *zmq.Network, endpoint string) transport.Conn {
	t.Helper()
	c, err := n.Dial(t.Context(), endpoint, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestSpeaksToREQAndREP checks both ends against plain REQ and REP sockets.
func TestSpeaksToREQAndREP(t *testing.T) {
	ctx, err := zmq4.NewContext()
	if err != nil {
		t.Fatal(err)
	}
	var n zmq.Network
	l := listen(t, &n, "tcp://127.0.0.1:*")
	echo(t, l)
	req, err := ctx.NewSocket(zmq4.REQ)
	if err != nil {
		t.Fatal(err)
	}
	if err := req.Connect(l.Endpoint()); err != nil {
		t.Fatal(err)
	}
	if _, err := req.SendMessage("a", "", "b"); err != nil {
		t.Fatal(err)
	}
	if got, err := req.RecvMessage(0); err != nil || strings.Join(got, "|") != "a||b" {
		t.Fatalf("REQ got %q, %v", got, err)
	}

	rep, err := ctx.NewSocket(zmq4.REP)
	if err != nil {
		t.Fatal(err)
	}
	if err := rep.Bind("tcp://127.0.0.1:*"); err != nil {
		t.Fatal(err)
	}
	endpoint, err := rep.GetLastEndpoint()
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, &n, endpoint)
	for tag := range uint32(3) {
		if err := c.Send(t.Context(), tag, [][]byte{{byte(tag)}, {1}}); err != nil {
			t.Fatal(err)
		}
	}
	for tag := range uint32(3) {
		frames, err := rep.RecvMessageBytes(0)
		if err != nil || len(frames) != 2 || frames[0][0] != byte(tag) {
			t.Fatalf("REP got %q, %v", frames, err)
		}
		if _, err := rep.SendMessage(frames); err != nil {
			t.Fatal(err)
		}
		if got, _, err := c.Recv(t.Context()); err != nil || got != tag {
			t.Fatalf("reply to %d: tag %d, %v", tag, got, err)
		}
	}
	_, _ = req.Close(), rep.Close()
	if err := ctx.Term(); err != nil {
		t.Fatal(err)
	}
}

func nextSubscription(p transport.Publisher) (transport.Subscription, error) {
	for {
		s, ok, err := p.Poll()
		if ok || err != nil {
			return s, err
		}
		if err := p.Wait(); err != nil {
			return s, err
		}
	}
}

// TestNothingLeaks opens and closes every kind of socket and compares the process before and after.
func TestNothingLeaks(t *testing.T) {
	round := func() {
		var n zmq.Network
		l := listen(t, &n, "tcp://127.0.0.1:*")
		done := echo(t, l)
		c := dial(t, &n, l.Endpoint())
		p, err := n.Publish("tcp://127.0.0.1:*", settings)
		if err != nil {
			t.Fatal(err)
		}
		u, err := n.Subscribe(p.Endpoint(), settings)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Send(t.Context(), 1, [][]byte{{1}}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Recv(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, c := range []io.Closer{c, u, p, l} {
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
		<-done
	}
	round()
	files, goroutines := openFiles(t), runtime.NumGoroutine()
	for range 20 {
		round()
	}
	if n := openFiles(t); n > files {
		t.Errorf("%d files open, were %d", n, files)
	}
	// A goroutine that has said that it is done is still there for a moment.
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > goroutines && time.Now().Before(deadline); {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines, were %d", n, goroutines)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
