package peer

import (
	"context"
	"fmt"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// open asks the peer where it publishes and starts to connect to that, unless that has been done.
func (n *Notifications) open(ctx context.Context) error {
	n.mu.Lock()
	opened := n.source != nil || n.failure != nil
	n.mu.Unlock()
	if opened {
		return nil
	}
	return n.connect(ctx)
}

// connect asks the peer where it publishes, and starts to connect to that unless that is done
// already. Notifications that cannot be received are no error of it, but the failure of what needs
// them.
func (n *Notifications) connect(ctx context.Context) error {
	at, took, err := n.ask(ctx)
	if err != nil {
		return err
	}
	from, refused, err := n.place(ctx, at)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return ErrClosed
	}
	if (n.source != nil || n.failure != nil) && !n.stale {
		return nil
	}
	var source transport.Subscriber
	if refused == nil {
		source, refused = n.subscriber(ctx, at, from)
	}
	var failure error
	if refused != nil {
		failure = n.peer.env.Errors.Unheard(n.peer.endpoint, from, refused)
	}
	if n.source != nil {
		_ = n.source.Close()
	}
	if n.topics == nil {
		n.topics = make(map[string][]*Subscription)
	}
	n.at, n.source, n.failure, n.stale, n.settled, n.answersIn = at, source, failure, false, false, took
	if source != nil {
		go n.receive(source)
	} else {
		n.peer.env.Log.Warn("notifications cannot be received", "error", failure)
	}
	return nil
}

// place returns where to connect to for what the peer publishes, and why that is not done, or nil.
func (n *Notifications) place(ctx context.Context, at psmessage.Endpoints) (from string, refused, err error) {
	if n.peer.publisher != "" {
		return n.peer.publisher, nil, nil
	}
	dialled, err := addressing.Dialable(ctx, n.peer.endpoint)
	if err != nil {
		return "", nil, err
	}
	from, refused = addressing.PublisherAt(ctx, addressing.Reachable(at.Pub, dialled), dialled, n.peer.env.PubHosts)
	return from, refused, nil
}

// ask asks the peer for its endpoints, and returns how long the answer took. A peer whose endpoints
// are known is not asked.
func (n *Notifications) ask(ctx context.Context) (psmessage.Endpoints, time.Duration, error) {
	p := n.peer
	if p.publisher != "" {
		return psmessage.Endpoints{Rep: p.endpoint, Pub: p.publisher}, 0, nil
	}
	if err := p.Await(ctx); err != nil {
		return psmessage.Endpoints{}, 0, err
	}
	began := time.Now()
	answer, err := p.Request(ctx, psmessage.Info, wire.NewID())
	if err != nil {
		return psmessage.Endpoints{}, 0, err
	}
	took := time.Since(began)
	at, err := psmessage.ParseEndpoints(answer)
	if err != nil {
		err = p.env.Errors.Invalid(p.endpoint, err.Error())
	}
	return at, took, err
}

// subscriber starts to connect to where the peer publishes, with the subscriptions that there are.
// The lock is held.
func (n *Notifications) subscriber(ctx context.Context, at psmessage.Endpoints, from string) (transport.Subscriber, error) {
	settings, err := n.peer.env.Settings()
	if err != nil {
		return nil, err
	}
	target, err := addressing.Dialable(ctx, from)
	if err != nil {
		return nil, err
	}
	source, err := n.peer.env.Network.Subscribe(target, settings)
	if err != nil {
		return nil, err
	}
	for topic := range n.topics {
		prefix, err := wire.Header(at.Rep, topic)
		if err == nil {
			err = source.Subscribe(string(prefix))
		}
		if err != nil {
			_ = source.Close()
			return nil, fmt.Errorf("subscribe to %s: %w", topic, err)
		}
	}
	return source, nil
}

// Unheard returns the error for notifications that cannot be received from where the peer
// publishes.
func (n *Notifications) Unheard(reason error) error {
	return n.peer.env.Errors.Unheard(n.peer.endpoint, n.pubEndpoint(), reason)
}

// pubEndpoint returns where the peer publishes, as seen from this side.
func (n *Notifications) pubEndpoint() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return addressing.Reachable(n.at.Pub, n.peer.endpoint)
}

// renew takes up the subscriptions again after the peer has been lost and found: it may publish
// elsewhere now.
func (n *Notifications) renew(ctx context.Context) error {
	n.mu.Lock()
	opened := n.source != nil || n.failure != nil
	n.stale = true
	n.mu.Unlock()
	if !opened {
		return nil
	}
	if err := n.connect(ctx); err != nil {
		return err
	}
	return n.ConfirmSoon(ctx)
}

// reopen connects to the peer's notifications again after it has refused that, unless another
// connection is there by now.
func (n *Notifications) reopen(refused transport.Subscriber) {
	for n.peer.Pause(RedialPause) {
		n.mu.Lock()
		done := n.closed || n.source != refused
		n.stale = n.stale || !done
		n.mu.Unlock()
		if done || n.connect(n.peer.ctx) == nil {
			return
		}
	}
}
