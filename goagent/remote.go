package goagent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// remote is a peer: the connection that requests are sent on, made again whenever it is lost, and
// the notifications that are subscribed to.
type remote struct {
	agent    *Agent
	endpoint string
	// publisher, if not empty, is where the peer publishes. Such a peer is not sent requests.
	publisher string
	log       *slog.Logger

	ctx    context.Context // which ends the goroutines of the remote
	cancel context.CancelCauseFunc

	telling sync.Mutex // held while the status changes and that is told

	mu      sync.Mutex
	live    *link
	status  Status
	reason  error         // of the status
	err     error         // why the peer is given up
	trouble error         // why the last attempt to connect has failed
	changed chan struct{} // closed when one of the above changes
	// onStatus are told of changes, from the goroutine that makes the connections.
	onStatus []func(Status, error)

	notifications notifications
	json          atomic.Bool     // the last answer was json
	asked         sync.Mutex      // held while the peer is asked what it can do
	features      map[string]bool // nil until the peer has been asked
}

func newRemote(a *Agent, endpoint, publisher string) *remote {
	r := &remote{
		agent:     a,
		endpoint:  endpoint,
		publisher: publisher,
		log:       a.log.With("peer", endpoint),
		changed:   make(chan struct{}),
	}
	r.notifications.remote = r
	r.ctx, r.cancel = context.WithCancelCause(a.ctx)
	if publisher == "" {
		go r.run()
	}
	return r
}

// run keeps the peer connected until the remote is closed, or the peer cannot be connected to for
// the first time.
func (r *remote) run() {
	for {
		conn, err := r.dial()
		if err != nil {
			if r.ctx.Err() != nil {
				err = ErrClosed
			}
			if r.currentStatus() != Connecting && r.mayRedial(err) {
				continue
			}
			r.giveUp(err)
			return
		}
		l := newLink(conn)
		go l.watch()
		r.connected(l)
		select {
		case <-l.lost:
			if r.ctx.Err() == nil {
				r.disconnected(l)
			}
		case <-r.ctx.Done():
			_ = conn.Close()
			<-l.lost
			r.giveUp(ErrClosed)
			return
		}
		if err := conn.Close(); err != nil {
			r.log.Warn("connection not closed", "error", err)
		}
	}
}

// redialPause is the time between two attempts to connect to a peer that refuses, or that cannot be
// dialled.
const redialPause = 500 * time.Millisecond

// mayRedial waits until a peer that was connected before may be dialled again, and tells why it
// could not be. It returns false when the remote is closed.
func (r *remote) mayRedial(err error) bool {
	if r.ctx.Err() != nil {
		return false
	}
	r.mu.Lock()
	known := r.trouble != nil && r.trouble.Error() == err.Error()
	r.trouble = err
	r.mu.Unlock()
	if !known {
		r.log.Warn("cannot reconnect, and tries again", "error", err)
		r.setStatus(Reconnecting, &TransportError{Endpoint: r.endpoint, Err: err})
	}
	return r.pause(redialPause)
}

// pause waits. It returns false when the remote is closed meanwhile.
func (r *remote) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.ctx.Done():
		return false
	}
}

func (r *remote) dial() (transport.Conn, error) {
	settings, err := r.agent.cfg.dialling(r.endpoint)
	if err != nil {
		return nil, err
	}
	settings.Trouble = func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.trouble = err
	}
	target, err := addressing.Dialable(r.ctx, r.endpoint)
	if err != nil {
		return nil, err
	}
	looking, cancel := context.WithCancel(r.ctx)
	defer cancel()
	go r.diagnose(looking)
	return r.agent.cfg.network.Dial(r.ctx, target, settings)
}

// diagnose looks from time to time why there is no connection, until the context ends.
func (r *remote) diagnose(ctx context.Context) {
	timer := time.NewTimer(diagnoseAfter)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		if err := diagnose(ctx, r.endpoint); err != nil && ctx.Err() == nil {
			r.mu.Lock()
			r.trouble = err
			r.mu.Unlock()
		}
		timer.Reset(diagnoseEvery)
	}
}

// connected lets requests through, and after a loss takes up the subscriptions again before it
// tells.
func (r *remote) connected(l *link) {
	r.mu.Lock()
	if r.err != nil { // it has been closed meanwhile
		r.mu.Unlock()
		return
	}
	first := r.status == Connecting
	r.live, r.trouble = l, nil
	r.signalChange()
	r.features = nil
	r.mu.Unlock()
	if !first {
		if err := r.renew(l); err != nil && r.ctx.Err() == nil {
			r.log.Warn("subscriptions not renewed", "error", err)
		}
	}
	select {
	case <-l.lost: // again, while renewing
	default:
		r.setStatus(Connected, nil)
		r.log.Debug("connected")
	}
}

