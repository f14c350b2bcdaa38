//go:build cgo

package wallclock

import (
	"testing"
	"time"
)

// TestMove moves the clock to and fro: Go and libc see the jumps, and the monotonic clock does not.
func TestMove(t *testing.T) {
	began := time.Now()
	t.Cleanup(func() {
		if err := Move(0); err != nil {
			t.Error(err)
		}
	})
	for _, by := range []time.Duration{time.Hour, -time.Hour, 20 * 365 * 24 * time.Hour, 0} {
		if err := Move(by); err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		elapsed := now.Sub(began)
		if elapsed < 0 || elapsed > time.Minute {
			t.Errorf("moved by %v, the monotonic clock has gone on by %v", by, elapsed)
		}
		if off := now.Round(0).Sub(began.Round(0)) - by - elapsed; off.Abs() > time.Minute {
			t.Errorf("moved by %v, Go's clock is off by %v", by, off)
		}
		if machine, err := Machine(); err != nil || (machine.Sub(began.Round(0))-elapsed).Abs() > time.Minute {
			t.Errorf("moved by %v, the machine's clock has become %v, error %v", by, machine, err)
		}
		if off := libcNow().Sub(began.Round(0)) - by - elapsed; off.Abs() > time.Minute {
			t.Errorf("moved by %v, libc's clock is off by %v", by, off)
		}
	}
}
