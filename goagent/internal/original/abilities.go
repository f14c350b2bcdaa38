package original

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// abilities is what a member of a server's object can be used for.
type abilities struct {
	// class is set for a class, whose methods cannot be called without an object.
	class bool
	// signal is set when it has connect, disconnect and emit.
	signal bool
	// declares is set for a signal of the dialect develop, which says what values it has.
	declares bool
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
	signal := has("connect") && has("disconnect") && has("emit")
	return abilities{
		signal:   signal,
		declares: signal && has(psmessage.SignalNargs),
		call:     has(psmessage.DunderCall),
		function: has(psmessage.DunderCall) && (has("__self__") || has("__code__")),
		setItem:  has(psmessage.DunderSetItem),
		module:   has("__module__"),
	}
}

func abilitiesIn(names []string) abilities {
	return abilitiesFrom(func(name string) bool { return slices.Contains(names, name) })
}

// lister says who answers __dir__ of an object.
type lister int

const (
	// listsItself is an object whose class has a __dir__ of its own, or none, as in Python 2. What the
	// first returns cannot be known: dict.keys() will do for Python, and a server of the original that
	// cannot pickle it never answers again.
	listsItself lister = iota
	// listsAsAll is an object with Python's own __dir__, which returns a list of str.
	listsAsAll
	// listsNothing is a class, whose __dir__ is that of its objects.
	listsNothing
)

// listerOf finds out who answers a method that lists names, by a call with two arguments too many.
// Python's own "takes no arguments", one written in Python "takes 1 positional argument"; none of
// them runs. A class counts the first of them as its object.
func (s *Server) listerOf(ctx context.Context, name, method string) (lister, error) {
	_, err := s.Exec(ctx, name, method, nil, nil)
	remote, ok := asRaised(err)
	switch {
	case err == nil, isWithoutDir(err): // as objects of Python 2 are
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

// isWithoutDir reports whether an exception says that an object has no __dir__.
func isWithoutDir(err error) bool {
	remote, ok := asRaised(err)
	return ok && errors.Is(err, pyerr.AttributeError) && strings.HasSuffix(remote.Message, "'"+psmessage.DunderDir+"'")
}

// abilities finds out what a member can be used for, without running code of its class but for what
// gets attributes.
func (s *Server) abilities(ctx context.Context, name string) (abilities, error) {
	by, err := s.listerOf(ctx, name, psmessage.DunderDir)
	switch {
	case err != nil:
		return abilities{}, err
	case by == listsNothing:
		return abilities{class: true}, nil
	case by == listsAsAll:
		names, err := s.dir(ctx, name, psmessage.DunderDir)
		return abilitiesIn(names), err
	}
	a := abilitiesFrom(func(method string) bool {
		if err != nil {
			return false
		}
		var has bool
		has, err = s.has(ctx, name, method)
		return has
	})
	a.module = true
	return a, err
}

// has reports whether a member has a method, without running it.
func (s *Server) has(ctx context.Context, name, method string) (bool, error) {
	err := s.Probe(ctx, name, method)
	remote, ok := asRaised(err)
	if !ok {
		return err == nil, err
	}
	return errors.Is(err, pyerr.TypeError) && strings.Contains(remote.Message, "argument after *"), nil
}

// IsSignal reports whether an attribute is a signal. To subscribe to anything else calls its
// connect, be that one of an instrument or of a database. If it has none, that raises in the loop
// of the server, which with pyzmq 16 is the end of all signals.
func (s *Server) IsSignal(ctx context.Context, name string) (bool, error) {
	if !s.WritesJSON() {
		has, err := s.abilities(ctx, name)
		return has.signal, err
	}
	if err := s.checkHeld(ctx, name); err != nil {
		return false, err
	}
	names, err := s.dir(ctx, name, psmessage.DunderDir)
	return abilitiesIn(names).signal, err
}
