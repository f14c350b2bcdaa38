package transport

import "sync/atomic"

// Handover says which goroutine goes on with a loop after a step that may take long: the one that
// takes the step, or another one that has taken over meanwhile. It counts the beginnings and the
// ends of steps, so its count is odd during a step. Only one goroutine at a time takes steps.
type Handover struct{ count atomic.Uint64 }

// Begin begins a step and returns its number.
func (h *Handover) Begin() (step uint64) { return h.count.Add(1) }

// End ends a step. It returns false when another goroutine has taken over.
func (h *Handover) End(step uint64) (goesOn bool) { return h.count.CompareAndSwap(step, step+1) }

// Count returns what TakeOver is to be given: the number of the step, where one is under way.
func (h *Handover) Count() uint64 { return h.count.Load() }

// TakeOver takes over during the step of a number. It returns false when that is over or has been
// taken over, and for a count between two steps. Any goroutine may call it.
func (h *Handover) TakeOver(step uint64) bool {
	return step%2 == 1 && h.count.CompareAndSwap(step, step+1)
}

// Reading is a loop that reads requests and has a function called when some have come. The loop
// waits for the end of that call, unless it is told to go on in another goroutine.
type Reading struct {
	// Loop reads until Hand returns false or nothing more comes. It is set before the first Hand.
	Loop     func()
	handover Handover
}

// Hand calls a function from the loop. It returns false when another goroutine reads on: the loop
// has to return then.
func (r *Reading) Hand(come func(*Reading)) (goesOn bool) {
	step := r.handover.Begin()
	come(r)
	return r.handover.End(step)
}

// GoOn has another goroutine read on during a call. Any goroutine may call it, at any time and more
// than once. It does nothing where the Reading is nil.
func (r *Reading) GoOn() {
	if r == nil {
		return
	}
	if r.handover.TakeOver(r.handover.Count()) {
		go r.Loop()
	}
}
