package transport

import "sync/atomic"

// Reading is a loop that reads requests and has a function called when some have come. The loop
// waits for the end of that call, unless it is told to go on in another goroutine.
type Reading struct {
	// Loop reads until Hand returns false or nothing more comes. It is set before the first Hand.
	Loop func()
	// state counts the beginnings and the ends of calls: it is odd during one.
	state atomic.Uint64
}

// Hand calls a function from the loop. It returns false when another goroutine reads on: the loop
// has to return then.
func (r *Reading) Hand(come func(*Reading)) (goesOn bool) {
	number := r.state.Add(1)
	come(r)
	return r.state.CompareAndSwap(number, number+1)
}

// GoOn has another goroutine read on during a call. Any goroutine may call it, at any time and more
// than once. It does nothing where the Reading is nil.
func (r *Reading) GoOn() {
	if r == nil {
		return
	}
	if number := r.state.Load(); number%2 == 1 && r.state.CompareAndSwap(number, number+1) {
		go r.Loop()
	}
}
