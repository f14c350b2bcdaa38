//go:build libzmq

package zmq_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
)

// settings have room for all that a test sends: a reply for which there is none is refused.
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

// TestManyInFlight sends from many goroutines over one connection and gets each tag back with its
// frames.
func TestManyInFlight(t *testing.T) {
	for _, endpoint := range []string{"tcp://127.0.0.1:*", "ipc://" + t.TempDir() + "/s"} {
		var n zmq.Network
		l := listen(t, &n, endpoint)
		done := echo(t, l)
		c := dial(t, &n, l.Endpoint())
		const senders, each = 16, 200
		var wg sync.WaitGroup
		for s := range senders {
			wg.Go(func() {
				for i := range each {
					tag := uint32(s*each + i)
					if err := c.Send(t.Context(), tag, [][]byte{fmt.Append(nil, tag), nil, {}}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		seen := map[uint32]bool{}
		for range senders * each {
			tag, frames, err := c.Recv(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(frames) != 3 || string(frames[0]) != fmt.Sprint(tag) || seen[tag] {
				t.Fatalf("tag %d came with %q", tag, frames)
			}
			seen[tag] = true
		}
		wg.Wait()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		<-done
	}
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

// TestPeerGone checks that a connection whose peer closes ends with io.EOF, after the last reply.
func TestPeerGone(t *testing.T) {
	var n zmq.Network
	l := listen(t, &n, "tcp://127.0.0.1:*")
	c := dial(t, &n, l.Endpoint())
	for tag := range uint32(2) {
		if err := c.Send(t.Context(), tag, [][]byte{{1}}); err != nil {
			t.Fatal(err)
		}
	}
	req, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Reply(req, req.Frames); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if tag, _, err := c.Recv(t.Context()); err != nil || tag != 0 {
		t.Fatalf("the last reply: tag %d, %v", tag, err)
	}
	if _, _, err := c.Recv(t.Context()); !errors.Is(err, io.EOF) {
		t.Fatalf("got %v, want io.EOF", err)
	}
	if err := c.Send(t.Context(), 9, [][]byte{{1}}); !errors.Is(err, io.EOF) {
		t.Fatalf("send got %v, want io.EOF", err)
	}
}

// TestReplyToPeerGone checks that a reply to a client that has left is an error.
func TestReplyToPeerGone(t *testing.T) {
	var n zmq.Network
	l := listen(t, &n, "tcp://127.0.0.1:*")
	c := dial(t, &n, l.Endpoint())
	if err := c.Send(t.Context(), 1, [][]byte{{1}}); err != nil {
		t.Fatal(err)
	}
	req, err := l.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	// When the listener notices is up to libzmq; until then replies are queued for nobody.
	for err == nil {
		err = l.Reply(req, req.Frames)
		runtime.Gosched()
		if t.Context().Err() != nil {
			t.Fatal("never noticed")
		}
	}
	if !errors.Is(err, transport.ErrPeerGone) && !errors.Is(err, transport.ErrPeerBusy) {
		t.Fatalf("got %v", err)
	}
}

// TestDialEnds checks that dialling nobody ends with the context, and a malformed endpoint at once.
func TestDialEnds(t *testing.T) {
	var n zmq.Network
	l := listen(t, &n, "tcp://127.0.0.1:*")
	free := l.Endpoint()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := n.Dial(ctx, free, settings); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want the context's error", err)
	}
	var failed *transport.Error
	if _, err := n.Dial(t.Context(), "nowhere", settings); !errors.As(err, &failed) || failed.Op != "dial" {
		t.Fatalf("got %v, want a *transport.Error", err)
	}
	if _, err := n.Listen("tcp://127.0.0.1:x", settings); !errors.As(err, &failed) || failed.Op != "listen" {
		t.Fatalf("got %v, want a *transport.Error", err)
	}
}

// TestPublish checks subscriptions as the publisher sees them and notifications as the subscriber
// does.
func TestPublish(t *testing.T) {
	var n zmq.Network
	p, err := n.Publish("tcp://127.0.0.1:*", settings)
	if err != nil {
		t.Fatal(err)
	}
	u, err := n.Subscribe(p.Endpoint(), settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Connected(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := u.Subscribe("topic"); err != nil {
		t.Fatal(err)
	}
	if s, err := nextSubscription(p); err != nil || s != (transport.Subscription{Topic: "topic", On: true}) {
		t.Fatalf("got %v, %v", s, err)
	}
	for _, topic := range []string{"other", "topic1", "topic"} {
		if err := p.Send([][]byte{[]byte(topic), {1}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"topic1", "topic"} {
		if frames, err := u.Recv(); err != nil || string(frames[0]) != want {
			t.Fatalf("got %q, %v, want %s", frames, err, want)
		}
	}
	if err := u.Unsubscribe("topic"); err != nil {
		t.Fatal(err)
	}
	if s, err := nextSubscription(p); err != nil || s != (transport.Subscription{Topic: "topic"}) {
		t.Fatalf("got %v, %v", s, err)
	}
	_, _ = p.Close(), u.Close()
	if _, err := u.Recv(); !errors.Is(err, net.ErrClosed) {
		t.Fatalf("got %v, want net.ErrClosed", err)
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
