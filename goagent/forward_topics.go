package goagent

import (
	"context"
	"errors"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/original"
	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

const (
	// defaultMaxForwardedTopics is the default of WithMaxForwardedTopics.
	defaultMaxForwardedTopics = 1000
	// mostForwardedTopics is the most that WithMaxForwardedTopics takes.
	mostForwardedTopics = 1_000_000
)

// forwardTarget is the server behind a forwarder, at which it subscribes.
type forwardTarget struct{ *Forwarder }

// Subscribe has the notifications of a topic published here.
func (f forwardTarget) Subscribe(ctx context.Context, topic string) (cancel func() error, err error) {
	subscription, err := f.server.Notifications().SubscribeRaw(ctx, topic, f.order.Publish)
	if err != nil {
		return nil, err
	}
	return subscription.Cancel, nil
}

// Confirm returns when what has been subscribed to is in force.
func (f forwardTarget) Confirm(ctx context.Context) error {
	return f.server.Notifications().Confirm(ctx)
}

// TryAgain returns in how long a failed subscription is worth trying again, while there is a
// connection.
func (f forwardTarget) TryAgain() (after time.Duration, ok bool) {
	return peer.RedialPause, f.server.Status() == peer.Connected
}

// Names asks the server for the members of its object. The original can be asked that unless it
// writes json.
func (f forwardTarget) Names(ctx context.Context) (names map[string]bool, ok bool) {
	if harmless, err := f.server.Has(ctx, psmessage.FeatureGetattr); err != nil || !harmless && f.server.WritesJSON() {
		return nil, false
	}
	answer, err := f.server.Request(ctx, py.Tuple{psmessage.Tag, psmessage.ActionInspect, &py.Dict{}}, wire.NewID())
	if err != nil {
		return nil, false
	}
	_, options, _ := psmessage.Parse(answer)
	sets, ok := psmessage.Items(options)
	if !ok {
		return nil, false
	}
	names = map[string]bool{}
	for _, set := range sets {
		for _, name := range psmessage.Iterated(set) {
			if name, ok := name.(string); ok {
				names[name] = true
			}
		}
	}
	return names, true
}

// MaySubscribe reports whether the server may be subscribed to a topic, as checkSignal does. What
// no attribute has for its name is harmless.
func (f forwardTarget) MaySubscribe(ctx context.Context, topic string) (bool, error) {
	switch {
	case topic == psmessage.TopicFuture || psmessage.IsConfirmation(topic):
		return true, nil
	case topic == psmessage.TopicStatus: // which only clients of develop subscribe to
		d, err := f.server.Dialect(ctx)
		if errors.Is(err, ErrDialectUnknown) {
			err = nil
		}
		return d == psmessage.Develop, err
	}
	harmless, err := f.server.Has(ctx, psmessage.FeatureGetattr)
	if err != nil || harmless || f.server.WritesJSON() {
		return err == nil, err
	}
	is, err := f.askServer().IsSignal(ctx, topic)
	if _, raised := errors.AsType[*pyerr.RemoteError](err); raised {
		return false, nil
	}
	return is, err
}

// askServer returns the server as one of the original, which is asked calls of the forwarder's own.
func (f forwardTarget) askServer() *original.Server {
	s := askOriginal(f.server.Endpoint(), f.question)
	s.WritesJSON = f.server.WritesJSON
	return s
}

// question sends a call of the forwarder's own to the server.
func (f forwardTarget) question(ctx context.Context, call *Call) (any, error) {
	answer, err := f.server.Request(ctx, call.message().Content, wire.NewID())
	if err != nil {
		return nil, err
	}
	items, ok := psmessage.Items(answer)
	if !ok || len(items) != 3 || items[0] != psmessage.Tag {
		return nil, &ResponseError{f.server.Endpoint(), "no PSMessage"}
	}
	switch items[1] {
	case psmessage.AnswerReturn:
		return items[2], nil
	case psmessage.AnswerRaise:
		if remote, ok := pyerr.Parse(items[2]); ok {
			return nil, remote
		}
	}
	return nil, &ResponseError{f.server.Endpoint(), "unknown answer " + py.Repr(items[1])}
}
