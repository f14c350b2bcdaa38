package dispatch

import "sync"

// Work counts what is under way, so that a server can stop when nothing is. It is made by NewWork.
type Work struct {
	mu       sync.Mutex
	draining bool
	count    int
	idle     chan struct{} // closed when draining and nothing is under way
}

// NewWork returns a Work with nothing under way.
func NewWork() *Work { return &Work{idle: make(chan struct{})} }

// Begin counts a piece of work. It returns false, and counts nothing, after Drain.
func (w *Work) Begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.draining {
		return false
	}
	w.count++
	return true
}

// Keep counts one more piece of some work that has begun.
func (w *Work) Keep() {
	w.mu.Lock()
	w.count++
	w.mu.Unlock()
}

// End ends a piece of work.
func (w *Work) End() {
	w.mu.Lock()
	w.count--
	w.tell()
	w.mu.Unlock()
}

// Drain lets nothing more begin.
func (w *Work) Drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.draining {
		w.draining = true
		w.tell()
	}
}

// Busy reports whether anything is under way.
func (w *Work) Busy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count > 0
}

// Idle is closed when nothing more can begin and nothing is under way.
func (w *Work) Idle() <-chan struct{} { return w.idle }

// tell closes idle when that is so. The lock is held.
func (w *Work) tell() {
	if w.draining && w.count == 0 {
		select {
		case <-w.idle:
		default:
			close(w.idle)
		}
	}
}
