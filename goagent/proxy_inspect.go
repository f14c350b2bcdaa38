package goagent

import (
	"context"
	"errors"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// inspection is the answer to 'inspect'.
type inspection struct {
	remotes, objects []string
	// signals are known of servers of the dialect develop.
	signals []string
	develop bool
}

// The number of sets in the answer to 'inspect'.
const (
	setsOfRelease = 2
	setsOfDevelop = 3
)

// Inspect returns the names of the attributes that are used remotely, and of the attributes that
// are sent as objects although they could be used remotely. The server evaluates all its properties
// for that. [Proxy.Signals] returns the names that a server of the dialect develop answers besides.
//
// The original cannot answer it with the serializer json, and never answers again after it. So such
// a server is not asked, unless the proxy was dialled with [WithInsist], and Inspect fails with
// [ErrNotInspected]. It mirrors Server.inspect.
func (p *Proxy) Inspect(ctx context.Context) (remotes, objects []string, err error) {
	got, err := p.inspect(ctx)
	return got.remotes, got.objects, err
}

// Signals returns the names of the object's signals. A server of the dialect develop says them in
// its answer to 'inspect', with the limits of [Proxy.Inspect]. Any other is asked for its members
// as by [Proxy.Describe], which takes many requests.
func (p *Proxy) Signals(ctx context.Context) ([]string, error) {
	got, err := p.inspect(ctx)
	if err != nil || got.develop {
		return got.signals, err
	}
	members, err := p.Describe(ctx)
	if err != nil {
		return nil, err
	}
	var signals []string
	for _, m := range members {
		if m.Kind == object.KindSignal {
			signals = append(signals, m.Name)
		}
	}
	return signals, nil
}

// Describe returns the members of the served object whose names do not begin with an underscore,
// sorted by name, and what is known of each. A server of this library answers it all at once.
//
// The original is asked for the names with the object's __dir__, and for the names of each member.
// That takes three or four requests a member, and evaluates properties, as 'inspect' does. A
// property that raises is an attribute. An object with a __dir__ of its own is not asked for it,
// since the result may be something that the server cannot send. Its members are what 'inspect'
// returns and what it holds itself. So it is with Python 2, where objects have no __dir__:
// properties whose values are plain are missing there. A signal of the dialect develop is asked
// what values it is declared with.
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
	return p.original().Members(ctx)
}

func (p *Proxy) inspect(ctx context.Context) (inspection, error) {
	if !p.agent.cfg.insist {
		may, err := p.mayInspect(ctx)
		if err != nil {
			return inspection{}, err
		}
		if !may {
			return inspection{}, ErrNotInspected
		}
	}
	var sets []any
	if err := p.into(ctx, &sets, &Call{Action: psmessage.ActionInspect}); err != nil {
		return inspection{}, err
	}
	got, err := inspectionOf(sets)
	if err != nil {
		return inspection{}, &ResponseError{p.endpoint, "an answer to 'inspect' that is no pair or triple of sets: " + err.Error()}
	}
	if got.develop {
		p.peer.ShowsDevelop()
	}
	return got, nil
}

// inspectionOf reads the sets of an answer to 'inspect'.
func inspectionOf(sets []any) (got inspection, err error) {
	switch len(sets) {
	case setsOfRelease:
	case setsOfDevelop:
		got.develop = true
		err = assign(&got.signals, sets[2])
	default:
		return got, errors.New("they are " + py.Repr(int64(len(sets))))
	}
	return got, errors.Join(err, assign(&got.remotes, sets[0]), assign(&got.objects, sets[1]))
}
