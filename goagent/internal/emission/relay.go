package emission

import (
	"sync"
	"time"

	"github.com/pizco-go/pizco/wire"
)

// relayHold bounds how long a notification waits in a Relay.
const relayHold = 2 * ReplyLead

// Relay keeps notifications behind replies in a forwarder, as [Queue] does in a server:
// one that comes from the target after a reply leaves after that reply.
//
// Requests are passed on side by side, and nothing tells which of them a notification belongs to.
// So it waits for all that are on their way when it comes, but not for long.
type Relay struct {
	send func(*wire.Message)
	hold time.Duration // how long a notification waits at most

	mu      sync.Mutex
	passing map[*passing]bool
	begun   uint64
	// last is when the notifications may leave that come behind the last reply.
	last    time.Time
	waiting []relayed
	bytes   int
	timer   *time.Timer
	closed  bool
}

// passing is a request on its way to the target and back.
type passing struct{ number uint64 }

// relayed is a notification that waits.
type relayed struct {
	msg *wire.Message
	// behind is how many requests with numbers up to begun it still waits for.
	behind int
	begun  uint64
	// from and until are when it leaves at the soonest and at the latest.
	from, until time.Time
}

// NewRelay returns a Relay that sends what may leave with that function.
func NewRelay(send func(*wire.Message)) *Relay {
	return &Relay{send: send, hold: relayHold, passing: map[*passing]bool{}}
}

// SetHold changes how long a notification waits at most, which is 40 ms at first.
func (r *Relay) SetHold(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hold = d
}

// Begin notes that a request is on its way. The function that it returns notes that its reply has
// left.
func (r *Relay) Begin() (replied func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun++
	p := &passing{r.begun}
	r.passing[p] = true
	return func() { r.end(p) }
}

func (r *Relay) end(p *passing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.passing, p)
	now := time.Now()
	r.last = now.Add(ReplyLead)
	for i := range r.waiting {
		if m := &r.waiting[i]; m.begun >= p.number {
			m.behind--
			m.from = r.last
		}
	}
	r.flush(now)
}

// Publish sends a notification, at once or when the replies have left that it has to follow.
func (r *Relay) Publish(msg *wire.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if r.closed || len(r.waiting) == 0 && len(r.passing) == 0 && now.After(r.last) {
		r.send(msg)
		return
	}
	held := *msg
	r.waiting = append(r.waiting, relayed{&held, len(r.passing), r.begun, r.last, now.Add(r.hold)})
	r.bytes += len(msg.Body)
	for len(r.waiting) > mostHeld || r.bytes > mostHeldBytes {
		r.sendFirst()
	}
	r.flush(now)
}

// flush sends what need not wait any longer, and comes back for the rest. The lock is held.
func (r *Relay) flush(now time.Time) {
	for len(r.waiting) > 0 {
		first := &r.waiting[0]
		due := first.until
		if first.behind == 0 && first.from.Before(due) {
			due = first.from
		}
		if wait := due.Sub(now); wait > 0 {
			r.comeBack(wait)
			return
		}
		r.sendFirst()
	}
	r.waiting = nil
}

// comeBack flushes after a while. The lock is held.
func (r *Relay) comeBack(wait time.Duration) {
	switch {
	case r.closed:
	case r.timer == nil:
		r.timer = time.AfterFunc(wait, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			if !r.closed {
				r.flush(time.Now())
			}
		})
	default:
		r.timer.Reset(wait)
	}
}

// sendFirst sends the notification that has waited longest. The lock is held.
func (r *Relay) sendFirst() {
	first := r.waiting[0].msg
	r.waiting[0] = relayed{}
	r.waiting = r.waiting[1:]
	r.bytes -= len(first.Body)
	r.send(first)
}

// Close forgets what waits.
func (r *Relay) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.waiting = nil
	if r.timer != nil {
		r.timer.Stop()
	}
}
