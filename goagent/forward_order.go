package goagent

import (
	"sync"
	"time"

	"github.com/pizco-go/pizco/wire"
)

// forwardHold bounds how long a notification waits in a Forwarder.
const forwardHold = 2 * replyLead

// forwardOrder keeps notifications behind replies in a Forwarder, as [emissions] does in a server:
// one that comes from the target after a reply leaves after that reply.
//
// Requests are passed on side by side, and nothing tells which of them a notification belongs to.
// So it waits for all that are on their way when it comes, but not for long.
type forwardOrder struct {
	send func(*wire.Message)
	hold time.Duration // how long a notification waits at most

	mu      sync.Mutex
	passing map[*passing]bool
	begun   uint64
	// last is when the notifications may leave that come behind the last reply.
	last    time.Time
	waiting []forwardedNotification
	bytes   int
	timer   *time.Timer
	closed  bool
}

// passing is a request on its way to the target and back.
type passing struct{ number uint64 }

// forwardedNotification is a notification that waits.
type forwardedNotification struct {
	msg *wire.Message
	// behind is how many requests with numbers up to begun it still waits for.
	behind int
	begun  uint64
	// from and until are when it leaves at the soonest and at the latest.
	from, until time.Time
}

func newForwardOrder(send func(*wire.Message)) *forwardOrder {
	return &forwardOrder{send: send, hold: forwardHold, passing: map[*passing]bool{}}
}

// begin notes that a request is on its way. The function that it returns notes that its reply has
// left.
func (o *forwardOrder) begin() (replied func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.begun++
	p := &passing{o.begun}
	o.passing[p] = true
	return func() { o.end(p) }
}

func (o *forwardOrder) end(p *passing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.passing, p)
	now := time.Now()
	o.last = now.Add(replyLead)
	for i := range o.waiting {
		if m := &o.waiting[i]; m.begun >= p.number {
			m.behind--
			m.from = o.last
		}
	}
	o.flush(now)
}

// publish sends a notification, at once or when the replies have left that it has to follow.
func (o *forwardOrder) publish(msg *wire.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if o.closed || len(o.waiting) == 0 && len(o.passing) == 0 && now.After(o.last) {
		o.send(msg)
		return
	}
	held := *msg
	o.waiting = append(o.waiting, forwardedNotification{&held, len(o.passing), o.begun, o.last, now.Add(o.hold)})
	o.bytes += len(msg.Body)
	for len(o.waiting) > mostHeld || o.bytes > mostHeldBytes {
		o.sendFirst()
	}
	o.flush(now)
}

// flush sends what need not wait any longer, and comes back for the rest. The lock is held.
func (o *forwardOrder) flush(now time.Time) {
	for len(o.waiting) > 0 {
		first := &o.waiting[0]
		due := first.until
		if first.behind == 0 && first.from.Before(due) {
			due = first.from
		}
		if wait := due.Sub(now); wait > 0 {
			o.comeBack(wait)
			return
		}
		o.sendFirst()
	}
	o.waiting = nil
}

// comeBack flushes after a while. The lock is held.
func (o *forwardOrder) comeBack(wait time.Duration) {
	switch {
	case o.closed:
	case o.timer == nil:
		o.timer = time.AfterFunc(wait, func() {
			o.mu.Lock()
			defer o.mu.Unlock()
			if !o.closed {
				o.flush(time.Now())
			}
		})
	default:
		o.timer.Reset(wait)
	}
}

// sendFirst sends the notification that has waited longest. The lock is held.
func (o *forwardOrder) sendFirst() {
	first := o.waiting[0].msg
	o.waiting[0] = forwardedNotification{}
	o.waiting = o.waiting[1:]
	o.bytes -= len(first.Body)
	o.send(first)
}

// close forgets what waits.
func (o *forwardOrder) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.waiting = nil
	if o.timer != nil {
		o.timer.Stop()
	}
}
