package peer

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// Peer is another agent as one agent sees it: the connection that requests are sent on, made again
// whenever it is lost, and the subscriptions to its notifications. It is safe for concurrent use.
type Peer struct {
	env      Env
	endpoint string
	// publisher, if not empty, is where the peer publishes. Such a peer is not sent requests.
	publisher string

	ctx    context.Context // ends the goroutines of the peer
	cancel context.CancelCauseFunc

	telling sync.Mutex // held while the status changes and its handlers are called

	mu      sync.Mutex
	live    *link
	status  Status
	reason  error         // of the status
	err     error         // why the peer is given up
	trouble error         // why the last attempt to connect has failed
	changed chan struct{} // closed when one of the above changes
	// onStatus are called for changes, from the goroutine that makes the connections.
	onStatus []func(Status, error)

	notifications Notifications
	json          atomic.Bool     // the last answer was json
	asked         sync.Mutex      // held while the peer is asked what it can do
	features      map[string]bool // nil until the peer has been asked
	// dialect is nil until the peer has shown it, and stop until it is known to be develop.
	dialect atomic.Pointer[psmessage.Dialect]
	stop    atomic.Pointer[stopWatch]
}

// New starts connecting to the agent at an endpoint. Close ends that.
func New(env *Env, endpoint string) *Peer {
	p := newPeer(env, endpoint, "")
	go p.run()
	return p
}

// NewPublisher returns the peer that publishes at an endpoint under a sender's name. It is
// subscribed to, and sent no requests.
func NewPublisher(env *Env, sender, publisher string) *Peer { return newPeer(env, sender, publisher) }

func newPeer(env *Env, endpoint, publisher string) *Peer {
	p := &Peer{env: *env, endpoint: endpoint, publisher: publisher, changed: make(chan struct{})}
	p.notifications.peer = p
	p.ctx, p.cancel = context.WithCancelCause(env.Context)
	return p
}

// Endpoint returns the endpoint that was dialled.
func (p *Peer) Endpoint() string { return p.endpoint }

// Notifications returns what is subscribed to at the peer.
func (p *Peer) Notifications() *Notifications { return &p.notifications }

// run keeps the peer connected until it is closed, or the peer cannot be connected to for
// the first time.
func (p *Peer) run() {
	for {
		conn, err := p.dial()
		if err != nil {
			if p.ctx.Err() != nil {
				err = ErrClosed
			}
			if p.Status() != Connecting && p.mayRedial(err) {
				continue
			}
			p.giveUp(err)
			return
		}
		l := newLink(conn)
		go l.watch()
		p.connected(l)
		select {
		case <-l.lost:
			if p.ctx.Err() == nil {
				p.disconnected(l)
			}
		case <-p.ctx.Done():
			_ = conn.Close()
			<-l.lost
			p.giveUp(ErrClosed)
			return
		}
		if err := conn.Close(); err != nil {
			p.env.Log.Warn("connection not closed", "error", err)
		}
	}
}

// RedialPause is the time between two attempts to connect to a peer that refuses, or that cannot be
// dialled.
const RedialPause = 500 * time.Millisecond

// mayRedial waits until a peer that was connected before may be dialled again, and logs why it
// could not be. It returns false when the peer is closed.
func (p *Peer) mayRedial(err error) bool {
	if p.ctx.Err() != nil {
		return false
	}
	p.mu.Lock()
	known := p.trouble != nil && p.trouble.Error() == err.Error()
	p.trouble = err
	p.mu.Unlock()
	if !known {
		p.env.Log.Warn("cannot reconnect, and tries again", "error", err)
		p.setStatus(Reconnecting, p.env.Errors.Unconnected(p.endpoint, err))
	}
	return p.Pause(RedialPause)
}

// Pause waits. It returns false when the peer is closed meanwhile.
func (p *Peer) Pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.ctx.Done():
		return false
	}
}

func (p *Peer) dial() (transport.Conn, error) {
	settings, err := p.env.Settings()
	if err != nil {
		return nil, err
	}
	settings.Trouble = func(err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.trouble = err
	}
	target, err := addressing.Dialable(p.ctx, p.endpoint)
	if err != nil {
		return nil, err
	}
	looking, cancel := context.WithCancel(p.ctx)
	defer cancel()
	go p.diagnose(looking)
	return p.env.Network.Dial(p.ctx, target, settings)
}

