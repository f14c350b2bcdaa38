package goagent

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// abilities is what a member of a server's object can be used for.
type abilities struct {
	// class is set for a class, whose methods cannot be called without an object.
	class bool
	// signal is set when it has connect, disconnect and emit.
	signal bool
	// call is set when it can be called.
	call bool
	// function is set for functions and methods, whose documentation is a text.
	function bool
	// setItem is set when its items can be set.
	setItem bool
	// module is set when its class names its module, as classes written in Python do.
	module bool
}

// remotely reports whether there is no value to hand out: it is a method, a class or a signal.
func (a abilities) remotely() bool { return a.class || a.call || a.signal }

// abilitiesFrom returns the abilities of what has the names for which has reports true.
func abilitiesFrom(has func(name string) bool) abilities {
	return abilities{
		signal:   has("connect") && has("disconnect") && has("emit"),
		call:     has(psmessage.DunderCall),
		function: has(psmessage.DunderCall) && (has("__self__") || has("__code__")),
		setItem:  has(psmessage.DunderSetItem),
		module:   has("__module__"),
	}
}

func abilitiesIn(names []string) abilities {
	return abilitiesFrom(func(name string) bool { return slices.Contains(names, name) })
}

// asker asks a server of the original.
type asker struct {
	endpoint string
	// send sends a call. It fails with a *[pyerr.RemoteError] for an exception.
	send Handler
}

// dir calls a method that returns a list of names.
func (ask asker) dir(ctx context.Context, name, method string) ([]string, error) {
	value, err := ask.send(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: method})
	if err != nil {
		return nil, err
	}
	var names []string
	if err := py.Assign(&names, value); err != nil {
		return nil, &ResponseError{ask.endpoint, "names that are a " + py.TypeName(value)}
	}
	return names, nil
}

// lister says who answers __dir__ of an object.
type lister int

const (
	// listsItself is an object whose class has a __dir__ of its own. What that returns cannot be
	// known: dict.keys() will do for Python, and a server of the original that cannot pickle it
	// never answers again.
	listsItself lister = iota
	// listsAsAll is an object with Python's own __dir__, which returns a list of str.
	listsAsAll
	// listsNothing is a class, whose __dir__ is that of its objects.
	listsNothing
)

// listerOf finds out who answers a method that lists names, by a call with two arguments too many.
// Python's own "takes no arguments", one written in Python "takes 1 positional argument"; none of
// them runs. A class counts the first of them as its object.
func (ask asker) listerOf(ctx context.Context, name, method string) (lister, error) {
	_, err := ask.send(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: method, Args: py.Tuple{nil, nil}})
	remote, ok := errors.AsType[*pyerr.RemoteError](err)
	switch {
	case err == nil:
		return listsItself, nil
	case !ok || !errors.Is(err, pyerr.TypeError) || !strings.Contains(remote.Message, psmessage.DunderDir):
		return listsItself, err
	case strings.HasSuffix(remote.Message, psmessage.DunderDir+"() takes no arguments (2 given)"):
		return listsAsAll, nil
	case strings.HasSuffix(remote.Message, psmessage.DunderDir+"() takes no arguments (1 given)"),
		strings.HasSuffix(remote.Message, "but 2 were given"), strings.HasPrefix(remote.Message, "descriptor"):
		return listsNothing, nil
	}
	return listsItself, nil
}

// abilities finds out what a member can be used for, without running code of its class but for what
// gets attributes.
func (ask asker) abilities(ctx context.Context, name string) (abilities, error) {
	by, err := ask.listerOf(ctx, name, psmessage.DunderDir)
	switch {
	case err != nil:
		return abilities{}, err
	case by == listsNothing:
		return abilities{class: true}, nil
	case by == listsAsAll:
		names, err := ask.dir(ctx, name, psmessage.DunderDir)
		return abilitiesIn(names), err
	}
	a := abilitiesFrom(func(method string) bool {
		if err != nil {
			return false
		}
		var has bool
		has, err = ask.has(ctx, name, method)
		return has
	})
	a.module = true
	return a, err
}

// has reports whether a member has a method. The call has no arguments that Python could take
// apart, and so runs nothing.
func (ask asker) has(ctx context.Context, name, method string) (bool, error) {
	_, err := ask.send(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: method, uncallable: true})
	remote, ok := errors.AsType[*pyerr.RemoteError](err)
	if !ok {
		return err == nil, err
	}
	return errors.Is(err, pyerr.TypeError) && strings.Contains(remote.Message, "argument after *"), nil
}
