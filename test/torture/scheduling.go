package main

import (
	"context"
	"sync"
	"time"
)

// scheduling knows when the process was kept from running, be it stopped or by others that had the
// processor: the time that a call takes meanwhile says nothing of the library.
type scheduling struct {
	mu     sync.Mutex
	last   time.Time
	pauses []pausing
}

// pausing is a time in which a timer of the process did not go off, and by how much it was late.
type pausing struct {
	ended time.Time
	late  time.Duration
}

const schedulingTick = 5 * time.Millisecond

func (s *scheduling) run(ctx context.Context) {
	ticker := time.NewTicker(schedulingTick)
	defer ticker.Stop()
	s.ticked(time.Now())
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		s.ticked(time.Now())
	}
}

// pausesKept is how many pauses are remembered at most; a call sees no more than a few.
const pausesKept = 2048

func (s *scheduling) ticked(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if late := s.lateness(now); late > 0 {
		s.pauses = append(s.pauses, pausing{now, late})
		if len(s.pauses) > 2*pausesKept {
			s.pauses = append(s.pauses[:0:0], s.pauses[pausesKept:]...)
		}
	}
	s.last = now
}

// lateness returns by how much the next tick is late, if it is by more than a tick. The lock is
// held.
func (s *scheduling) lateness(now time.Time) time.Duration {
	if s.last.IsZero() || now.Sub(s.last) < 2*schedulingTick {
		return 0
	}
	return now.Sub(s.last) - schedulingTick
}

// gap returns for how long the process was kept from running since a time.
func (s *scheduling) gap(since time.Time) (sum time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum = s.lateness(time.Now()) // who calls may run before the timer does
	for i := len(s.pauses) - 1; i >= 0 && s.pauses[i].ended.After(since); i-- {
		sum += s.pauses[i].late
	}
	return sum
}