// diagnose looks from time to time why there is no connection, until the context ends.
func (p *Peer) diagnose(ctx context.Context) {
	timer := time.NewTimer(diagnoseAfter)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		if err := diagnose(ctx, p.endpoint); err != nil && ctx.Err() == nil {
			p.mu.Lock()
			p.trouble = err
			p.mu.Unlock()
		}
		timer.Reset(diagnoseEvery)
	}
}

// connected lets requests through. After a loss it takes up the subscriptions again before it sets
// the status.
func (p *Peer) connected(l *link) {
	p.mu.Lock()
	if p.err != nil { // it has been closed meanwhile
		p.mu.Unlock()
		return
	}
	first := p.status == Connecting
	p.live, p.trouble = l, nil
	p.signalChange()
	p.features = nil
	p.stop.Store(nil)
	p.mu.Unlock()
	if !first {
		if err := p.renew(l); err != nil && p.ctx.Err() == nil {
			p.env.Log.Warn("subscriptions not renewed", "error", err)
		}
	}
	select {
	case <-l.lost: // again, while renewing
	default:
		p.setStatus(Connected, nil)
		p.env.Log.Debug("connected")
	}
}

// renewTimeout bounds how long a connection that is there again counts as lost because
// subscriptions are not in force.
const renewTimeout = 10 * time.Second

func (p *Peer) renew(l *link) error {
	ctx, cancel := context.WithTimeout(p.ctx, renewTimeout)
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-l.lost:
			cancel()
		case <-done:
		}
	}()
	return p.notifications.renew(ctx)
}

func (p *Peer) disconnected(l *link) {
	p.mu.Lock()
	p.live = nil
	p.mu.Unlock()
	p.forgetDialect()
	err := l.failure()
	p.env.Log.Info("connection lost", "error", err)
	p.setStatus(Reconnecting, p.lostError(err))
}

func (p *Peer) giveUp(err error) {
	p.mu.Lock()
	p.live = nil
	p.err = err
	p.signalChange()
	p.mu.Unlock()
	p.setStatus(Closed, err)
}

// signalChange wakes the goroutines that wait for the connection. The caller holds the lock.
func (p *Peer) signalChange() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *Peer) setStatus(s Status, reason error) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	if p.err != nil && s != Closed {
		p.mu.Unlock()
		return
	}
	p.status, p.reason = s, reason
	p.signalChange()
	handlers := p.onStatus
	p.mu.Unlock()
	for _, tell := range handlers {
		tell(s, reason)
	}
}

// OnStatus has tell called with each change of the status, one after the other. If the status has
// changed already, it is called with that first.
func (p *Peer) OnStatus(tell func(Status, error)) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	p.onStatus = append(p.onStatus[:len(p.onStatus):len(p.onStatus)], tell)
	status, reason := p.status, p.reason
	p.mu.Unlock()
	if status != Connecting {
		tell(status, reason)
	}
}

// GivenUp reports whether the peer is closed, or could not be connected to for the first time.
func (p *Peer) GivenUp() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err != nil
}

// Status returns the state of the connection.
func (p *Peer) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// Close releases the connections. The goroutines of the peer end then. Close does not wait for
// them, since they call code of the user.
func (p *Peer) Close() {
	p.cancel(ErrClosed)
	p.notifications.close()
	p.mu.Lock()
	live := p.live
	p.live, p.err, p.status, p.reason = nil, ErrClosed, Closed, ErrClosed
	p.signalChange()
	p.mu.Unlock()
	if live != nil {
		_ = live.conn.Close() // which run does as well, and logs
	}
}

// Await waits for a live connection.
func (p *Peer) Await(ctx context.Context) error {
	_, err := p.link(ctx)
	return err
}

// link waits for a live connection.
func (p *Peer) link(ctx context.Context) (*link, error) {
	for {
		p.mu.Lock()
		live, err, changed := p.live, p.err, p.changed
		p.mu.Unlock()
		switch {
		case errors.Is(err, ErrClosed):
			return nil, ErrClosed
		case err != nil:
			return nil, p.env.Errors.Unconnected(p.endpoint, err)
		case live != nil:
			return live, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, p.env.Errors.Unconnected(p.endpoint, p.unconnected(context.Cause(ctx)))
		}
	}
}

// unconnected adds the reason why there is no connection, if it is known, to the error of a request
// that waited for one.
func (p *Peer) unconnected(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.trouble == nil {
		return err
	}
	return &diagnosedError{err, p.trouble}
}
