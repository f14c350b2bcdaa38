package goagent

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// defaultSignalHold is the default of WithSignalHold.
	defaultSignalHold = time.Second
	// strayHold bounds how long a notification waits if it was published by another goroutine than the
	// call's. It may have nothing to do with the call.
	strayHold = 20 * time.Millisecond
	// replyLead is how long a reply to a client of the original is ahead of the notifications behind
	// it. They use another connection, and would otherwise overtake the reply at the client. On a busy
	// machine its main thread needs many milliseconds to wake up and to take the reply from its
	// request socket.
	replyLead = 20 * time.Millisecond
	// mostFollowed bounds how long after the first reply a notification waits for more calls of the
	// same client.
	mostFollowed = 50 * time.Millisecond
	// mostHeld and mostHeldBytes bound the waiting notifications. Beyond that the oldest are sent.
	mostHeld      = 1000
	mostHeldBytes = 16 << 20
)

// emissions are the notifications of a server on their way out.
//
// Notifications published during a call are sent after its reply, as the original does. A client of
// the original has one request socket, which its slots cannot use while its main thread waits for
// the reply. Worse, a slot that tries takes the event of the reply from libzmq, and the main thread
// waits for ever. So notifications also wait, for a while, as long as the same client makes one
// call after another. All are sent in the order in which they were published.
type emissions struct {
	send func(topic string, body []byte) error
	// since returns a number that changes each time a topic gets its first subscriber. It is zero
	// while the topic has no subscriber.
	since func(topic string) uint64
	// report is called for a notification that waited and could not be sent.
	report func(topic string, err error)
	hold   time.Duration

	// current is the turn of the running call, if calls run one at a time.
	current atomic.Pointer[turn]
	// parallel has the running calls by goroutine, if calls run side by side.
	parallel      sync.Map
	parallelCalls atomic.Int64

	mu      sync.Mutex
	waiting []emission
	held    atomic.Int64 // how many wait, to be read without the lock
	bytes   int
	timer   *time.Timer
	closed  bool
}

// emission is a notification that waits.
type emission struct {
	topic  string
	body   []byte
	send   func() error // in place of the emissions' own, if not nil
	behind *turn        // whose reply goes first, or nil
	until  time.Time    // when it leaves at the latest
	since  uint64       // what the emissions' since was when it was published
	// followed is set when behind is no longer the call that it was published in.
	followed bool
}

// publish sends a notification, or has it wait for the reply of the call that it belongs to.
func (e *emissions) publish(topic string, body []byte) error {
	behind, hold := e.callAround()
	if behind != nil {
		behind.emitted.Store(true)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if behind == nil && len(e.waiting) == 0 || e.closed {
		return e.send(topic, body)
	}
	now := time.Now()
	e.waiting = append(e.waiting, emission{topic: topic, body: body, behind: behind, until: now.Add(hold), since: e.since(topic)})
	e.held.Add(1)
	e.bytes += len(body)
	for len(e.waiting) > mostHeld || e.bytes > mostHeldBytes {
		e.sendFirst()
	}
	e.flush(now)
	return nil
}

// publishNext sends a notification after all that wait, which were published before it.
func (e *emissions) publishNext(topic string, send func() error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.waiting) == 0 || e.closed {
		return send()
	}
	e.waiting = append(e.waiting, emission{topic: topic, send: send})
	e.held.Add(1)
	return nil
}

// callAround returns the call that a notification belongs to which is published now, and how long
// that may hold it up.
func (e *emissions) callAround() (*turn, time.Duration) {
	switch t := e.current.Load(); {
	case e.hold == 0:
		return nil, 0
	case t != nil && insideCall():
		return t, e.hold
	case t != nil:
		return t, min(strayHold, e.hold)
	case e.parallelCalls.Load() == 0:
		return nil, 0
	}
	found, _ := e.parallel.Load(goroutineID())
	t, _ := found.(*turn)
	return t, e.hold
}

// enter notes that the calling goroutine carries out a call, where calls run side by side.
func (e *emissions) enter(t *turn) (leave func()) {
	id := goroutineID()
	e.parallel.Store(id, t)
	e.parallelCalls.Add(1)
	return func() {
		e.parallelCalls.Add(-1)
		e.parallel.Delete(id)
	}
}

// replied lets the notifications go that waited for the reply of a call.
func (e *emissions) replied(t *turn) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	t.replied = now.Add(t.lead)
	e.flush(now)
}

// follow has the notifications wait for the reply of a call that begins, which wait behind earlier
// ones of the same client.
func (e *emissions) follow(t *turn) {
	if e.held.Load() == 0 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	e.flush(now)
	for i := range e.waiting {
		m := &e.waiting[i]
		if t.lead == 0 || m.behind == nil || m.behind == t || m.behind.client != t.client || m.behind.replied.IsZero() {
			continue
		}
		if last := m.behind.replied.Add(mostFollowed - m.behind.lead); !m.followed && last.Before(m.until) {
			m.until = last
		}
		m.behind, m.followed = t, true
		t.emitted.Store(true)
	}
	e.flush(now)
}

// flush sends what need not wait any longer, and comes back for the rest. The lock is held.
func (e *emissions) flush(now time.Time) {
	for len(e.waiting) > 0 {
		due := e.waiting[0].due()
		if wait := due.Sub(now); wait > 0 {
			e.comeBack(wait)
			return
		}
		e.sendFirst()
	}
	e.waiting = nil
}

// due returns when a notification leaves. The lock is held.
func (m *emission) due() time.Time {
	switch {
	case m.behind == nil:
		return time.Time{}
	case !m.behind.replied.IsZero() && m.behind.replied.Before(m.until):
		return m.behind.replied
	}
	return m.until
}

// comeBack flushes after a while. The lock is held.
func (e *emissions) comeBack(wait time.Duration) {
	switch {
	case e.closed:
	case e.timer == nil:
		e.timer = time.AfterFunc(wait, func() {
			e.mu.Lock()
			defer e.mu.Unlock()
			if !e.closed {
				e.flush(time.Now())
			}
		})
	default:
		e.timer.Reset(wait)
	}
}

// sendFirst sends the notification that has waited longest. The lock is held.
func (e *emissions) sendFirst() {
	first := e.waiting[0]
	e.waiting[0] = emission{}
	e.waiting = e.waiting[1:]
	e.held.Add(-1)
	e.bytes -= len(first.body)
	if err := e.sendHeld(first); err != nil {
		go e.report(first.topic, err) // which may come back here
	}
}

// sendHeld sends a notification that has waited, unless its topic got its first subscriber since it
// was published. A client of the original that connects a slot again would get an old notification.
func (e *emissions) sendHeld(m emission) error {
	if m.send != nil {
		return m.send()
	}
	if now := e.since(m.topic); now != 0 && now != m.since {
		return nil
	}
	return e.send(m.topic, m.body)
}

// close sends what waits, and has nothing wait any more.
func (e *emissions) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	if e.timer != nil {
		e.timer.Stop()
	}
	for len(e.waiting) > 0 {
		e.sendFirst()
	}
}
