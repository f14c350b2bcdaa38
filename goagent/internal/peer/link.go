package peer

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
// receive. In the same way one of the sending goroutines sends for all (send.go).
type link struct {
	conn transport.Conn
	lost chan struct{} // closed when no more answers come

	mu     sync.Mutex
	waits  map[uint32]*waiter // the requests that wait, by their tags
	last   uint32
	err    error
	outbox outbox
	// reading is set while a goroutine receives or has been woken to receive. parked are the waiters
	// that can be woken next.
	reading bool
	parked  waiters

	// received are answers on their way to their waiters. They belong to the goroutine that receives.
	received []answered
	patience patience
}

// waiter is a request that waits for its answer.
type waiter struct {
	tag uint32
	ctx context.Context // of the caller
	// wake gets a token when the waiter has been parked and its answer is there, its context has
	// ended, or it is its turn to receive.
	wake chan struct{}

	// What follows is changed under the link's lock. The goroutine that got a token reads it without.
	prev, next *waiter
	parked     bool
	receives   bool
	done       bool
	reply      reply
	ended      bool        // the context has
	stop       func() bool // ends waiting for the end of the context; nil while that is not waited for
}

type reply struct {
	frames [][]byte
	err    error
}

// answered is an answer and its waiter, if that was found.
type answered struct {
	tag    uint32
	frames [][]byte
	to     *waiter
}

// spareWaiters are waiters that can be used again.
var spareWaiters = sync.Pool{New: func() any { return newWaiter() }}

func newWaiter() *waiter { return &waiter{wake: make(chan struct{}, 1)} }

// giveBack has the next request take the memory. The link knows it no more.
func (w *waiter) giveBack() {
	*w = waiter{wake: w.wake}
	spareWaiters.Put(w)
}

func newLink(conn transport.Conn) *link {
	l := &link{conn: conn, lost: make(chan struct{}), waits: make(map[uint32]*waiter), outbox: outbox{made: time.Now()}}
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
	w, _ := spareWaiters.Get().(*waiter)
	w.ctx = ctx
	if err := l.add(w, frames); err != nil {
		w.giveBack()
		return reply{}, errNotSent
	}
	l.send()
	err := l.await(w)
	if w.stop != nil {
		w.stop()
	}
	got := w.reply
	w.giveBack()
	return got, err
}

// add enters a request.
func (l *link) add(w *waiter, frames [][]byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	for {
		l.last++
		if _, taken := l.waits[l.last]; !taken {
			break
		}
	}
	w.tag = l.last
	l.waits[w.tag] = w
	l.outbox.add(w.tag, frames)
	l.watchFor(w)
	return nil
}

// failure returns why no more answers come, or nil while they do.
func (l *link) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// await waits for the answer to a request, or returns the error of its context.
func (l *link) await(w *waiter) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !w.done && !w.ended {
		if l.takeReading(w) {
			ctx := l.patience.receiving
			l.mu.Unlock()
			l.receive(ctx)
		} else {
			l.mu.Unlock()
			<-w.wake
		}
		l.mu.Lock()
	}
	l.passReading(w)
	if w.done {
		return nil
	}
	return l.abandon(w)
}

// abandon gives up a request: an answer that still comes is dropped. The lock is held.
func (l *link) abandon(w *waiter) error {
	delete(l.waits, w.tag)
	if l.outbox.remove(w.tag) {
		return &unsentError{context.Cause(w.ctx)}
	}
	return context.Cause(w.ctx)
}

// unsentError is returned when a context ended before the request was handed to the connection.
type unsentError struct{ error }

// Unwrap returns why the context has ended.
func (e *unsentError) Unwrap() error { return e.error }

// takeReading makes w the one that receives if no other does or w has been woken to receive.
// Otherwise it parks w. The caller holds the lock.
func (l *link) takeReading(w *waiter) bool {
	if l.reading && !w.receives {
		l.parked.add(w)
		return false
	}
	l.reading, w.receives = true, true
	return true
}

// passReading has another one receive if w did. The lock is held.
func (l *link) passReading(w *waiter) {
	if !w.receives {
		return
	}
	w.receives = false
	next := l.parked.first
	if next == nil {
		l.reading = false
		return
	}
	l.parked.remove(next)
	next.receives = true
	next.wake <- struct{}{} // has room: it is emptied before the waiter is parked again
}

// receive takes the next answers and hands them to their waiters, unless the context ends first.
// When the connection ends, all waiters get its error.
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

// handAll hands an answer, and all that came together with it, to their waiters.
func (l *link) handAll(tag uint32, frames [][]byte) {
	l.received = append(l.received[:0], answered{tag: tag, frames: frames})
	for range l.conn.Buffered() {
		tag, frames, ok, err := l.conn.Poll()
		if !ok || err != nil {
			break // the next goroutine that receives gets the error as well
		}
		l.received = append(l.received, answered{tag: tag, frames: frames})
	}
	l.hand(l.received)
	clear(l.received)
}

// hand gives answers to their waiters.
func (l *link) hand(answers []answered) {
	l.mu.Lock()
	l.outbox.together = len(answers) > 1
	for i := range answers {
		a := &answers[i]
		if w, ok := l.waits[a.tag]; ok && l.finish(w, reply{frames: a.frames}) {
			a.to = w
		}
	}
	l.mu.Unlock()
	for _, a := range answers {
		if a.to != nil {
			a.to.wake <- struct{}{}
		}
	}
}

// finish ends a wait, and reports whether the waiter is to be woken then. The lock is held.
func (l *link) finish(w *waiter, got reply) (parked bool) {
	delete(l.waits, w.tag)
	w.done, w.reply = true, got
	if w.parked {
		l.parked.remove(w)
		return true
	}
	return false
}

// watch ends the requests that wait when the connection ends, after the last answer.
func (l *link) watch() {
	l.conn.Lost()
	w := newWaiter()
	l.mu.Lock()
	for l.err == nil {
		if !l.takeReading(w) {
			l.mu.Unlock()
			<-w.wake
			l.mu.Lock()
			continue
		}
		l.mu.Unlock()
		l.receive(context.Background()) // which never ends
		l.mu.Lock()
	}
	l.passReading(w)
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
	for tag, w := range l.waits {
		got := reply{err: err}
		if errors.Is(err, io.EOF) && l.outbox.remove(tag) {
			got.err = errNotSent
		}
		if l.finish(w, got) {
			w.wake <- struct{}{}
		}
	}
	for w := l.parked.first; w != nil; w = l.parked.first { // the one that watches
		l.parked.remove(w)
		w.wake <- struct{}{}
	}
	close(l.lost)
}

// waiters is a list.
type waiters struct{ first, last *waiter }

func (q *waiters) add(w *waiter) {
	w.parked, w.prev = true, q.last
	if q.last == nil {
		q.first = w
	} else {
		q.last.next = w
	}
	q.last = w
}

func (q *waiters) remove(w *waiter) {
	if w.prev == nil {
		q.first = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		q.last = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next, w.parked = nil, nil, false
}
