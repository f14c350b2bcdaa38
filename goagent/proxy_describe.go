package goagent

import (
	"context"
	"errors"
	"slices"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Describe returns the members of the served object whose names do not begin with an underscore,
// sorted by name, and what is known of each. A server of this library answers it all at once.
//
// The original is asked for the names with the object's __dir__, and for the names of each member.
// That takes three or four requests a member, and evaluates properties, as 'inspect' does. A
// property that raises is an attribute. An object with a __dir__ of its own is not asked for it,
// since the result may be something that the server cannot send. Its members are what 'inspect'
// returns and what it holds itself.
//
// A server of the original that writes json is asked for the names alone, since it cannot send
// exceptions. All its members are attributes, and an object with a __dir__ of its own is an
// *[UnsafeReadError].
func (p *Proxy) Describe(ctx context.Context) ([]object.MemberInfo, error) {
	ours, err := p.peer.Has(ctx, psmessage.FeatureDescribe)
	if err != nil {
		return nil, err
	}
	if ours {
		var members []object.MemberInfo
		err := p.into(ctx, &members, &Call{Action: psmessage.ActionDescribe})
		return members, err
	}
	names, err := p.names(ctx)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, naming.Private)
	slices.Sort(names)
	members := make([]object.MemberInfo, 0, len(names))
	for _, name := range slices.Compact(names) {
		m := object.MemberInfo{Name: name, Kind: object.KindAttribute}
		if !p.peer.WritesJSON() {
			if err := p.examine(ctx, &m); err != nil {
				return nil, err
			}
		}
		members = append(members, m)
	}
	return members, nil
}

// asker asks the server as the proxy does.
func (p *Proxy) asker() asker { return asker{p.endpoint, p.handle} }

// names returns the names of the members of an object of the original, some of which may be there
// twice.
func (p *Proxy) names(ctx context.Context) ([]string, error) {
	ask := p.asker()
	// Python's own method says of no module that it is from there.
	module, err := p.handle(ctx, &Call{Action: psmessage.ActionExec, Name: psmessage.DunderDir, Method: "__getattribute__", Args: py.Tuple{"__module__"}})
	switch {
	case err != nil:
		return nil, err
	case module == nil:
		return ask.dir(ctx, psmessage.DunderDir, psmessage.DunderCall)
	case p.peer.WritesJSON():
		return nil, &UnsafeReadError{Name: psmessage.DunderDir, Reason: reasonOwnDir}
	}
	var names []string
	// An iterator of a dict is sent as the list of its keys.
	if keys, err := p.handle(ctx, &Call{Action: psmessage.ActionExec, Name: psmessage.DunderDict, Method: "__iter__"}); err == nil {
		if o, ok := keys.(*py.Object); ok && len(o.Args) == 1 {
			if err := py.Assign(&names, o.Args[0]); err != nil {
				return nil, &ResponseError{p.endpoint, "names that are a " + py.TypeName(o.Args[0])}
			}
		}
	} else if _, raised := errors.AsType[*pyerr.RemoteError](err); !raised {
		return nil, err
	}
	remotes, _, err := p.Inspect(ctx)
	if _, raised := errors.AsType[*pyerr.RemoteError](err); raised {
		return names, nil // a property of the object raises: the original cannot look past it
	}
	return append(names, remotes...), err
}

// examine looks at what a member of the original can be used for. A class is used for calling it.
func (p *Proxy) examine(ctx context.Context, m *object.MemberInfo) error {
	has, err := p.asker().abilities(ctx, m.Name)
	if _, raised := errors.AsType[*pyerr.RemoteError](err); raised {
		return nil
	}
	switch {
	case err != nil:
		return err
	case has.class:
		m.Kind = object.KindMethod
	case has.signal:
		m.Kind = object.KindSignal
	case has.call:
		m.Kind = object.KindMethod
		if has.function { // what else can be called may have anything for its __doc__
			m.Doc, err = p.doc(ctx, m.Name)
		}
	default:
		m.Items = has.setItem
	}
	return err
}

func (p *Proxy) doc(ctx context.Context, name string) (string, error) {
	value, err := p.handle(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: "__getattribute__", Args: py.Tuple{"__doc__"}})
	var remote *pyerr.RemoteError
	if errors.As(err, &remote) {
		return "", nil
	}
	text, _ := value.(string)
	return text, err
}
