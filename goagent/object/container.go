package object

import (
	"fmt"
	"slices"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// operation is a method that one of Python's containers has: how many arguments it takes, in which
// of CPython's three ways it complains about others, and what it does to a container of kind C.
type operation[C any] struct {
	style    argumentStyle
	min, max int
	call     func(c C, args py.Tuple) (any, error)
	// named, if not nil, is called in place of call where there are keyword arguments.
	named func(c C, args py.Tuple, kwargs *py.Dict, python pyerr.Version) (any, error)
}

type argumentStyle uint8

const (
	styleOne      argumentStyle = iota // METH_O
	styleNone                          // METH_NOARGS
	styleWrapper                       // a slot of the type
	styleRange                         // PyArg_UnpackTuple and the like
	styleKeyword                       // none but keyword arguments
	styleVariadic                      // any number
)

func one[C any](call func(c C, arg any) (any, error)) (operation[C], bool) {
	return operation[C]{style: styleOne, min: 1, max: 1, call: func(c C, args py.Tuple) (any, error) { return call(c, args[0]) }}, true
}

func none[C any](call func(c C) (any, error)) (operation[C], bool) {
	return operation[C]{style: styleNone, call: func(c C, _ py.Tuple) (any, error) { return call(c) }}, true
}

func wrapper[C any](n int, call func(c C, args py.Tuple) (any, error)) (operation[C], bool) {
	return operation[C]{style: styleWrapper, min: n, max: n, call: call}, true
}

func between[C any](low, high int, call func(c C, args py.Tuple) (any, error)) (operation[C], bool) {
	return operation[C]{style: styleRange, min: low, max: high, call: call}, true
}

// operate calls the method of that name of a container, or reports that the type has none.
func operate[C any](c C, find func(name string) (operation[C], bool), call methodCall) (any, error) {
	op, ok := find(call.method)
	if !ok {
		return nil, pyerr.MissingAttribute(call.typ, call.method)
	}
	named := call.kwargs != nil && call.kwargs.Len() > 0
	if named && op.named == nil {
		return nil, pyerr.TypeError.New(noKeywords(op.style, call))
	}
	if n := len(call.args); n < op.min || n > op.max {
		return nil, pyerr.TypeError.New(wrongCount(op.style, call, op.min, op.max))
	}
	if named {
		return op.named(c, call.args, call.kwargs, call.python)
	}
	return op.call(c, call.args)
}

// methodCall is what a peer asks for: a method of a container and the arguments.
type methodCall struct {
	python pyerr.Version
	typ    string // the Python type of the container
	method string
	args   py.Tuple
	kwargs *py.Dict
	// frozen is the name of the attribute whose value cannot be changed, and empty where it can.
	frozen string
}

// mutators are the methods of containers that change them.
var mutators = []string{
	"__setitem__", "__delitem__", "add", "append", "clear", "discard", "extend", "insert", "pop", "remove", "reverse", "setdefault", "update",
	"popitem", "sort", "difference_update", "intersection_update", "symmetric_difference_update",
}

// checkFrozen returns a TypeError for a method that would change a value that peers cannot change.
func (m methodCall) checkFrozen(mutators ...string) error {
	if m.frozen == "" || !slices.Contains(mutators, m.method) {
		return nil
	}
	return pyerr.TypeError.New("attribute '" + m.frozen + "' is read-only, what is in it too: " + m.method + "() would change it")
}

// builtinName is what CPython calls a method of a built-in type in errors: it names the type from
// 3.9 on.
func (m methodCall) builtinName() string {
	if m.python.AtLeast(9) {
		return m.typ + "." + m.method
	}
	return m.method
}

func noKeywords(style argumentStyle, call methodCall) string {
	switch {
	case style == styleWrapper && !call.python.AtLeast(7):
		return "wrapper " + call.method + " doesn't take keyword arguments"
	case style == styleWrapper:
		return "wrapper " + call.method + "() takes no keyword arguments"
	}
	if style == styleVariadic && !call.python.AtLeast(13) {
		return call.method + "() takes no keyword arguments"
	}
	return call.builtinName() + "() takes no keyword arguments"
}

func wrongCount(style argumentStyle, call methodCall, low, high int) string {
	n := len(call.args)
	argument := func(n int) string {
		if n == 1 && call.python.AtLeast(8) { // older versions say "1 arguments"
			return "1 argument"
		}
		return fmt.Sprintf("%d arguments", n)
	}
	switch {
	case style == styleOne:
		return fmt.Sprintf("%s() takes exactly one argument (%d given)", call.builtinName(), n)
	case style == styleKeyword && !call.python.AtLeast(7):
		return "must use keyword argument for key function"
	case style == styleKeyword:
		return call.method + "() takes no positional arguments"
	case style == styleNone:
		return fmt.Sprintf("%s() takes no arguments (%d given)", call.builtinName(), n)
	case style == styleWrapper && low == 2:
		return fmt.Sprintf(" expected 2 arguments, got %d", n) // CPython has no name to put in front
	case style == styleWrapper:
		return fmt.Sprintf("expected %s, got %d", argument(low), n)
	case (call.typ == "list" || call.typ == "tuple") && !call.python.AtLeast(8):
		return wrongListCount(call.method, n, low, high)
	case low == high:
		return fmt.Sprintf("%s expected %s, got %d", call.method, argument(low), n)
	case n < low:
		return fmt.Sprintf("%s expected at least %s, got %d", call.method, argument(low), n)
	}
	return fmt.Sprintf("%s expected at most %s, got %d", call.method, argument(high), n)
}

// wrongListCount is what the methods of list said before argument clinic came to them in 3.8.
func wrongListCount(method string, n, low, high int) string {
	bound, limit := "at least", low
	switch {
	case low == high:
		bound = "exactly"
	case n > high:
		bound, limit = "at most", high
	}
	return fmt.Sprintf("%s() takes %s %d argument%s (%d given)", method, bound, limit, ending(limit != 1), n)
}

// elements returns the items of an iterable value. The slice may be the value's own, and is not to
// be changed.
func (b *budget) elements(v any) ([]any, error) {
	switch v := v.(type) {
	case py.Tuple:
		return v, nil
	case *py.List:
		return v.Items, nil
	case *py.Dict:
		if err := b.spend(v.Len()); err != nil {
			return nil, err
		}
		keys := make([]any, 0, v.Len())
		for key := range v.All() {
			keys = append(keys, key)
		}
		return keys, nil
	case *py.Set:
		return collect(v.All()), b.spend(v.Len())
	case *py.FrozenSet:
		return collect(v.All()), b.spend(v.Len())
	case string:
		if err := b.spend(len(v)); err != nil {
			return nil, err
		}
		return text(v).items(), nil
	case []byte:
		if err := b.spend(len(v)); err != nil {
			return nil, err
		}
		return octets(v).items(), nil
	}
	return nil, pyerr.TypeError.New(fmt.Sprintf("'%s' object is not iterable", py.TypeName(v)))
}

func collect(all func(yield func(any) bool)) []any {
	var items []any
	for item := range all {
		items = append(items, item)
	}
	return items
}
