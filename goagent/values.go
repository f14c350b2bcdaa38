package goagent

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/errtext"
	"github.com/pizco-go/pizco/py"
)

// valuePolicy says which values peers may leave with a served object, and have a forwarder pass on.
type valuePolicy struct {
	unchecked bool
	classes   map[py.Class]bool
}

func (p *valuePolicy) allows(c py.Class) bool { return p.classes[c] }

// check returns an error when a value of a peer is not let in where a Go value of type t is to keep
// it. A nil type is one that keeps what came as it is; one that keeps nothing of it can take any
// value.
func (p *valuePolicy) check(t reflect.Type, v any) error {
	if p.unchecked || t != nil && !py.HoldsValues(t) {
		return nil
	}
	return py.CheckPlain(v, p.allows)
}

// checkArgs checks the arguments of a method of a container of type t.
func (p *valuePolicy) checkArgs(t reflect.Type, call methodCall) error {
	for _, arg := range call.args {
		if err := p.check(t, arg); err != nil {
			return notLetIn("an argument of "+call.method+"()", err)
		}
	}
	if call.kwargs == nil {
		return nil
	}
	for _, arg := range call.kwargs.All() {
		if err := p.check(t, arg); err != nil {
			return notLetIn("a keyword argument of "+call.method+"()", err)
		}
	}
	return nil
}

// notLetIn is the TypeError for a value that is not let in. What says what it was to be, such as
// "argument 'x' of scale()".
func notLetIn(what string, err error) error {
	var refusal *py.NotPlainError
	if !errors.As(err, &refusal) {
		return pyerr.TypeError.New(fmt.Sprintf("%s: %s", what, errtext.Bare(err.Error())))
	}
	text := fmt.Sprintf("%s holds %s: only plain values are taken here", what, refusal.Holds)
	if name := refusal.Class.String(); checkClassName(name) == nil {
		text += fmt.Sprintf("; goagent.WithClasses(%q) lets that class in", name)
	}
	return pyerr.TypeError.New(text)
}