// renewTimeout bounds how long a connection that is there again counts as lost because
// subscriptions are not in force.
const renewTimeout = 10 * time.Second

func (r *remote) renew(l *link) error {
	ctx, cancel := context.WithTimeout(r.ctx, renewTimeout)
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
	return r.notifications.renew(ctx)
}

func (r *remote) disconnected(l *link) {
	r.mu.Lock()
	r.live = nil
	r.mu.Unlock()
	err := l.failure()
	r.log.Info("connection lost", "error", err)
	r.setStatus(Reconnecting, r.lostError(err))
}

func (r *remote) giveUp(err error) {
	r.mu.Lock()
	r.live = nil
	r.err = err
	r.signalChange()
	r.mu.Unlock()
	r.setStatus(Closed, err)
}

// signalChange wakes the goroutines that wait for the connection. The caller holds the lock.
func (r *remote) signalChange() {
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *remote) setStatus(s Status, reason error) {
	r.telling.Lock()
	defer r.telling.Unlock()
	r.mu.Lock()
	if r.err != nil && s != Closed {
		r.mu.Unlock()
		return
	}
	r.status, r.reason = s, reason
	r.signalChange()
	handlers := r.onStatus
	r.mu.Unlock()
	for _, tell := range handlers {
		tell(s, reason)
	}
}

// onStatusChange has tell called with each change of the status, and with the status that it has if
// that has changed already.
func (r *remote) onStatusChange(tell func(Status, error)) {
	r.telling.Lock()
	defer r.telling.Unlock()
	r.mu.Lock()
	r.onStatus = append(r.onStatus[:len(r.onStatus):len(r.onStatus)], tell)
	status, reason := r.status, r.reason
	r.mu.Unlock()
	if status != Connecting {
		tell(status, reason)
	}
}

// failed reports whether the peer has been given up.
func (r *remote) failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err != nil
}

func (r *remote) currentStatus() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// close releases the connections. The goroutines of the remote end then; it does not wait for them,
// since they call code of the user.
func (r *remote) close() {
	r.cancel(ErrClosed)
	r.notifications.close()
	r.mu.Lock()
	live := r.live
	r.live, r.err, r.status, r.reason = nil, ErrClosed, Closed, ErrClosed
	r.signalChange()
	r.mu.Unlock()
	if live != nil {
		_ = live.conn.Close() // which run does as well, and logs
	}
}

// link waits for a live connection.
func (r *remote) link(ctx context.Context) (*link, error) {
	for {
		r.mu.Lock()
		live, err, changed := r.live, r.err, r.changed
		r.mu.Unlock()
		switch {
		case errors.Is(err, ErrClosed):
			return nil, ErrClosed
		case err != nil:
			return nil, &TransportError{Endpoint: r.endpoint, Err: err}
		case live != nil:
			return live, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, &TransportError{Endpoint: r.endpoint, Err: r.unconnected(context.Cause(ctx))}
		}
	}
}

// unconnected adds the reason why there is no connection, if it is known, to the error of a request
// that waited for one.
func (r *remote) unconnected(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.trouble == nil {
		return err
	}
	return &diagnosedError{err, r.trouble}
}

// protocol is how messages to the peer are written, and its own read.
func (r *remote) protocol() wire.Protocol { return r.agent.protocolFor(r.endpoint) }

// request sends a content under a message id and returns the content of the answer.
func (r *remote) request(ctx context.Context, content any, id string) (any, error) {
	answer, _, err := r.exchange(ctx, content, id)
	if err != nil {
		return nil, err
	}
	return r.decode(&answer)
}

// decode returns the content of an answer.
func (r *remote) decode(answer *wire.Message) (value any, err error) {
	if err := r.protocol().Decode(answer, &value); err != nil {
		return nil, fmt.Errorf("pizco/goagent: answer of %s: %w", r.endpoint, err)
	}
	return value, nil
}

