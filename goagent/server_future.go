package goagent

import (
	"context"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// servedFutures are the futures that methods of the object have returned and that have not ended
// yet.
type servedFutures struct {
	server *Server
	mu     sync.Mutex
	byID   map[string]*object.Future
}

// register has the outcome of a future published when it ends. It is called when the reply that
// announces the future has been handed to the socket. It mirrors the callback in Server.on_request.
//
// A proxy of the original loses an outcome that overtakes the reply, and waits for it for ever. So
// an outcome leaves no sooner than the grace after the reply.
func (f *servedFutures) register(of *serving.Request, protocol wire.Protocol, future *object.Future) {
	r := *of // whose memory is used again
	id := r.Message.ID
	f.mu.Lock()
	if f.byID == nil {
		f.byID = make(map[string]*object.Future)
	}
	f.byID[id] = future
	f.mu.Unlock()

	s := f.server
	s.work.Keep()
	grace := time.NewTimer(s.agent.cfg.futureGrace)
	go func() {
		defer s.work.End()
		defer grace.Stop()
		select {
		case <-future.Done():
		case <-s.agent.ctx.Done():
			return
		}
		select {
		case <-grace.C:
		case <-s.agent.ctx.Done():
			return
		}
		f.mu.Lock()
		delete(f.byID, id)
		f.mu.Unlock()
		result, err := future.Result()
		s.publishOutcome(&r, protocol, result, err)
	}()
}

// publishOutcome tells the clients what came of a future; a result that cannot be sent becomes a
// TypeError.
func (s *Server) publishOutcome(r *serving.Request, protocol wire.Protocol, result any, err error) {
	if err == nil {
		if err = s.publishFuture(r, protocol, result, nil); err == nil {
			return
		}
		err = unsendable(result, err)
	}
	if failed := s.publishFuture(r, protocol, nil, err); failed != nil {
		failed = s.publishFuture(r, protocol, nil, pyerr.RuntimeError.New(pyerr.From(err).Error()))
		if failed != nil {
			s.agent.log.Error("future's outcome not published", "id", r.Message.ID, "error", failed)
		}
	}
}

func (s *Server) publishFuture(r *serving.Request, protocol wire.Protocol, result any, err error) error {
	body, encodeErr := s.encodeOutcome(r, protocol, result, err)
	if encodeErr != nil {
		return encodeErr
	}
	frames, encodeErr := protocol.FormatBody(r.At, psmessage.TopicFuture, body, "")
	if encodeErr != nil {
		return encodeErr
	}
	return s.emissions.PublishNext(psmessage.TopicFuture, func() error { return s.agent.sendOutcome(r, frames) })
}

// encodeOutcome returns the content of the notification of what came of a future.
func (s *Server) encodeOutcome(r *serving.Request, protocol wire.Protocol, result any, err error) ([]byte, error) {
	outcome := func(result, exception any) *py.Dict {
		return py.StrDict(
			py.Item{Key: psmessage.OptionID, Value: r.Message.ID},
			py.Item{Key: psmessage.FutureResult, Value: result},
			py.Item{Key: psmessage.FutureException, Value: exception},
		)
	}
	var exception any
	if err != nil && r.Message.IsPickle() {
		exception = s.agent.host.Exceptions.Alone(err, &r.Message)
	}
	if body, ok := s.agent.encodeRaw(protocol, outcome(pyerr.Raw(result), exception)); ok {
		return body, nil
	}
	graph, convertErr := pyerr.FromGo(result)
	if convertErr != nil {
		return nil, convertErr
	}
	if !r.Message.IsPickle() {
		graph = psmessage.Jsonable(graph)
		if err != nil {
			exception = s.agent.host.Exceptions.Alone(err, &r.Message)
		}
	}
	return protocol.Encode(outcome(graph, exception))
}

// cancel stops the work behind a future.
func (f *servedFutures) cancel(ctx context.Context, id string) error {
	f.mu.Lock()
	future := f.byID[id]
	f.mu.Unlock()
	if future == nil {
		return nil // it has ended
	}
	return future.Cancel(ctx)
}
