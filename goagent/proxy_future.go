package goagent

import (
	"context"
	"sync"

	"github.com/pizco-go/pizco/py"
)

// pendingFutures are the requests of a proxy whose answer may be a future. A request is entered before it is
// sent, so that a notification that overtakes the answer finds it.
type pendingFutures struct {
	mu   sync.Mutex
	byID map[string]*Future
}

func (p *pendingFutures) expect(id string) *Future {
	f := NewFuture()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byID == nil {
		p.byID = make(map[string]*Future)
	}
	p.byID[id] = f
	return f
}

func (p *pendingFutures) forget(id string) *Future {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.byID[id]
	delete(p.byID, id)
	return f
}

// notified ends the future that a notification on the topic __future__ is about; it may be one of another client.
func (p *pendingFutures) notified(n Notification) {
	outcome, ok := n.Content.(*py.Dict)
	if !ok {
		return
	}
	id, _ := outcome.Get(optionID)
	text, ok := id.(string)
	if !ok {
		return
	}
	f := p.forget(text)
	if f == nil {
		return
	}
	if exception, _ := outcome.Get(futureException); exception != nil {
		if remote, ok := newRemoteError(exception); ok {
			f.Fail(remote)
		} else {
			f.Fail(&ResponseError{n.Sender, "a future's exception that is a " + py.TypeName(exception)})
		}
		return
	}
	result, _ := outcome.Get(futureResult)
	f.Resolve(result)
}

// fail ends all futures: their server is gone.
func (p *pendingFutures) fail(reason error) {
	p.mu.Lock()
	lost := p.byID
	p.byID = nil
	p.mu.Unlock()
	for _, f := range lost {
		f.Fail(reason)
	}
}

// cancelFuture asks the server to stop the work behind a future.
func (p *Proxy) cancelFuture(ctx context.Context, id string) error {
	can, err := p.remote.has(ctx, featureCancel)
	if err != nil {
		return err
	}
	if !can {
		return ErrNotCancelable
	}
	_, err = p.send(ctx, &Call{Action: actionCancel, Name: id})
	return err
}
