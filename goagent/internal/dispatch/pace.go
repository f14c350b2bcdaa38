package dispatch

import (
	"sync/atomic"
	"time"
)

// quickCall is the mean time of the last calls up to which they count as quick.
const quickCall = 100 * time.Microsecond

// Pace is the mean time of the last calls, in nanoseconds, each of which counts an eighth.
type Pace struct{ mean atomic.Int64 }

// Add counts a call.
func (p *Pace) Add(took time.Duration) {
	mean := p.mean.Load()
	p.mean.Store(mean + (int64(took)-mean)/8) // calls that run side by side may miss each other: it is a mean
}

// Quick reports whether calls take no longer than it takes to leave one to another goroutine.
func (p *Pace) Quick() bool { return time.Duration(p.mean.Load()) <= quickCall }
