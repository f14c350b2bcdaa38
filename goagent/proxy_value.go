package goagent

import (
	"context"
	"errors"
)

// get reads an attribute's value, also where the server answers that it is to be used remotely.
//
// The original does so for everything that has __getitem__, be it a str. It would hand out the value when
// asked with 'getattr', but has no way back from values that it cannot pickle, such as methods of most objects. So it is asked with what
// only harmless values have: a str, a bytes or a tuple for the arguments that it is made with, a list or a dict for a copy.
func (p *Proxy) get(ctx context.Context, name string) (any, error) {
	value, err := p.handle(ctx, &Call{Action: actionGet, Name: name})
	var remote *RemoteAttributeError
	if !errors.As(err, &remote) {
		return value, err
	}
	ours, featureErr := p.remote.has(ctx, featureGetattr)
	if featureErr != nil {
		return nil, featureErr
	}
	if ours {
		return p.handle(ctx, &Call{Action: actionGetattr, Name: name})
	}
	return p.copyOf(ctx, name, err)
}

// copyOf returns the value of an attribute of the original's server, or notPlain when it is none of
// Python's plain containers.
func (p *Proxy) copyOf(ctx context.Context, name string, notPlain error) (any, error) {
	value, err := p.handle(ctx, &Call{Action: actionExec, Name: name, Method: "__getnewargs__"})
	if err == nil {
		// A namedtuple is made with its fields, all others with one argument.
		if args, ok := itemsOf(value); ok && len(args) == 1 {
			return args[0], nil
		}
		return value, nil
	}
	if !errors.Is(err, AttributeError) {
		return nil, err
	}
	value, err = p.handle(ctx, &Call{Action: actionExec, Name: name, Method: "copy"})
	if errors.Is(err, AttributeError) {
		return nil, notPlain
	}
	return value, err
}
