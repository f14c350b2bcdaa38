package goagent

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// spareExecs are calls that can be used again.
var spareExecs = sync.Pool{New: func() any { return new(Call) }}

// newExec returns the call of a method with the arguments that the program gave.
func (p *Proxy) newExec(name, method string, args []any) (*Call, error) {
	call, _ := spareExecs.Get().(*Call)
	call.Action, call.Name, call.Method = psmessage.ActionExec, name, method
	call.given, call.raw = args, p.writesGo
	if err := call.takeArguments(); err != nil {
		return nil, err
	}
	return call, nil
}

// takeArguments sets the call's arguments from the given ones.
func (c *Call) takeArguments() error {
	args := c.given
	if len(args) > 0 {
		switch kwargs := args[len(args)-1].(type) {
		case object.Kwargs:
			if err := c.takeKwargs(kwargs); err != nil {
				return err
			}
			args = args[:len(args)-1]
		case object.OrderedKwargs:
			c.Kwargs, args = kwargs.Dict(), args[:len(args)-1]
		}
	}
	c.Args = make(py.Tuple, len(args))
	for i, arg := range args {
		v, err := outgoing(arg, c.raw)
		if err != nil {
			return fmt.Errorf("pizco/goagent: argument %d: %w", i+1, err)
		}
		c.Args[i] = v
	}
	return nil
}

// takeKwargs sets the call's keyword arguments, sorted by name, since a map has no order.
func (c *Call) takeKwargs(kwargs object.Kwargs) (err error) {
	if !c.raw {
		c.Kwargs, err = kwargs.Dict()
		return err
	}
	c.Kwargs = &py.Dict{}
	for _, name := range slices.Sorted(maps.Keys(kwargs)) {
		_ = c.Kwargs.Set(name, pyerr.Raw(kwargs[name])) // a string always has a hash
	}
	return nil
}

// makeGraph converts the Go values of a call to values of package py. Its error says what is wrong
// with a value that could not be written.
func (c *Call) makeGraph() (err error) {
	c.raw = false
	if c.Action == psmessage.ActionSetattr {
		c.Value, err = pyerr.FromGo(c.Value)
		return err
	}
	return c.takeArguments()
}

// outgoing returns a value as a call has it.
func outgoing(v any, raw bool) (any, error) {
	if raw {
		return pyerr.Raw(v), nil
	}
	return pyerr.FromGo(v)
}

// isUnwritten reports whether a request was not sent because its content cannot be written.
func isUnwritten(err error) bool {
	e, ok := errors.AsType[*wire.Error](err)
	return ok && !e.FromPeer && errors.Is(e, wire.ErrContent)
}

// inTarget is the result of a call whose value has been stored in the call's target already.
type inTarget struct{}

// readAnswer stores the value that a call was answered with in what target points to, with no
// values of package py between. It reports false, and leaves the target to py.Assign, when the
// answer is no value or does not fit at once.
func readAnswer(protocol wire.Protocol, m *wire.Message, target any) bool {
	v := reflect.ValueOf(target)
	return v.Kind() == reflect.Pointer && !v.IsNil() && object.IsComposite(v.Type().Elem()) && psmessage.ReadAnswer(protocol, m, v.Elem())
}

// assign stores a value of package py in what target points to, converting it; a nil target takes
// nothing.
func assign(target, value any) error {
	if target == nil {
		return nil
	}
	return py.Assign(target, value)
}
