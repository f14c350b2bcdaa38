package goagent

import (
	"context"
	"errors"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// get reads an attribute's value, also where the server answers that it is to be used remotely.
// A target that the value has been stored in gives inTarget.
func (p *Proxy) get(ctx context.Context, target any, name string, options []GetOption) (any, error) {
	ask, err := p.mayAsk(ctx, options)
	if err != nil {
		return nil, err
	}
	if !ask {
		return p.look(ctx, name)
	}
	return p.ask(ctx, target, name)
}

// ask asks for the value itself.
//
// The original answers that everything that has __getitem__ is to be used remotely, be it a str. It
// would hand out the value when asked with 'getattr', but has no way back from values that it
// cannot pickle, such as methods of most objects. So it is asked for what only harmless values
// have: a str, a bytes or a tuple for the arguments that it is made with, a list or a dict for a
// copy. Where it writes json, it has no way back from exceptions either: there it is asked for the
// repr, which everything has.
func (p *Proxy) ask(ctx context.Context, target any, name string) (any, error) {
	if !p.readsGo {
		target = nil
	}
	value, err := p.handle(ctx, &Call{Action: psmessage.ActionGet, Name: name, target: target})
	var remote *RemoteAttributeError
	if !errors.As(err, &remote) {
		return value, err
	}
	ours, featureErr := p.peer.Has(ctx, psmessage.FeatureGetattr)
	if featureErr != nil {
		return nil, featureErr
	}
	if ours {
		value, getErr := p.handle(ctx, &Call{Action: psmessage.ActionGetattr, Name: name, target: target})
		if errors.Is(getErr, pyerr.TypeError) { // as what cannot be sent is refused
			return nil, err
		}
		return value, getErr
	}
	if p.peer.WritesJSON() {
		return p.literal(ctx, name, err)
	}
	return p.copyOf(ctx, name, err)
}

// literal returns the value of an attribute whose repr is a literal, or notPlain for any other.
func (p *Proxy) literal(ctx context.Context, name string, notPlain error) (any, error) {
	value, err := p.handle(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: psmessage.DunderRepr})
	if err != nil {
		return nil, err
	}
	text, ok := value.(string)
	if !ok {
		return nil, notPlain
	}
	if value, err = py.ParseLiteral(text); err != nil {
		return nil, notPlain
	}
	return value, nil
}

// copyOf returns the value of an attribute of the original's server, or notPlain if it is not one
// of Python's plain containers.
func (p *Proxy) copyOf(ctx context.Context, name string, notPlain error) (any, error) {
	value, err := p.handle(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: "__getnewargs__"})
	if err == nil {
		// A namedtuple is made with its fields, all others with one argument.
		if args, ok := psmessage.Items(value); ok && len(args) == 1 {
			return args[0], nil
		}
		return value, nil
	}
	if !errors.Is(err, pyerr.AttributeError) {
		return nil, err
	}
	value, err = p.handle(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: "copy"})
	if errors.Is(err, pyerr.AttributeError) {
		return nil, notPlain
	}
	return value, err
}
