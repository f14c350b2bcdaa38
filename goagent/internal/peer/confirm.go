package peer

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
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

// ConfirmSoon returns when all subscriptions so far are in force, or when calls are not to wait for
// that any longer: they do not need it. Then it goes on in the background. An error says that the
// peer was lost.
func (n *Notifications) ConfirmSoon(ctx context.Context) error {
	n.mu.Lock()
	failure := n.failure
	patience := min(max(leastPatience, patienceFactor*n.answersIn), mostPatience)
	n.mu.Unlock()
	if failure != nil {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	err := n.AwaitPublisher(limited)
	cancel()
	if err == nil {
		limited, cancel = context.WithTimeout(ctx, confirmTimeout)
		defer cancel()
		if err = n.confirmConnected(limited); err == nil {
			return nil
		}
	}
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) && !n.peer.env.Errors.IsUnheard(err) {
		return err
	}
	n.peer.env.Log.Warn("notifications are not there yet", "error", err)
	go n.settleLater()
	return nil
}

// settleLater waits for the subscriptions to be in force for as long as it takes.
func (n *Notifications) settleLater() {
	if err := n.Confirm(n.peer.ctx); err != nil && n.peer.ctx.Err() == nil {
		n.peer.env.Log.Warn("notifications cannot be received", "error", err)
	}
}

// IsSettled reports whether the outcomes of futures are sure to arrive.
func (n *Notifications) IsSettled() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.settled
}

// ConfirmInTime is Confirm with the agent's limit for connecting, where the context has no
// deadline.
func (n *Notifications) ConfirmInTime(ctx context.Context) error {
	ctx, cancel := n.peer.env.InTime(ctx)
	defer cancel()
	return n.Confirm(ctx)
}

// Confirm returns when all subscriptions so far are in force.
//
// A peer of this library confirms them. The original cannot. Its subscriptions are sent on a
// connection of their own ahead of the two requests that follow. Its event loop has them before the
// requests as a rule. But nothing holds it to that order, and over a network the connections may
// overtake each other.
func (n *Notifications) Confirm(ctx context.Context) error {
	if err := n.AwaitPublisher(ctx); err != nil {
		return err
	}
	return n.confirmConnected(ctx)
}

// confirmConnected is Confirm for notifications that are connected to.
func (n *Notifications) confirmConnected(ctx context.Context) error {
	n.mu.Lock()
	source := n.source
	n.mu.Unlock()
	confirms, err := n.peer.Has(ctx, psmessage.FeatureConfirm)
	switch {
	case err != nil:
		return err
	case confirms:
		if err := n.awaitConfirmation(ctx); err != nil {
			return err
		}
	default:
		for range 2 {
			if _, err := n.peer.Request(ctx, psmessage.Info, wire.NewID()); err != nil {
				return err
			}
		}
	}
	n.mu.Lock()
	n.settled = n.settled || n.source == source
	n.mu.Unlock()
	return nil
}

// AwaitPublisher returns when the peer's notifications are connected to.
func (n *Notifications) AwaitPublisher(ctx context.Context) error {
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
		case errors.Is(err, transport.ErrRefused):
			return n.peer.env.Errors.Unconnected(n.peer.endpoint, err)
		case !errors.Is(err, net.ErrClosed):
			return n.Unheard(err)
		}
		// There is another one by now, or the peer is being closed.
	}
}

// connected waits for a connection. If that takes long it looks for the reason, and adds it to the
// error.
func (n *Notifications) connected(ctx context.Context, await func(context.Context) error) error {
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

func (n *Notifications) awaitConfirmation(ctx context.Context) error {
	// What comes before the confirmation must not hold it up: the goroutine that waits for it may be
	// the one that makes room.
	defer n.lift()()
	confirmed := make(chan struct{})
	var once sync.Once
	s, err := n.Subscribe(ctx, psmessage.NewConfirmation(), func(Notification) { once.Do(func() { close(confirmed) }) })
	if err != nil {
		return err
	}
	select {
	case <-confirmed:
		return s.Cancel()
	case <-n.peer.ctx.Done():
		return ErrClosed
	case <-ctx.Done():
		return errors.Join(n.Unheard(context.Cause(ctx)), s.Cancel())
	}
}
