package goagent

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// link is one live connection to a peer with the requests that wait for their answers on it.
//
// The goroutine of a request receives its answer itself, since waking a goroutine costs more than
// all other work for an answer. At most one of them receives at a time, and hands the answers of
// other requests to their goroutines. The others wait for their answer, or for their turn to
// receive. In the same way one of the sending goroutines sends for all (link_send.go).
type link struct {
	conn transport.Conn
	lost chan struct{} // closed when no more answers come

	mu     sync.Mutex
	calls  map[uint32]*linkCall
	last   uint32
	err    error
	outbox outbox
	// reading is set while a goroutine receives or has been woken to receive. parked are the calls
	// that can be woken next.
	reading bool
	parked  linkCalls

	// received are answers on their way to whom they are for; they are the receiver's.
	received []answered
	patience patience
}

// linkCall is a request that waits for its answer.
type linkCall struct {
	tag uint32
	ctx context.Context // of the one who waits
	// wake gets a token when the call has been parked and its answer is there, its context has
	// ended, or it is its turn to receive.
	wake chan struct{}

	// What follows is changed under the link's lock. Whoever has got a token may read it without.
	prev, next *linkCall
	parked     bool
	receives   bool
	done       bool
	reply      reply
	ended      bool        // the context has
	stop       func() bool // has the end of the context not looked for any more, if it is
}

type reply struct {
	frames [][]byte
	err    error
}

// answered is a reply and whom it is for.
type answered struct {
	tag    uint32
	frames [][]byte
	call   *linkCall
}

// spareCalls are linkCalls that can be used again.
var spareCalls = sync.Pool{New: func() any { return newLinkCall() }}

func newLinkCall() *linkCall { return &linkCall{wake: make(chan struct{}, 1)} }

// giveBack has the next request take the memory. The link knows it no more.
func (c *linkCall) giveBack() {
	*c = linkCall{wake: c.wake}
	spareCalls.Put(c)
}

func newLink(conn transport.Conn) *link {
	l := &link{conn: conn, lost: make(chan struct{}), calls: make(map[uint32]*linkCall), outbox: outbox{made: time.Now()}}
	l.patience.start(l.look)
	return l
}

// errNotSent is returned when the connection was lost before the request was handed to it.
var errNotSent = errors.New("not sent")

// roundTrip sends a request and waits for its answer, or for the end of the context, whose error it
// returns then: wrapped in an unsentError when the request has not left until then. It fails with
// errNotSent when the connection was lost before.
func (l *link) roundTrip(ctx context.Context, frames [][]byte) (reply, error) {
	if ctx.Err() != nil {
		return reply{}, &unsentError{context.Cause(ctx)}
	}
	c, _ := spareCalls.Get().(*linkCall)
	c.ctx = ctx
	if err := l.add(c, frames); err != nil {
		c.giveBack()
		return reply{}, errNotSent
	}
	l.send()
	err := l.await(c)
	if c.stop != nil {
		c.stop()
	}
	got := c.reply
	c.giveBack()
	return got, err
}

// add enters a request.
func (l *link) add(c *linkCall, frames [][]byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	for {
		l.last++
		if _, taken := l.calls[l.last]; !taken {
			break
		}
	}
	c.tag = l.last
	l.calls[c.tag] = c
	l.outbox.add(c.tag, frames)
	l.watchFor(c)
	return nil
}

// failure returns why no more answers come, or nil while they do.
func (l *link) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// await waits for the answer to a request, or returns the error of its context.
func (l *link) await(c *linkCall) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !c.done && !c.ended {
		if l.takeReading(c) {
			ctx := l.patience.receiving
			l.mu.Unlock()
			l.receive(ctx)
		} else {
			l.mu.Unlock()
			<-c.wake
		}
		l.mu.Lock()
	}
	l.passReading(c)
	if c.done {
		return nil
	}
	return l.abandon(c)
}

// abandon gives up a request: an answer that still comes is dropped. The lock is held.
func (l *link) abandon(c *linkCall) error {
	delete(l.calls, c.tag)
	if l.outbox.remove(c.tag) {
		return &unsentError{context.Cause(c.ctx)}
	}
	return context.Cause(c.ctx)
}

