package goagent

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/wire"
)

const (
	// leastPatience and patienceFactor say how long calls wait for the peer's notifications: no
	// less than the first, and as often as the second says as long as the peer took for an answer.
	leastPatience  = 200 * time.Millisecond
	patienceFactor = 4
	// mostPatience bounds that.
	mostPatience = 2 * time.Second
	// confirmTimeout bounds how long calls wait once the notifications are connected to.
	confirmTimeout = 5 * time.Second
)

// confirmSoon returns when all subscriptions so far are in force, or when calls are not to wait for
// that any longer: they do not need it. Then it goes on in the background. An error says that the
// peer was lost.
func (n *notifications) confirmSoon(ctx context.Context) error {
	n.mu.Lock()
	failure := n.failure
	patience := min(max(leastPatience, patienceFactor*n.answersIn), mostPatience)
	n.mu.Unlock()
	if failure != nil {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	err := n.awaitPublisher(limited)
	cancel()
	if err == nil {
		limited, cancel = context.WithTimeout(ctx, confirmTimeout)
		defer cancel()
		if err = n.confirmConnected(limited); err == nil {
			return nil
		}
	}
	var unreachable *NotificationsError
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &unreachable) {
		return err
	}
	n.remote.log.Warn("notifications are not there yet", "error", err)
	go n.settleLater()
	return nil
}

// settleLater waits for the subscriptions to be in force for as long as it takes.
func (n *notifications) settleLater() {
	if err := n.confirm(n.remote.ctx); err != nil && n.remote.ctx.Err() == nil {
		n.remote.log.Warn("notifications cannot be received", "error", err)
	}
}

// isSettled reports whether the outcomes of futures are sure to arrive.
func (n *notifications) isSettled() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.settled
}

// confirmInTime is confirm with the limit of WithDialTimeout, where the context has no deadline.
func (n *notifications) confirmInTime(ctx context.Context) error {
	ctx, cancel := n.remote.agent.cfg.inDialTime(ctx)
	defer cancel()
	return n.confirm(ctx)
}

// confirm returns when all subscriptions so far are in force.
//
// A peer of this library confirms them. The original cannot. Its subscriptions are sent on a
// connection of their own ahead of the two requests that follow, and its event loop has them before
// those as a rule; but nothing holds it to that order, and over a network the connections may
// overtake each other.
func (n *notifications) confirm(ctx context.Context) error {
	if err := n.awaitPublisher(ctx); err != nil {
		return err
	}
	return n.confirmConnected(ctx)
}

// confirmConnected is confirm for notifications that are connected to.
func (n *notifications) confirmConnected(ctx context.Context) error {
	n.mu.Lock()
	source := n.source
	n.mu.Unlock()
	confirms, err := n.remote.has(ctx, psmessage.FeatureConfirm)
	switch {
	case err != nil:
		return err
	case confirms:
		if err := n.awaitConfirmation(ctx); err != nil {
			return err
		}
	default:
		for range 2 {
			if _, err := n.remote.request(ctx, contentInfo, wire.NewID()); err != nil {
				return err
			}
		}
	}
	n.mu.Lock()
	n.settled = n.settled || n.source == source
	n.mu.Unlock()
	return nil
}

// awaitPublisher returns when the peer's notifications are connected to.
func (n *notifications) awaitPublisher(ctx context.Context) error {
	for {
		n.mu.Lock()
		source, failure, closed := n.source, n.failure, n.closed
		n.mu.Unlock()
		switch {
		case closed:
			return ErrClosed
		case failure != nil:
			return failure
		}
		err := n.connected(ctx, source.Connected)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, ErrRefused):
			return &TransportError{Endpoint: n.remote.endpoint, Err: err}
		case !errors.Is(err, net.ErrClosed):
			return n.failed(n.pubEndpoint(), err)
		}
		// There is another one by now, or the remote is being closed.
	}
}

// connected waits for a connection. If that takes long it looks for the reason, and adds it to the
// error.
func (n *notifications) connected(ctx context.Context, await func(context.Context) error) error {
	soon, cancel := context.WithTimeout(ctx, diagnoseAfter)
	err := await(soon)
	cancel()
	if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	trouble := diagnose(ctx, n.pubEndpoint())
	if errors.Is(trouble, errNothingListens) {
		// It answers requests and has bound its notifications before: it will not bind them any
		// more.
		limited, cancel := context.WithTimeoutCause(ctx, refusedWait, trouble)
		defer cancel()
		return await(limited)
	}
	if err = await(ctx); err != nil && trouble != nil {
		err = &diagnosedError{err, trouble}
	}
	return err
}

func (n *notifications) awaitConfirmation(ctx context.Context) error {
	// What comes before the confirmation must not hold it up: whoever waits for it may be the one
	// that makes room.
	defer n.lift()()
	confirmed := make(chan struct{})
	var once sync.Once
	s, err := n.add(ctx, psmessage.NewConfirmation(), func(Notification) { once.Do(func() { close(confirmed) }) })
	if err != nil {
		return err
	}
	select {
	case <-confirmed:
		return s.Cancel()
	case <-n.remote.ctx.Done():
		return ErrClosed
	case <-ctx.Done():
		return errors.Join(n.failed(n.pubEndpoint(), context.Cause(ctx)), s.Cancel())
	}
}
