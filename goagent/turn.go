package goagent

import (
	"context"
	"sync/atomic"
	"time"
)

// turn is the right of a request to use the served object, of which WithConcurrency gives out so many at a time. It is
// taken when the object is first needed and kept until the answer is written.
type turn struct {
	server *Server
	taken  bool
	began  time.Time // when it was taken
}

// turnKey is the key of a request's turn in its context.
type turnKey struct{}

func (t *turn) take(ctx context.Context) error {
	if t.taken || t.server.turns == nil {
		return nil
	}
	select {
	case t.server.turns <- struct{}{}:
		t.begin()
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t *turn) begin() { t.taken, t.began = true, time.Now() }

func (t *turn) end() {
	if t.taken {
		t.taken = false
		t.server.pace.add(time.Since(t.began))
		<-t.server.turns
	}
}

func newTurn(s *Server) *turn { return &turn{server: s} }

// freeTurn returns a turn that is taken already, or nil when there is none at once or where calls run side by side.
func (s *Server) freeTurn() *turn {
	if cap(s.turns) != 1 {
		return nil
	}
	select {
	case s.turns <- struct{}{}:
		t := newTurn(s)
		t.begin()
		return t
	default:
		return nil
	}
}

// quickCall is the mean time of the last calls up to which they count as quick.
const quickCall = 100 * time.Microsecond

// pace is the mean time of the last calls, in nanoseconds, each of which counts an eighth.
type pace struct{ mean atomic.Int64 }

func (p *pace) add(took time.Duration) {
	mean := p.mean.Load()
	p.mean.Store(mean + (int64(took)-mean)/8) // calls that run side by side may miss each other: it is a mean
}

func (p *pace) quick() bool { return time.Duration(p.mean.Load()) <= quickCall }
