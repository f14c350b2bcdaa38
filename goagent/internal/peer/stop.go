package peer

import (
	"errors"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
)

// ErrStopped is the reason of the error of a request whose connection was lost since the peer,
// which speaks develop, has announced that it stops.
var ErrStopped = errors.New("pizco/goagent: the server has stopped")

// stopGrace is how long after the loss of a connection the announcement may still arrive that the
// peer has stopped. It publishes that when it has closed the connection.
const stopGrace = 50 * time.Millisecond

// stopWatch waits for a peer of the dialect develop to announce that it stops.
type stopWatch struct {
	subscription *Subscription
	once         sync.Once
	said         chan struct{} // closed when the peer has announced it
}

func (w *stopWatch) notified(n Notification) {
	if n.Content == psmessage.StatusStop {
		w.once.Do(func() { close(w.said) })
	}
}

// heard reports whether the peer has announced that it stops.
func (w *stopWatch) heard() bool {
	if w == nil {
		return false
	}
	select {
	case <-w.said:
		return true
	default:
		return false
	}
}

// listenForStop begins to wait for the announcement.
func (p *Peer) listenForStop() {
	w := &stopWatch{said: make(chan struct{})}
	var err error
	if w.subscription, err = p.notifications.Subscribe(p.ctx, psmessage.TopicStatus, w.notified); err != nil {
		p.env.Log.Debug("the stop of the server will not be heard", "error", err)
		return
	}
	if old := p.stop.Swap(w); old != nil {
		_ = old.subscription.Cancel()
	}
}

// forgetDialect is called when the connection to a peer is lost. Whatever is there next may speak
// another dialect, and a server of another one must not be subscribed to for its stop: it looks for
// a signal of that name.
func (p *Peer) forgetDialect() {
	p.dialect.Store(nil)
	w := p.stop.Load()
	if w == nil {
		return
	}
	timer := time.NewTimer(stopGrace)
	defer timer.Stop()
	select {
	case <-w.said:
	case <-timer.C:
	case <-p.ctx.Done():
	}
	if err := w.subscription.Cancel(); err != nil {
		p.env.Log.Debug("subscription not cancelled", "topic", psmessage.TopicStatus, "error", err)
	}
}
