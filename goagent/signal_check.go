package goagent

import (
	"context"
	"errors"
	"fmt"

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

// checkSignal fails unless an attribute of a server of the original is a signal. To subscribe to anything else calls its connect, be
// that one of an instrument or of a database, or raises in the loop of the server: with pyzmq 16 that is the end of all signals.
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
	if p.remote.writesJSON() {
		if err := p.checkHeld(ctx, name); err != nil {
			return err
		}
	}
	names, err := p.dir(ctx, name, dunderDir)
	switch {
	case isUnbound(err, dunderDir):
		return &NoSignalError{name}
	case err != nil:
		return err
	case !isSignal(names):
		return &NoSignalError{name}
	}
	return nil
}

// checkDescribed fails when a server of this library says that an attribute is missing or no signal. One that has no object yet, or does
// not say, is believed.
func (p *Proxy) checkDescribed(ctx context.Context, name string) error {
	describes, err := p.remote.has(ctx, featureDescribe)
	if err != nil || !describes {
		return err
	}
	var members []MemberInfo
	value, err := p.send(ctx, &Call{Action: actionDescribe}) // no call of the user's, which interceptors are for
	if err == nil {
		err = assign(&members, value)
	}
	if _, refused := errors.AsType[*RemoteError](err); refused || err == nil && len(members) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Name == name && m.Kind == KindSignal {
			return nil
		}
	}
	return &NoSignalError{name}
}

// mayForward reports whether the server behind a forwarder may be subscribed to a topic, as checkSignal does. What no attribute has for
// its name is harmless.
func (f *Forwarder) mayForward(ctx context.Context, topic string) (bool, error) {
	if topic == topicFuture || isConfirmation(topic) {
		return true, nil
	}
	harmless, err := f.server.has(ctx, featureGetattr)
	if err != nil || harmless || f.server.writesJSON() {
		return err == nil, err
	}
	message := takePSMessage(&Call{Action: actionExec, Name: topic, Method: dunderDir})
	answer, err := f.server.request(ctx, message.content, wire.NewID())
	if err != nil {
		return false, err
	}
	items, ok := itemsOf(answer)
	if !ok || len(items) != 3 || items[0] != psMessage {
		return false, &ResponseError{f.server.endpoint, "no PSMessage"}
	}
	var names []string
	if items[1] != answerReturn {
		return false, nil
	}
	isList := assign(&names, items[2]) == nil
	return isList && isSignal(names), nil
}
