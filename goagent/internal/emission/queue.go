package emission

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// strayHold bounds how long a notification waits if it was published by another goroutine than the
	// call's. It may have nothing to do with the call.
	strayHold = 20 * time.Millisecond
	// ReplyLead is how long a reply to a client of the original is ahead of the notifications behind
	// it. They use another connection, and would otherwise overtake the reply at the client. On a busy
	// machine its main thread needs many milliseconds to wake up and to take the reply from its
	// request socket.
	ReplyLead = 20 * time.Millisecond
	// mostFollowed bounds how long after the first reply a notification waits for more calls of the
	// same client.
	mostFollowed = 50 * time.Millisecond
	// mostHeld and mostHeldBytes bound the waiting notifications. Beyond that the oldest are sent.
	mostHeld      = 1000
	mostHeldBytes = 16 << 20
)

// Queue holds the notifications of a server on their way out.
//
// Notifications published during a call are sent after its reply, as the original does. A client of
// the original has one request socket, which its slots cannot use while its main thread waits for
// the reply. Worse, a slot that tries takes the event of the reply from libzmq, and the main thread
// waits for ever. So notifications also wait, for a while, as long as the same client makes one
// call after another. All are sent in the order in which they were published.
//
// The fields are set before the first call.
type Queue struct {
	Send func(topic string, body Body) error
	// Since returns a number that changes each time a topic gets its first subscriber. It is zero
	// while the topic has no subscriber.
	Since func(topic string) uint64
	// Report is called for a notification that waited and could not be sent.
	Report func(topic string, err error)
	// Inside reports whether the calling goroutine carries out a call.
	Inside func() bool
	// Hold is how long a notification waits for a reply at most; 0 has none wait.
	Hold time.Duration

	// current is the running call, if calls run one at a time.
	current atomic.Pointer[Call]
	// parallel has the running calls by goroutine, if calls run side by side.
	parallel      sync.Map
	parallelCalls atomic.Int64

	mu      sync.Mutex
	waiting []notification
	held    atomic.Int64 // how many wait, to be read without the lock
	bytes   int
	timer   *time.Timer
	closed  bool
}

// Call is a call of a served object, as far as notifications wait for its reply.
type Call struct {
	// Client is who has called.
	Client string
	// Lead is how long the reply is ahead of the notifications behind it.
	Lead time.Duration
	// emitted is set when notifications wait for the reply, and replied is when they may leave, once
	// the reply has been sent.
	emitted atomic.Bool
	replied time.Time
}

// Emitted reports whether notifications wait for the call's reply.
func (c *Call) Emitted() bool { return c.emitted.Load() }

// Body is the content of a notification as it is written: in one form for all subscribers, or in
// two.
type Body struct {
	// Plain is the form for all subscribers, or for those without the other one.
	Plain []byte
	// Develop, if not nil, is the form for subscribers of the dialect develop.
	Develop []byte
}

func (b Body) size() int { return len(b.Plain) + len(b.Develop) }

// notification is one that waits.
type notification struct {
	topic  string
	body   Body
	send   func() error // in place of the queue's own, if not nil
	behind *Call        // whose reply goes first, or nil
	until  time.Time    // when it leaves at the latest
	since  uint64       // what Since returned when it was published
	// followed is set when behind is no longer the call that it was published in.
	followed bool
}

// Publish sends a notification, or has it wait for the reply of the call that it belongs to.
func (q *Queue) Publish(topic string, body Body) error {
	behind, hold := q.callAround()
	if behind != nil {
		behind.emitted.Store(true)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if behind == nil && len(q.waiting) == 0 || q.closed {
		return q.Send(topic, body)
	}
	now := time.Now()
	q.waiting = append(q.waiting, notification{topic: topic, body: body, behind: behind, until: now.Add(hold), since: q.Since(topic)})
	q.held.Add(1)
	q.bytes += body.size()
	for len(q.waiting) > mostHeld || q.bytes > mostHeldBytes {
		q.sendFirst()
	}
	q.flush(now)
	return nil
}

// PublishNext sends a notification after all that wait, which were published before it.
func (q *Queue) PublishNext(topic string, send func() error) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 || q.closed {
		return send()
	}
	q.waiting = append(q.waiting, notification{topic: topic, send: send})
	q.held.Add(1)
	return nil
}

