package goagent

import (
	"context"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// pendingFutures are the requests of a proxy whose answer may be a future. A request is entered
// before it is sent, so that a notification that overtakes the answer finds it.
type pendingFutures struct {
	mu   sync.Mutex
	byID map[string]pendingFuture
}

// pendingFuture is what a request may be answered with.
type pendingFuture struct {
	future     *object.Future // nil until it is needed
	registered bool           // it has been answered with it
}

// expect enters a request.
func (p *pendingFutures) expect(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byID == nil {
		p.byID = make(map[string]pendingFuture)
	}
	p.byID[id] = pendingFuture{}
}

// register returns the future that a request was answered with, which may have ended already. The
// future fails when the answer's connection is lost. lost returns the reason if it is lost already.
func (p *pendingFutures) register(id string, lost func() error) *object.Future {
	p.mu.Lock()
	f := p.byID[id]
	f.registered = true
	ended := f.future != nil
	if ended {
		delete(p.byID, id)
	} else {
		f.future = object.NewFuture()
		p.byID[id] = f
	}
	p.mu.Unlock()
	// The loss may have failed the registered futures before this one was registered.
	if reason := lost(); reason != nil && !ended && p.forget(id) != nil {
		f.future.Fail(reason)
	}
	return f.future
}

// forget ends waiting for the future of a request, and returns it if there is one.
func (p *pendingFutures) forget(id string) *object.Future {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.byID[id].future
	delete(p.byID, id)
	return f
}

// ending returns the future of a request that ends; when that has not been answered yet, it is kept
// for it.
func (p *pendingFutures) ending(id string) *object.Future {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.byID[id]
	switch {
	case !ok:
		return nil
	case f.registered:
		delete(p.byID, id)
	case f.future == nil:
		f.future = object.NewFuture()
		p.byID[id] = f
	}
	return f.future
}

// notified ends the future that a notification on the topic __future__ is about; it may be one of
// another client.
func (p *pendingFutures) notified(n peer.Notification) {
	outcome, ok := n.Content.(*py.Dict)
	if !ok {
		return
	}
	id, _ := outcome.Get(psmessage.OptionID)
	text, ok := id.(string)
	if !ok {
		return
	}
	f := p.ending(text)
	if f == nil {
		return
	}
	if exception, _ := outcome.Get(psmessage.FutureException); exception != nil {
		if remote, ok := pyerr.Parse(exception); ok {
			f.Fail(remote)
		} else {
			f.Fail(&ResponseError{n.Sender, "a future's exception that is a " + py.TypeName(exception)})
		}
		return
	}
	result, _ := outcome.Get(psmessage.FutureResult)
	f.Resolve(result)
}

// outcomeGrace is how long after the loss of a connection outcomes may still arrive that the server
// has published before its end: they come by a connection of their own.
const outcomeGrace = 250 * time.Millisecond

// failSoon ends the futures that requests have been answered with so far, unless their outcomes are
// on the way.
func (p *pendingFutures) failSoon(reason error) {
	var ids []string
	p.mu.Lock()
	for id, f := range p.byID {
		if f.registered {
			ids = append(ids, id)
		}
	}
	p.mu.Unlock()
	if len(ids) == 0 {
		return
	}
	time.AfterFunc(outcomeGrace, func() {
		for _, id := range ids {
			if f := p.forget(id); f != nil {
				f.Fail(reason)
			}
		}
	})
}

// fail ends the futures that requests have been answered with: their server is gone. Requests
// without an answer fail by themselves, or are still to be sent.
func (p *pendingFutures) fail(reason error) {
	var lost []*object.Future
	p.mu.Lock()
	for id, f := range p.byID {
		if f.registered {
			lost = append(lost, f.future)
			delete(p.byID, id)
		}
	}
	p.mu.Unlock()
	for _, f := range lost {
		f.Fail(reason)
	}
}

// outcomePatience is how long the outcome of a future is waited for that may have been published
// before the notifications were connected to.
const outcomePatience = 10 * time.Second

// awaitOutcome fails a future whose outcome does not arrive: its call was made before it was sure
// that notifications do.
func (p *Proxy) awaitOutcome(id string) {
	n := p.peer.Notifications()
	reason := n.ConfirmInTime(p.agent.ctx)
	if reason == nil {
		if !p.peer.Pause(outcomePatience) {
			return // all futures have failed
		}
		reason = n.Unheard(errOutcomeMissed)
	}
	if f := p.futures.forget(id); f != nil {
		f.Fail(reason)
	}
}

// cancelFuture asks the server to stop the work behind a future.
func (p *Proxy) cancelFuture(ctx context.Context, id string) error {
	can, err := p.peer.Has(ctx, psmessage.FeatureCancel)
	if err != nil {
		return err
	}
	if !can {
		return object.ErrNotCancelable
	}
	_, err = p.send(ctx, &Call{Action: psmessage.ActionCancel, Name: id})
	return err
}
