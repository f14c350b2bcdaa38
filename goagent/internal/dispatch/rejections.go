package dispatch

import (
	"sync"
	"time"
)

// rejectionsEvery is the time in which at most one warning tells of rejected requests, so that who
// guesses keys, or has the wrong one, does not fill the log.
const rejectionsEvery = time.Second

// Rejections counts the requests that were rejected since the last warning.
type Rejections struct {
	mu     sync.Mutex
	told   time.Time
	untold int
}

// Add counts a request and returns how many a warning is due for, or 0 when none is due yet.
func (r *Rejections) Add(now time.Time) (due int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.untold++
	if now.Sub(r.told) < rejectionsEvery {
		return 0
	}
	due, r.told, r.untold = r.untold, now, 0
	return due
}
