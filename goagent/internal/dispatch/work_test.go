package dispatch

import "testing"

// TestWork drains while work is under way that begins more.
func TestWork(t *testing.T) {
	w := NewWork()
	idle := func() bool {
		select {
		case <-w.Idle():
			return true
		default:
			return false
		}
	}
	if w.Busy() || !w.Begin() || !w.Busy() {
		t.Error("one piece of work is not counted")
	}
	w.End()
	if idle() || !w.Begin() {
		t.Error("it is idle before it is drained")
	}
	w.Drain()
	if idle() || w.Begin() {
		t.Error("something begins after Drain, or nothing is waited for")
	}
	w.Keep()
	w.End()
	if idle() || !w.Busy() {
		t.Error("what was kept is not waited for")
	}
	w.End()
	w.Drain()
	if !idle() || w.Busy() {
		t.Error("it is not idle when all has ended")
	}
	w = NewWork()
	if w.Drain(); !idle() {
		t.Error("it is not idle when there was nothing")
	}
}
