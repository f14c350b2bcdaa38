package dispatch

import (
	"testing"
	"time"
)

// TestPace has one slow call make a pace slow, and quick ones make it quick again.
func TestPace(t *testing.T) {
	var p Pace
	if !p.Quick() {
		t.Error("it is slow before there was a call")
	}
	p.Add(8 * quickCall)
	if !p.Quick() {
		t.Error("a mean of the limit counts as slow")
	}
	if p.Add(quickCall + 8); p.Quick() {
		t.Error("a mean above the limit counts as quick")
	}
	p.Add(time.Second)
	calls := 0
	for ; !p.Quick() && calls < 1000; calls++ {
		p.Add(0)
	}
	if calls < 50 || calls > 100 {
		t.Errorf("it is quick again after %d calls", calls)
	}
}
