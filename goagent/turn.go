package goagent

import (
	"context"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/emission"
	"github.com/pizco-go/pizco/goagent/internal/serving"
)

// turn is the right of a request to use the served object, of which WithConcurrency gives out so
// many at a time. It is taken before anything is done for the request, or when the object is first
// needed, and kept until the answer is written. It is the context of its request, too.
type turn struct {
	context.Context
	emission.Call
	server *Server
	came   time.Time // when the request came, or the zero time
	taken  bool
	// began and ended are when it was taken and given back.
	began, ended time.Time
}

// turnKey is the key of a request's turn in its context.
type turnKey struct{}

func newTurn(s *Server, client string, lead time.Duration) *turn {
	return &turn{Context: s.agent.ctx, Call: emission.Call{Client: client, Lead: lead}, server: s}
}

// turnOf returns the turn of a request.
func (s *Server) turnOf(r *serving.Request) *turn {
	lead := emission.ReplyLead
	if r.From.Tagged {
		lead = 0 // it comes from an agent like this one, whose slots may call at any time
	}
	return newTurn(s, r.From.Peer, lead)
}

// Value returns the turn itself under turnKey.
func (t *turn) Value(key any) any {
	if key == (turnKey{}) {
		return t
	}
	return t.Context.Value(key)
}

func (t *turn) take(ctx context.Context) error {
	if t.taken || t.server.turns == nil {
		return nil
	}
	if t.server.turns.TryTake() {
		t.begin(t.came)
		return nil
	}
	if err := t.server.turns.Take(ctx, t.Client); err != nil {
		return err
	}
	t.begin(time.Time{})
	return nil
}

// begin notes that the turn has been taken, at that time if it is known.
func (t *turn) begin(at time.Time) {
	if at.IsZero() {
		at = time.Now()
	}
	t.taken, t.began = true, at
	if t.server.agent.cfg.concurrency == 1 {
		t.server.emissions.Begin(&t.Call)
	}
}

func (t *turn) end() {
	if t.taken {
		t.taken = false
		t.server.emissions.End(&t.Call)
		t.ended = time.Now()
		t.server.pace.Add(t.ended.Sub(t.began))
		t.server.turns.Give()
	}
}

// AnswerSent ends a call whose answer the goroutine that receives has sent.
func (t *turn) AnswerSent() {
	if t.Emitted() {
		t.server.emissions.Replied(&t.Call)
	}
	t.server.work.End()
}
