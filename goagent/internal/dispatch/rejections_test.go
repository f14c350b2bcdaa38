package dispatch

import (
	"testing"
	"time"
)

// TestRejections checks that of many rejections one in a second is told, with the number of those
// before.
func TestRejections(t *testing.T) {
	var r Rejections
	now := time.Now()
	for _, tt := range []struct {
		after time.Duration
		due   int
	}{
		{0, 1}, {time.Millisecond, 0}, {time.Millisecond, 0}, {rejectionsEvery, 3}, {rejectionsEvery - 1, 0}, {1, 2},
	} {
		now = now.Add(tt.after)
		if got := r.Add(now); got != tt.due {
			t.Errorf("after %v: %d due, want %d", tt.after, got, tt.due)
		}
	}
}
