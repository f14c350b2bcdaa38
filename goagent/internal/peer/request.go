package peer

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/wire"
)

// Protocol is how messages to the peer are written, and its own read.
func (p *Peer) Protocol() wire.Protocol { return p.env.Protocol }

// Answer is what a peer has answered to a request, with its content undecoded.
type Answer struct {
	// Message is the answer itself.
	Message wire.Message
	// By is the connection by which it came.
	By Connection
}

// Connection is one connection to a peer, of the several that follow each other.
type Connection struct {
	peer *Peer
	link *link
}

// Lost returns the error of a request that was sent by the connection when it is lost, or nil while
// it is not.
func (c Connection) Lost() error {
	if err := c.link.failure(); err != nil {
		return c.peer.lostError(err)
	}
	return nil
}

// Request sends a content under a message id and returns the content of the answer.
func (p *Peer) Request(ctx context.Context, content any, id string) (any, error) {
	answer, err := p.Exchange(ctx, content, id)
	if err != nil {
		return nil, err
	}
	return p.Decode(&answer.Message)
}

// Decode returns the content of an answer.
func (p *Peer) Decode(answer *wire.Message) (value any, err error) {
	if err := p.env.Protocol.Decode(answer, &value); err != nil {
		return nil, fmt.Errorf("pizco/goagent: answer of %s: %w", p.endpoint, err)
	}
	return value, nil
}

// Exchange sends a content under a message id and returns the answer with its content undecoded.
func (p *Peer) Exchange(ctx context.Context, content any, id string) (Answer, error) {
	buffer, _ := requestBuffers.Get().(*wire.Buffer)
	frames, err := p.env.Protocol.FormatIn(buffer, p.env.Sender, "", content, id)
	if err != nil {
		return Answer{}, fmt.Errorf("pizco/goagent: request to %s: %w", p.endpoint, err)
	}
	answer, err := p.ExchangeFrames(ctx, frames, id)
	if err == nil { // else another goroutine may still be sending them
		buffer.Trim()
		requestBuffers.Put(buffer)
	}
	return answer, err
}

// requestBuffers are the buffers of requests that have been answered.
var requestBuffers = sync.Pool{New: func() any { return new(wire.Buffer) }}

// ExchangeFrames is Exchange for the frames of a request with that message id.
func (p *Peer) ExchangeFrames(ctx context.Context, frames [][]byte, id string) (Answer, error) {
	frames, by, err := p.roundTrip(ctx, frames)
	if err != nil {
		return Answer{}, err
	}
	sender := p.notifications.senderName()
	answer, err := p.env.Protocol.ParseLike(frames, wire.Message{Sender: sender, ID: id}, wire.FromSender(sender))
	if err != nil {
		return Answer{}, fmt.Errorf("pizco/goagent: answer of %s: %w", p.endpoint, err)
	}
	p.json.Store(!answer.IsPickle())
	if answer.ID != id {
		// The transport knows that this is the answer to this request. So the peer could not read
		// the id.
		return Answer{}, p.env.Errors.Rejected(p.endpoint)
	}
	return Answer{answer, Connection{p, by}}, nil
}

// roundTrip sends the frames on a live connection and waits for the answer. Frames are sent once:
// only when they have surely not left does it wait for another connection.
func (p *Peer) roundTrip(ctx context.Context, frames [][]byte) ([][]byte, *link, error) {
	for {
		l, err := p.link(ctx)
		if err != nil {
			return nil, nil, err
		}
		answer, err := p.roundTripOn(ctx, l, frames)
		if !errors.Is(err, errNotSent) {
			return answer, l, err
		}
		select { // run takes the dead connection away
		case <-l.lost:
		case <-ctx.Done():
		}
		p.drop(l)
	}
}

func (p *Peer) roundTripOn(ctx context.Context, l *link, frames [][]byte) ([][]byte, error) {
	got, err := l.roundTrip(ctx, frames)
	switch {
	case err != nil:
		return nil, p.unansweredError(err)
	case got.err == nil:
		return got.frames, nil
	case errors.Is(got.err, errNotSent):
		return nil, errNotSent
	}
	return nil, p.lostError(got.err)
}

// unansweredError returns the error of a request that was not sent, or whose wait was given up.
func (p *Peer) unansweredError(err error) error {
	if errors.Is(err, errNotSent) {
		return errNotSent
	}
	if unsent, ok := errors.AsType[*unsentError](err); ok {
		return p.env.Errors.Unconnected(p.endpoint, unsent.error)
	}
	return p.env.Errors.Unanswered(p.endpoint, err)
}

// drop removes a lost connection, so that it is not tried again before run has noticed the loss.
func (p *Peer) drop(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live == l {
		p.live = nil
	}
}

// lostError returns the error of a request that was sent when its connection ends.
func (p *Peer) lostError(err error) error {
	if p.ctx.Err() != nil {
		return ErrClosed
	}
	if p.stop.Load().heard() {
		err = ErrStopped
	}
	return p.env.Errors.Lost(p.endpoint, err)
}

// WritesJSON reports whether the peer's answers are json.
func (p *Peer) WritesJSON() bool { return p.json.Load() }

// Has reports whether the peer has a feature beyond the original's. It asks once for each
// connection.
func (p *Peer) Has(ctx context.Context, feature string) (bool, error) {
	p.asked.Lock()
	defer p.asked.Unlock()
	p.mu.Lock()
	known := p.features
	p.mu.Unlock()
	if known == nil {
		answer, err := p.Request(ctx, psmessage.FeatureQuery(), wire.NewID())
		if err != nil {
			return false, err
		}
		known = psmessage.ParseFeatures(answer)
		p.mu.Lock()
		p.features = known
		p.mu.Unlock()
	}
	return known[feature], nil
}