// exchange sends a content under a message id and returns the answer with its content undecoded,
// and by which connection it came.
func (r *remote) exchange(ctx context.Context, content any, id string) (wire.Message, *link, error) {
	buffer, _ := requestBuffers.Get().(*wire.Buffer)
	frames, err := r.protocol().FormatIn(buffer, r.agent.Endpoint(), "", content, id)
	if err != nil {
		return wire.Message{}, nil, fmt.Errorf("pizco/goagent: request to %s: %w", r.endpoint, err)
	}
	answer, by, err := r.exchangeFrames(ctx, frames, id)
	if err == nil { // else somebody may still be sending them
		buffer.Trim()
		requestBuffers.Put(buffer)
	}
	return answer, by, err
}

// requestBuffers are what requests have been written in that have been answered.
var requestBuffers = sync.Pool{New: func() any { return new(wire.Buffer) }}

// exchangeFrames sends the frames of a request with a message id and returns the answer with its
// content undecoded, and by which connection it came.
func (r *remote) exchangeFrames(ctx context.Context, frames [][]byte, id string) (wire.Message, *link, error) {
	frames, by, err := r.roundTrip(ctx, frames)
	if err != nil {
		return wire.Message{}, nil, err
	}
	sender := r.notifications.senderName()
	answer, err := r.protocol().ParseLike(frames, wire.Message{Sender: sender, ID: id}, wire.FromSender(sender))
	if err != nil {
		return wire.Message{}, nil, fmt.Errorf("pizco/goagent: answer of %s: %w", r.endpoint, err)
	}
	r.json.Store(!answer.IsPickle())
	if answer.ID != id {
		// The transport has told that this is the answer to this request; so the peer could not
		// read the id.
		return wire.Message{}, nil, &RejectedError{r.endpoint}
	}
	return answer, by, nil
}

// roundTrip sends the frames on a live connection and waits for the answer. Frames are sent once:
// only when they have surely not left does it wait for another connection.
func (r *remote) roundTrip(ctx context.Context, frames [][]byte) ([][]byte, *link, error) {
	for {
		l, err := r.link(ctx)
		if err != nil {
			return nil, nil, err
		}
		answer, err := r.roundTripOn(ctx, l, frames)
		if !errors.Is(err, errNotSent) {
			return answer, l, err
		}
		select { // run takes the dead connection away
		case <-l.lost:
		case <-ctx.Done():
		}
		r.drop(l)
	}
}

func (r *remote) roundTripOn(ctx context.Context, l *link, frames [][]byte) ([][]byte, error) {
	got, err := l.roundTrip(ctx, frames)
	switch {
	case err != nil:
		return nil, r.unansweredError(err)
	case got.err == nil:
		return got.frames, nil
	case errors.Is(got.err, errNotSent):
		return nil, errNotSent
	}
	return nil, r.lostError(got.err)
}

// unansweredError is what a request ends with that has not been sent, or not been waited for any
// longer.
func (r *remote) unansweredError(err error) error {
	if errors.Is(err, errNotSent) {
		return errNotSent
	}
	if unsent, ok := errors.AsType[*unsentError](err); ok {
		return &TransportError{Endpoint: r.endpoint, Err: unsent.error}
	}
	return &UnansweredError{Endpoint: r.endpoint, Err: err}
}

// drop removes a lost connection, so that it is not tried again before run has noticed the loss.
func (r *remote) drop(l *link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live == l {
		r.live = nil
	}
}

// lossOf returns what a request that was sent by a connection ends with when that is lost, or nil
// while it is not.
func (r *remote) lossOf(by *link) error {
	if err := by.failure(); err != nil {
		return r.lostError(err)
	}
	return nil
}

// lostError is what a request that was sent ends with when its connection ends.
func (r *remote) lostError(err error) error {
	if r.ctx.Err() != nil {
		return ErrClosed
	}
	if errors.Is(err, io.EOF) {
		err = &goneError{limit: r.agent.cfg.sockets.MaxFrame}
	}
	return &TransportError{Endpoint: r.endpoint, Sent: true, Err: err}
}

// writesJSON reports whether the peer's answers are json.
func (r *remote) writesJSON() bool { return r.json.Load() }

// has reports whether the peer has a feature beyond the original's. It asks once for each
// connection.
func (r *remote) has(ctx context.Context, feature string) (bool, error) {
	r.asked.Lock()
	defer r.asked.Unlock()
	r.mu.Lock()
	known := r.features
	r.mu.Unlock()
	if known == nil {
		answer, err := r.request(ctx, psmessage.FeatureQuery(), wire.NewID())
		if err != nil {
			return false, err
		}
		known = psmessage.ParseFeatures(answer)
		r.mu.Lock()
		r.features = known
		r.mu.Unlock()
	}
	return known[feature], nil
}