// callAround returns the call that a notification belongs to which is published now, and how long
// that may hold it up.
func (q *Queue) callAround() (*Call, time.Duration) {
	switch t := q.current.Load(); {
	case q.Hold == 0:
		return nil, 0
	case t != nil && q.Inside():
		return t, q.Hold
	case t != nil:
		return t, min(strayHold, q.Hold)
	case q.parallelCalls.Load() == 0:
		return nil, 0
	}
	found, _ := q.parallel.Load(goroutineID())
	t, _ := found.(*Call)
	return t, q.Hold
}

// Begin notes that a call runs, where calls run one at a time.
func (q *Queue) Begin(c *Call) { q.current.Store(c) }

// End ends what Begin has noted.
func (q *Queue) End(c *Call) { q.current.CompareAndSwap(c, nil) }

// Enter notes that the calling goroutine carries out a call, where calls run side by side.
func (q *Queue) Enter(t *Call) (leave func()) {
	id := goroutineID()
	q.parallel.Store(id, t)
	q.parallelCalls.Add(1)
	return func() {
		q.parallelCalls.Add(-1)
		q.parallel.Delete(id)
	}
}

// Replied lets the notifications go that waited for the reply of a call.
func (q *Queue) Replied(t *Call) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	t.replied = now.Add(t.Lead)
	q.flush(now)
}

// Follow has the notifications wait for the reply of a call that begins, which wait behind earlier
// ones of the same client.
func (q *Queue) Follow(t *Call) {
	if q.held.Load() == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	q.flush(now)
	for i := range q.waiting {
		m := &q.waiting[i]
		if t.Lead == 0 || m.behind == nil || m.behind == t || m.behind.Client != t.Client || m.behind.replied.IsZero() {
			continue
		}
		if last := m.behind.replied.Add(mostFollowed - m.behind.Lead); !m.followed && last.Before(m.until) {
			m.until = last
		}
		m.behind, m.followed = t, true
		t.emitted.Store(true)
	}
	q.flush(now)
}

// flush sends what need not wait any longer, and comes back for the rest. The lock is held.
func (q *Queue) flush(now time.Time) {
	for len(q.waiting) > 0 {
		due := q.waiting[0].due()
		if wait := due.Sub(now); wait > 0 {
			q.comeBack(wait)
			return
		}
		q.sendFirst()
	}
	q.waiting = nil
}

// due returns when a notification leaves. The lock is held.
func (m *notification) due() time.Time {
	switch {
	case m.behind == nil:
		return time.Time{}
	case !m.behind.replied.IsZero() && m.behind.replied.Before(m.until):
		return m.behind.replied
	}
	return m.until
}

// comeBack flushes after a while. The lock is held.
func (q *Queue) comeBack(wait time.Duration) {
	switch {
	case q.closed:
	case q.timer == nil:
		q.timer = time.AfterFunc(wait, func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			if !q.closed {
				q.flush(time.Now())
			}
		})
	default:
		q.timer.Reset(wait)
	}
}

// sendFirst sends the notification that has waited longest. The lock is held.
func (q *Queue) sendFirst() {
	first := q.waiting[0]
	q.waiting[0] = notification{}
	q.waiting = q.waiting[1:]
	q.held.Add(-1)
	q.bytes -= first.body.size()
	if err := q.sendHeld(first); err != nil {
		go q.Report(first.topic, err) // which may come back here
	}
}

// sendHeld sends a notification that has waited, unless its topic got its first subscriber since it
// was published. A client of the original that connects a slot again would get an old notification.
func (q *Queue) sendHeld(m notification) error {
	if m.send != nil {
		return m.send()
	}
	if now := q.Since(m.topic); now != 0 && now != m.since {
		return nil
	}
	return q.Send(m.topic, m.body)
}

// Close sends what waits, and has nothing wait any more.
func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	if q.timer != nil {
		q.timer.Stop()
	}
	for len(q.waiting) > 0 {
		q.sendFirst()
	}
}
