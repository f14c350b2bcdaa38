package goagent

import (
	"context"
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// NoSignalError says that an attribute of a served object is no signal.
type NoSignalError struct {
	// Name is the name of the attribute.
	Name string
}

// Error names the attribute.
func (e *NoSignalError) Error() string {
	return fmt.Sprintf("pizco/goagent: attribute %q is no signal", e.Name)
}

// checkSignal fails unless an attribute of a server of the original is a signal. To subscribe to
// anything else calls its connect, be that one of an instrument or of a database, or raises in the
// loop of the server: with pyzmq 16 that is the end of all signals.
func (p *Proxy) checkSignal(ctx context.Context, name string) error {
	harmless, err := p.mayAsk(ctx, nil)
	switch {
	case err != nil:
		return err
	case harmless && !p.agent.cfg.insist:
		return p.checkDescribed(ctx, name)
	case harmless:
		return nil
	}
	if p.peer.WritesJSON() {
		if err := p.checkHeld(ctx, name); err != nil {
			return err
		}
	}
	has, err := p.signalAbilities(ctx, name)
	if err == nil && !has.signal {
		err = &NoSignalError{name}
	}
	return err
}

func (p *Proxy) signalAbilities(ctx context.Context, name string) (abilities, error) {
	if !p.peer.WritesJSON() {
		return p.asker().abilities(ctx, name)
	}
	names, err := p.asker().dir(ctx, name, psmessage.DunderDir)
	return abilitiesIn(names), err
}

// checkDescribed fails when a server of this library says that an attribute is missing or no
// signal. One that has no object yet, or does not say, is believed.
func (p *Proxy) checkDescribed(ctx context.Context, name string) error {
	describes, err := p.peer.Has(ctx, psmessage.FeatureDescribe)
	if err != nil || !describes {
		return err
	}
	var members []object.MemberInfo
	value, err := p.send(ctx, &Call{Action: psmessage.ActionDescribe}) // no call of the user's, which interceptors are for
	if err == nil {
		err = assign(&members, value)
	}
	if _, refused := errors.AsType[*pyerr.RemoteError](err); refused || err == nil && len(members) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Name == name && m.Kind == object.KindSignal {
			return nil
		}
	}
	return &NoSignalError{name}
}

// mayForward reports whether the server behind a forwarder may be subscribed to a topic, as
// checkSignal does. What no attribute has for its name is harmless.
func (f *Forwarder) mayForward(ctx context.Context, topic string) (bool, error) {
	if topic == psmessage.TopicFuture || psmessage.IsConfirmation(topic) {
		return true, nil
	}
	harmless, err := f.server.Has(ctx, psmessage.FeatureGetattr)
	if err != nil || harmless || f.server.WritesJSON() {
		return err == nil, err
	}
	has, err := asker{f.server.Endpoint(), f.question}.abilities(ctx, topic)
	if _, raised := errors.AsType[*pyerr.RemoteError](err); raised {
		return false, nil
	}
	return has.signal, err
}

// question sends a call of the forwarder's own to the server.
func (f *Forwarder) question(ctx context.Context, call *Call) (any, error) {
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
