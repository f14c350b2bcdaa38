package goagent

import (
	"context"
	"errors"
	"slices"

	"github.com/pizco-go/pizco/py"
)

// Describe returns the members of the served object whose names do not begin with an underscore, sorted by name, and what is known of
// each. A server of this library tells it all at once. The original is asked for the names with the object's __dir__, and for
// those of each member: two or three requests a member, for which it evaluates properties, as it does for 'inspect'. A
// property that raises is an attribute. A server of the original that writes json is asked for the names alone, since no
// exception can come back from it; there all are attributes.
func (p *Proxy) Describe(ctx context.Context) ([]MemberInfo, error) {
	ours, err := p.remote.has(ctx, featureDescribe)
	if err != nil {
		return nil, err
	}
	if ours {
		var members []MemberInfo
		err := p.into(ctx, &members, &Call{Action: actionDescribe})
		return members, err
	}
	names, err := p.dir(ctx, dunderDir, dunderCall)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, private)
	slices.Sort(names)
	members := make([]MemberInfo, 0, len(names))
	for _, name := range slices.Compact(names) {
		m := MemberInfo{Name: name, Kind: KindAttribute}
		if !p.remote.writesJSON() {
			if err := p.examine(ctx, &m); err != nil {
				return nil, err
			}
		}
		members = append(members, m)
	}
	return members, nil
}

// dir calls a method that returns a list of names.
func (p *Proxy) dir(ctx context.Context, name, method string) ([]string, error) {
	value, err := p.handle(ctx, &Call{Action: actionExec, Name: name, Method: method})
	if err != nil {
		return nil, err
	}
	var names []string
	if err := py.Assign(&names, value); err != nil {
		return nil, &ResponseError{p.endpoint, "names that are a " + py.TypeName(value)}
	}
	return names, nil
}

// examine looks at what a member of the original has. A class has no __dir__ that can be called: it is taken for what it is
// used for, which is calling it.
func (p *Proxy) examine(ctx context.Context, m *MemberInfo) error {
	names, err := p.dir(ctx, m.Name, dunderDir)
	var remote *RemoteError
	if errors.As(err, &remote) {
		if errors.Is(err, TypeError) && len(remote.Args) == 1 {
			m.Kind = KindMethod
		}
		return nil
	}
	if err != nil {
		return err
	}
	has := func(name string) bool { return slices.Contains(names, name) }
	switch {
	case isSignal(names):
		m.Kind = KindSignal
	case has(dunderCall):
		m.Kind = KindMethod
		if has("__self__") || has("__code__") { // what else can be called may have anything for its __doc__
			m.Doc, err = p.doc(ctx, m.Name)
		}
	default:
		m.Items = has(dunderSetItem)
	}
	return err
}

func (p *Proxy) doc(ctx context.Context, name string) (string, error) {
	value, err := p.handle(ctx, &Call{Action: actionExec, Name: name, Method: "__getattribute__", Args: py.Tuple{"__doc__"}})
	var remote *RemoteError
	if errors.As(err, &remote) {
		return "", nil
	}
	text, _ := value.(string)
	return text, err
}
