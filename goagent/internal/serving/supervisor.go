package serving

import (
	"sync/atomic"
	"time"
)

const (
	// supervisorTick is the time between two looks at the requests that receivers handle.
	supervisorTick = 5 * time.Millisecond
	// supervisorPatience is the number of looks without a request after which there are no more
	// until there is one.
	supervisorPatience = 200
)

// supervisor looks whether the goroutine that receives has been with one request for too long. To
// look from time to time costs less than to have a timer for each request.
type supervisor struct {
	watches atomic.Bool
	timer   *time.Timer
	seen    uint64 // the count of the receiver's handover at the last look
	quiet   int    // looks since it has changed
}

// watch has the supervisor look, which may have stopped to.
func (r *receiver) watch() {
	if s := &r.supervisor; !s.watches.Load() && s.watches.CompareAndSwap(false, true) {
		s.quiet = 0
		s.timer.Reset(supervisorTick)
	}
}

// look has another goroutine receive where a request is still the one that was seen the last time.
func (r *receiver) look() {
	s, step := &r.supervisor, r.handover.Count()
	s.quiet++
	if step != s.seen {
		s.seen, s.quiet = step, 0
	} else {
		r.takeOver(step)
	}
	if s.quiet > supervisorPatience || r.host.Context.Err() != nil {
		s.watches.Store(false)
		// A request that has come before that has not had it look.
		if r.handover.Count() == step || !s.watches.CompareAndSwap(false, true) {
			return
		}
	}
	s.timer.Reset(supervisorTick)
}