// unsentError is returned when a context ended before the request was handed to the connection.
type unsentError struct{ error }

// Unwrap returns why the context has ended.
func (e *unsentError) Unwrap() error { return e.error }

// takeReading makes c the receiving call if no other call receives or c has been woken to receive.
// Otherwise it parks c. The caller holds the lock.
func (l *link) takeReading(c *linkCall) bool {
	if l.reading && !c.receives {
		l.parked.add(c)
		return false
	}
	l.reading, c.receives = true, true
	return true
}

// passReading has another one receive if c did. The lock is held.
func (l *link) passReading(c *linkCall) {
	if !c.receives {
		return
	}
	c.receives = false
	next := l.parked.first
	if next == nil {
		l.reading = false
		return
	}
	l.parked.remove(next)
	next.receives = true
	next.wake <- struct{}{} // has room: it is emptied before the call is parked again
}

// receive takes the next answers to whom they are for, unless the context ends first. When the
// connection does, all that wait are told.
func (l *link) receive(ctx context.Context) {
	tag, frames, err := l.conn.Recv(ctx)
	switch {
	case err == nil:
		l.handAll(tag, frames)
	case ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
	default:
		l.fail(err)
	}
}

// handAll hands an answer, and all that came together with it, to their calls.
func (l *link) handAll(tag uint32, frames [][]byte) {
	l.received = append(l.received[:0], answered{tag: tag, frames: frames})
	for range l.conn.Buffered() {
		tag, frames, ok, err := l.conn.Poll()
		if !ok || err != nil {
			break // whoever receives next gets the error as well
		}
		l.received = append(l.received, answered{tag: tag, frames: frames})
	}
	l.hand(l.received)
	clear(l.received)
}

// hand takes answers to whom they are for.
func (l *link) hand(answers []answered) {
	l.mu.Lock()
	l.outbox.together = len(answers) > 1
	for i := range answers {
		a := &answers[i]
		if c, ok := l.calls[a.tag]; ok && l.finish(c, reply{frames: a.frames}) {
			a.call = c
		}
	}
	l.mu.Unlock()
	for _, a := range answers {
		if a.call != nil {
			a.call.wake <- struct{}{}
		}
	}
}

// finish ends a call, and reports whether it is to be woken then. The lock is held.
func (l *link) finish(c *linkCall, got reply) (parked bool) {
	delete(l.calls, c.tag)
	c.done, c.reply = true, got
	if c.parked {
		l.parked.remove(c)
		return true
	}
	return false
}

// watch tells the requests that wait when the connection ends, after the last answer.
func (l *link) watch() {
	l.conn.Lost()
	c := newLinkCall()
	l.mu.Lock()
	for l.err == nil {
		if !l.takeReading(c) {
			l.mu.Unlock()
			<-c.wake
			l.mu.Lock()
			continue
		}
		l.mu.Unlock()
		l.receive(context.Background()) // which never ends
		l.mu.Lock()
	}
	l.passReading(c)
	l.mu.Unlock()
	l.outbox.sender.Wait()
}

// fail ends all requests that wait.
func (l *link) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	l.err = err
	for tag, c := range l.calls {
		got := reply{err: err}
		if errors.Is(err, io.EOF) && l.outbox.remove(tag) {
			got.err = errNotSent
		}
		if l.finish(c, got) {
			c.wake <- struct{}{}
		}
	}
	for c := l.parked.first; c != nil; c = l.parked.first { // the one that watches
		l.parked.remove(c)
		c.wake <- struct{}{}
	}
	close(l.lost)
}

// linkCalls is a list.
type linkCalls struct{ first, last *linkCall }

func (q *linkCalls) add(c *linkCall) {
	c.parked, c.prev = true, q.last
	if q.last == nil {
		q.first = c
	} else {
		q.last.next = c
	}
	q.last = c
}

func (q *linkCalls) remove(c *linkCall) {
	if c.prev == nil {
		q.first = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		q.last = c.prev
	} else {
		c.next.prev = c.prev
	}
	c.prev, c.next, c.parked = nil, nil, false
}
