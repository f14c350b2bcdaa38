package goagent

import (
	"sync/atomic"
	"time"
)

// supervisor looks after the calls that are carried out by goroutines that receive. It sleeps while
// there are none.
type supervisor struct {
	receivers []*receiver
	done      <-chan struct{}
	awake     atomic.Bool
	wake      chan struct{}
}

const (
	// supervisorTick is the time between two looks.
	supervisorTick = 5 * time.Millisecond
	// supervisorPatience is the number of looks without a call after which the supervisor sleeps
	// until there is one.
	supervisorPatience = 200
)

func newSupervisor(receivers []*receiver, done <-chan struct{}) *supervisor {
	return &supervisor{receivers: receivers, done: done, wake: make(chan struct{}, 1)}
}

// watch wakes the supervisor, which may be asleep.
func (s *supervisor) watch() {
	if !s.awake.Load() && s.awake.CompareAndSwap(false, true) {
		s.wake <- struct{}{} // has room: it is emptied before awake is taken back
	}
}

func (s *supervisor) run() {
	seen := make([]uint64, len(s.receivers))
	for {
		select {
		case <-s.wake:
		case <-s.done:
			return
		}
		if !s.lookAround(seen) {
			return
		}
	}
}

// lookAround looks after the calls until there have been none for a while. It returns false when
// the agent has been closed.
func (s *supervisor) lookAround(seen []uint64) bool {
	ticker := time.NewTicker(supervisorTick)
	defer ticker.Stop()
	for quiet := 0; ; quiet++ {
		select {
		case <-ticker.C:
		case <-s.done:
			return false
		}
		if s.look(seen) {
			quiet = 0
		}
		if quiet < supervisorPatience {
			continue
		}
		s.awake.Store(false)
		// A call that has begun before that has not woken it.
		if !s.look(seen) || !s.awake.CompareAndSwap(false, true) {
			return true
		}
	}
}

// look has others receive where a call is still the one that was seen the last time. It reports
// whether there were calls since.
func (s *supervisor) look(seen []uint64) (calls bool) {
	for i, r := range s.receivers {
		state := r.state.Load()
		if state == seen[i] {
			r.takeOver(state)
		} else {
			calls = true
		}
		seen[i] = state
	}
	return calls
}
