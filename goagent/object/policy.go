package object

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/errtext"
	"github.com/pizco-go/pizco/py"
)

// Policy says which values peers may leave with a served object, and have a forwarder pass on. The
// zero Policy lets in plain values only, see [py.CheckPlain].
type Policy struct {
	// Unchecked lets in any value.
	Unchecked bool
	// Classes are those whose objects are let in besides; see [Policy.LetIn].
	Classes map[py.Class]bool
}

// Allows reports whether objects of a class are let in.
func (p *Policy) Allows(c py.Class) bool { return p.Classes[c] }

// Check returns an error when a value of a peer is not let in where a Go value of type t is to keep
// it. A nil type is one that keeps what came as it is; one that keeps nothing of it can take any
// value.
func (p *Policy) Check(t reflect.Type, v any) error {
	if p.Unchecked || t != nil && !py.HoldsValues(t) {
		return nil
	}
	return py.CheckPlain(v, p.Allows)
}

// checkArgs checks the arguments of a method of a container of type t.
func (p *Policy) checkArgs(t reflect.Type, call methodCall) error {
	for _, arg := range call.args {
		if err := p.Check(t, arg); err != nil {
			return NotLetIn("an argument of "+call.method+"()", err)
		}
	}
	if call.kwargs == nil {
		return nil
	}
	for _, arg := range call.kwargs.All() {
		if err := p.Check(t, arg); err != nil {
			return NotLetIn("a keyword argument of "+call.method+"()", err)
		}
	}
	return nil
}

// NotLetIn returns the TypeError for a value that is not let in. What says what it was to be, such
// as "argument 'x' of scale()".
func NotLetIn(what string, err error) error {
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
