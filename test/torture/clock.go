package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/test/wallclock"
)

// clockReading is what a peer's wall clock reads.
type clockReading struct{ Now time.Time }

// clockOrder has a peer move its wall clock, and tell what it reads then.
var clockOrder = child.To(func(o struct{ After time.Duration }) (any, error) {
	if err := wallclock.Move(o.After); err != nil {
		return nil, err
	}
	return clockReading{time.Now()}, nil
})

// clockSlack is how far a clock may be from where it was moved to.
const clockSlack = time.Minute

// moveClock has a child move its wall clock to so much after the machine's. The torture's own may
// jump as well meanwhile.
func moveClock(p *child.Process, after time.Duration) error {
	began, err := wallclock.Machine()
	if err != nil {
		return err
	}
	var reads clockReading
	if err := p.Ask(child.Order{"do": "clock", "After": after}, &reads); err != nil {
		return err
	}
	if off := reads.Now.Sub(began) - after; off.Abs() > clockSlack {
		return fmt.Errorf("%v after the moment, a clock is off by %v", after, off)
	}
	return nil
}

// aJump is a minute to some years, forward or back.
func aJump(r *rand.Rand) time.Duration {
	by := []time.Duration{5 * time.Minute, time.Hour, 24 * time.Hour, 10 * 365 * 24 * time.Hour}[r.IntN(4)]
	if r.IntN(2) == 0 {
		return -by
	}
	return by
}

// jumping is a fault of one process whose wall clock jumps, and jumps back after a while.
func jumping(name string, which func(*lab) *child.Process) fault {
	return fault{name, func(l *lab) (func() error, error) {
		p := which(l)
		return func() error { return moveClock(p, 0) }, moveClock(p, aJump(l.random))
	}}
}

// clocksMove reports whether clocks can be moved on this system, and enters it where they cannot.
func clocksMove(t *tally) (bool, error) {
	err := wallclock.Move(0)
	if errors.Is(err, errors.ErrUnsupported) {
		t.note("clocks that jump", "NOT RUN: %v", err)
		return false, nil
	}
	return err == nil, err
}

// clockJumps has the clocks of a server and its client jump between one call and the next, while
// another call waits, and notifications come. Since nothing else goes wrong, none of it may fail.
func clockJumps(s settings, t *tally) (err error) {
	if can, err := clocksMove(t); !can {
		return err
	}
	v, err := newVictim([]goagent.DialOption{goagent.WithHeartbeat(heartbeat)}, "-concurrency", "2")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, wallclock.Move(0), v.close()) }()
	var ticks sequence
	if _, err := v.proxy.Connect(context.Background(), "tick", ticks.came); err != nil {
		return err
	}
	waited := make(chan waitedCall, 1)
	go func() { waited <- v.waitInVain() }()
	random := rand.New(rand.NewPCG(s.seed, 0)) //nolint:gosec // Faults are to be repeatable, not secret.
	var slowest time.Duration
	var failed error
	jumps := 0
	for ; len(waited) == 0 && failed == nil; jumps += 2 {
		if err := errors.Join(moveClock(v.server, aJump(random)), wallclock.Move(aJump(random))); err != nil {
			return err
		}
		took, err := v.wellServed(10)
		slowest, failed = max(slowest, took), err
	}
	what := fmt.Sprintf("%d jumps of the clocks of server and client", jumps)
	t.check(failed == nil, what+": every call is answered", "the slowest took %.1f ms, error %v", float64(slowest)/float64(time.Millisecond), failed)
	w := <-waited
	over := w.took - waitDeadline
	t.check(errors.Is(w.err, context.DeadlineExceeded) && over >= 0 && over-w.paused < 100*time.Millisecond, what+": a call that waits ends at its deadline",
		"%.1f ms after it, error %v", float64(over)/float64(time.Millisecond), w.err)
	t.check(ticks.lost.Load() == 0 && ticks.next.Load() > 0, what+": no notification is lost", "%d are, up to number %d", ticks.lost.Load(), ticks.next.Load()-1)
	return v.check(t, what, bound)
}

// waitedCall is what came of a call that took so long, while its process was kept from running for
// a part of that.
type waitedCall struct {
	took, paused time.Duration
	err          error
}

// waitDeadline is some heartbeats away.
const waitDeadline = 4 * heartbeat

// waitInVain makes a call that takes longer than its deadline.
func (v *victim) waitInVain() waitedCall {
	began := time.Now() // before the deadline is counted from
	ctx, cancel := context.WithTimeout(context.Background(), waitDeadline)
	defer cancel()
	var clock scheduling
	go clock.run(ctx)
	err := v.proxy.Call(ctx, nil, "wait", time.Minute.Milliseconds())
	return waitedCall{time.Since(began), clock.gap(began), err}
}

// sequence counts the missing numbers in a sequence.
type sequence struct{ next, lost atomic.Int64 }

func (s *sequence) came(n int64) {
	if want := s.next.Swap(n + 1); want > 0 {
		s.lost.Add(n - want)
	}
}
