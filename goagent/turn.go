package goagent

import "context"

// turn is the right of a request to use the served object, of which WithConcurrency gives out so many at a time. It is
// taken when the object is first needed and kept until the answer is written.
type turn struct {
	server *Server
	taken  bool
}

// turnKey is the key of a request's turn in its context.
type turnKey struct{}

func (t *turn) take(ctx context.Context) error {
	if t.taken || t.server.turns == nil {
		return nil
	}
	select {
	case t.server.turns <- struct{}{}:
		t.taken = true
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t *turn) end() {
	if t.taken {
		t.taken = false
		<-t.server.turns
	}
}

func newTurn(s *Server) *turn { return &turn{server: s} }
