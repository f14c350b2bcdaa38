package goagent

import (
	"context"
	"fmt"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// open asks the peer where it publishes and starts to connect to that, unless that has been done.
func (n *notifications) open(ctx context.Context) error {
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
func (n *notifications) connect(ctx context.Context) error {
	info, took, err := n.ask(ctx)
	if err != nil {
		return err
	}
	from, refused, err := n.place(ctx, info)
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
	failure := n.failed(from, refused)
	if refused == nil {
		if source, err = n.subscriber(ctx, info, from); err == nil {
			failure = nil
		} else {
			failure = n.failed(from, err)
		}
	}
	if n.source != nil {
		_ = n.source.Close()
	}
	if n.topics == nil {
		n.topics = make(map[string][]*Subscription)
	}
	n.info, n.source, n.failure, n.stale, n.settled, n.answersIn = info, source, failure, false, false, took
	if source != nil {
		go n.receive(source)
	} else {
		n.remote.log.Warn("notifications cannot be received", "error", failure)
	}
	return nil
}

// place returns where to connect to for what the peer publishes, and why that is not done, or nil.
func (n *notifications) place(ctx context.Context, info Info) (from string, refused, err error) {
	if n.remote.publisher != "" {
		return n.remote.publisher, nil, nil
	}
	dialled, err := addressing.Dialable(ctx, n.remote.endpoint)
	if err != nil {
		return "", nil, err
	}
	from, refused = addressing.PublisherAt(ctx, addressing.Reachable(info.PubEndpoint, dialled), dialled, n.remote.agent.cfg.pubHosts)
	return from, refused, nil
}

// ask asks the peer for its endpoints, and returns how long the answer took. A peer whose endpoints
// are known is not asked.
func (n *notifications) ask(ctx context.Context) (Info, time.Duration, error) {
	r := n.remote
	if r.publisher != "" {
		return Info{RepEndpoint: r.endpoint, PubEndpoint: r.publisher}, 0, nil
	}
	if _, err := r.link(ctx); err != nil {
		return Info{}, 0, err
	}
	began := time.Now()
	answer, err := r.request(ctx, contentInfo, wire.NewID())
	if err != nil {
		return Info{}, 0, err
	}
	info, err := parseInfo(answer, r.endpoint)
	return info, time.Since(began), err
}

// subscriber starts to connect to where the peer publishes, with the subscriptions that there are.
// The lock is held.
func (n *notifications) subscriber(ctx context.Context, info Info, from string) (transport.Subscriber, error) {
	settings, err := n.remote.agent.cfg.dialling(n.remote.endpoint)
	if err != nil {
		return nil, err
	}
	target, err := addressing.Dialable(ctx, from)
	if err != nil {
		return nil, err
	}
	source, err := n.remote.agent.cfg.network.Subscribe(target, settings)
	if err != nil {
		return nil, err
	}
	for topic := range n.topics {
		prefix, err := wire.Header(info.RepEndpoint, topic)
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

// failed returns the error for notifications that cannot be received.
func (n *notifications) failed(from string, reason error) *NotificationsError {
	return &NotificationsError{Endpoint: n.remote.endpoint, PubEndpoint: from, Err: reason}
}

// pubEndpoint returns where the peer publishes, as seen from this side.
func (n *notifications) pubEndpoint() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return addressing.Reachable(n.info.PubEndpoint, n.remote.endpoint)
}

// renew takes up the subscriptions again after the peer has been lost and found: it may publish
// elsewhere now.
func (n *notifications) renew(ctx context.Context) error {
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
	return n.confirmSoon(ctx)
}

// reopen connects to the peer's notifications again after it has refused that, unless another
// connection is there by now.
func (n *notifications) reopen(refused transport.Subscriber) {
	for n.remote.pause(redialPause) {
		n.mu.Lock()
		done := n.closed || n.source != refused
		n.stale = n.stale || !done
		n.mu.Unlock()
		if done || n.connect(n.remote.ctx) == nil {
			return
		}
	}
}
