package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// narrowConn is a connection that has room for so many requests at a time, each of which is
// answered with itself when the test says so.
type narrowConn struct {
	room    chan transport.Outgoing // what has been sent
	answers chan transport.Outgoing
	gone    chan struct{}
}

func newNarrowConn(room int) *narrowConn {
	return &narrowConn{make(chan transport.Outgoing, room), make(chan transport.Outgoing), make(chan struct{})}
}

func (c *narrowConn) Send(ctx context.Context, tag uint32, frames [][]byte) error {
	select {
	case c.room <- transport.Outgoing{Tag: tag, Frames: frames}:
		return nil
	case <-c.gone:
		return io.EOF
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *narrowConn) TrySend(requests []transport.Outgoing) (int, error) {
	for i, r := range requests {
		select {
		case <-c.gone:
			return i, io.EOF
		default:
		}
		select {
		case c.room <- r:
		default:
			return i, transport.ErrPeerBusy
		}
	}
	return len(requests), nil
}

func (c *narrowConn) Recv(ctx context.Context) (uint32, [][]byte, error) {
	select {
	case a := <-c.answers:
		return a.Tag, a.Frames, nil
	case <-c.gone:
		return 0, nil, io.EOF
	case <-ctx.Done():
		return 0, nil, context.Cause(ctx)
	}
}

func (c *narrowConn) Buffered() int { return 0 }

func (c *narrowConn) Poll() (uint32, [][]byte, bool, error) { return 0, nil, false, nil }

func (c *narrowConn) Lost() { <-c.gone }

func (c *narrowConn) Close() error { return nil }

// TestLinkWithoutRoom sends more than there is room for: what waits for room is sent in its order
// when there is some, is taken back when its context ends, and is told to have never left when the
// connection is lost.
func TestLinkWithoutRoom(t *testing.T) {
	const room, calls = 2, 6
	conn := newNarrowConn(room)
	l := newLink(conn)
	var watching sync.WaitGroup
	watching.Go(l.watch)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var outcomes [calls]chan error
	var cancels [calls]context.CancelFunc
	for i := range calls {
		var own context.Context
		own, cancels[i] = context.WithCancel(ctx)
		outcomes[i] = make(chan error, 1)
		go func() {
			got, err := l.roundTrip(own, [][]byte{{byte(i)}})
			if err == nil {
				err = got.err
			}
			if err == nil && got.frames[0][0] != byte(i) {
				err = fmt.Errorf("the answer to another: %v", got.frames)
			}
			outcomes[i] <- err
		}()
		waitUntil(ctx, t, l, func() bool { return len(l.waits) == i+1 })
	}
	// Two are in the connection, one is in the hands of who waits for room, the others in the
	// outbox.
	waitUntil(ctx, t, l, func() bool { return len(l.outbox.requests) == calls-room-1 })
	cancels[4]()
	var unsent *unsentError
	if err := <-outcomes[4]; !errors.As(err, &unsent) || !errors.Is(err, context.Canceled) {
		t.Errorf("a request that waits for room ends with %v", err)
	}
	cancels[1]()
	if err := <-outcomes[1]; errors.As(err, &unsent) || !errors.Is(err, context.Canceled) {
		t.Errorf("a request that has been sent ends with %v", err)
	}
	var sent []byte
	for range 3 {
		r := <-conn.room
		sent = append(sent, r.Frames[0][0])
		conn.answers <- r
	}
	for _, i := range []int{0, 2} {
		if err := <-outcomes[i]; err != nil {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if !slices.Equal(sent, []byte{0, 1, 2}) {
		t.Errorf("sent %v", sent)
	}
	waitUntil(ctx, t, l, func() bool { return len(conn.room) == room })
	close(conn.gone)
	for _, i := range []int{3, 5} { // which the peer has, for all that is known
		if err := <-outcomes[i]; !errors.Is(err, io.EOF) {
			t.Errorf("call %d ends with %v", i, err)
		}
	}
	watching.Wait()
	if _, err := l.roundTrip(ctx, [][]byte{{1}}); !errors.Is(err, errNotSent) {
		t.Errorf("a call by a connection that is lost ends with %v", err)
	}
}

// TestLinkLostWithoutRoom loses a connection while requests wait for room in it.
func TestLinkLostWithoutRoom(t *testing.T) {
	conn := newNarrowConn(0)
	l := newLink(conn)
	var watching sync.WaitGroup
	watching.Go(l.watch)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	outcomes := make(chan error, 3)
	for i := range cap(outcomes) {
		go func() {
			got, err := l.roundTrip(ctx, [][]byte{{byte(i)}})
			outcomes <- errors.Join(err, got.err)
		}()
	}
	waitUntil(ctx, t, l, func() bool { return len(l.waits) == cap(outcomes) && len(l.outbox.requests) == cap(outcomes)-1 })
	close(conn.gone)
	notSent := 0
	for range cap(outcomes) {
		err := <-outcomes
		if errors.Is(err, errNotSent) {
			notSent++
		} else if !errors.Is(err, io.EOF) { // the one that was about to be sent may end with the connection first
			t.Errorf("a request ends with %v", err)
		}
	}
	if notSent < cap(outcomes)-1 {
		t.Errorf("%d requests are told to have never left", notSent)
	}
	watching.Wait()
}

// waitUntil waits until something holds of a link.
func waitUntil(ctx context.Context, t *testing.T, l *link, holds func() bool) {
	t.Helper()
	for {
		l.mu.Lock()
		held := holds()
		l.mu.Unlock()
		if held {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(ctx.Err())
		case <-time.After(time.Millisecond):
		}
	}
}
