package goagent

import (
	"context"
	"time"

	"github.com/pizco-go/pizco/wire"
)

// Exchange sends a content under a message id to a proxy's server and returns its answer undecoded.
func Exchange(ctx context.Context, p *Proxy, content any, id string) (*wire.Message, error) {
	answer, err := p.peer.Exchange(ctx, content, id)
	return &answer.Message, err
}

// Send asks a proxy's server for a call.
func Send(ctx context.Context, p *Proxy, call *Call) (any, error) { return p.send(ctx, call) }

// SubscribeRaw has take called with each notification of a topic, undecoded. It does not wait until
// that is in force.
func SubscribeRaw(ctx context.Context, p *Proxy, topic string, take func(*wire.Message)) error {
	_, err := p.peer.Notifications().SubscribeRaw(ctx, topic, take)
	return err
}

// DefaultDialTimeout is the default of WithDialTimeout.
const DefaultDialTimeout = defaultDialTimeout

// ErrOutcomeMissed is the reason of a future's error when its outcome may have come too early.
var ErrOutcomeMissed = errOutcomeMissed

// SetHold sets how long notifications wait at most at a forwarder.
func (f *Forwarder) SetHold(d time.Duration) { f.order.SetHold(d) }
