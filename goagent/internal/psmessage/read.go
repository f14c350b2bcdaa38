package psmessage

import (
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Parse takes a PSMessage apart. ok is false if the content is something else.
func Parse(content any) (action, options any, ok bool) {
	items, isSequence := Items(content)
	if !isSequence || len(items) != 3 || items[0] != Tag {
		return nil, nil, false
	}
	return items[1], items[2], true
}

// Read makes an empty call the one that a PSMessage asks for. It fails with the exception that the
// original answers with when an option is missing or of the wrong type.
func (c *Call) Read(action, options any) error {
	name, ok := action.(string)
	if !ok {
		return InvalidAction(action)
	}
	c.Action = name
	o := optionReader{}
	if o.dict, ok = options.(*py.Dict); !ok {
		o.err = pyerr.TypeError.New(fmt.Sprintf("'%s' object is not subscriptable", py.TypeName(options)))
	}
	switch name {
	case ActionExec:
		c.Name, c.Method = o.text(OptionName), o.text(OptionMethod)
		c.Args, c.Kwargs = o.args(false), o.kwargs(false)
	case ActionGetattr:
		c.Name = o.text(OptionName)
	case ActionGet:
		c.Name, c.ForceAsObject = o.text(OptionName), o.truth(OptionForce)
	case ActionSetattr:
		c.Name, c.Value = o.text(OptionName), o.required(OptionValue)
	case ActionInspect, ActionDescribe:
		o.err = nil // the options are not looked at
	case ActionInstantiate:
		c.Name = o.text(OptionClass)
		c.Args, c.Kwargs = o.args(true), o.kwargs(true)
	case ActionCancel:
		c.Name = o.text(OptionID)
	default:
		return InvalidAction(action)
	}
	return o.err
}

// ErrInvalidAction is what the errors of InvalidAction are.
var ErrInvalidAction = errors.New("pizco/goagent: no action of a PSMessage")

// InvalidAction is the exception for an action that there is not.
func InvalidAction(action any) error {
	return &actionError{pyerr.Exception.New(fmt.Sprintf("invalid message action %s", pyerr.Str(action)))}
}

type actionError struct{ exception *pyerr.Error }

func (e *actionError) Error() string        { return e.exception.Error() }
func (e *actionError) Unwrap() error        { return e.exception }
func (e *actionError) Is(target error) bool { return target == ErrInvalidAction }

// optionReader reads the options of a PSMessage and keeps the first error.
type optionReader struct {
	dict *py.Dict
	err  error
}

// optional returns an option. The key is any string, as an any: a constant needs no memory of its
// own then.
func (o *optionReader) optional(key any) (any, bool) {
	if o.err != nil || o.dict == nil {
		return nil, false
	}
	return o.dict.Get(key)
}

func (o *optionReader) required(key any) any {
	v, ok := o.optional(key)
	if !ok && o.err == nil {
		o.err = pyerr.KeyError.New(key)
	}
	return v
}

func (o *optionReader) text(key any) string {
	v := o.required(key)
	s, ok := v.(string)
	if !ok && o.err == nil {
		o.err = pyerr.TypeError.New("attribute name must be string, not '" + py.TypeName(v) + "'")
	}
	return s
}

// truth is Python's truth of an option, False when it is missing.
func (o *optionReader) truth(key any) bool {
	v, ok := o.optional(key)
	return ok && truth(v)
}

func (o *optionReader) args(required bool) py.Tuple {
	v, ok := o.optional(OptionArgs)
	if !ok {
		if required {
			o.required(OptionArgs)
		}
		return nil
	}
	items, ok := Items(v)
	if !ok {
		o.err = pyerr.TypeError.New("argument after * must be an iterable, not " + py.TypeName(v))
	}
	return items
}

func (o *optionReader) kwargs(required bool) *py.Dict {
	v, ok := o.optional(OptionKwargs)
	if !ok {
		if required {
			o.required(OptionKwargs)
		}
		return nil
	}
	d, ok := v.(*py.Dict)
	if !ok {
		o.err = pyerr.TypeError.New("argument after ** must be a mapping, not " + py.TypeName(v))
		return nil
	}
	for key := range d.All() {
		if _, ok := key.(string); !ok {
			o.err = pyerr.TypeError.New("keywords must be strings")
		}
	}
	return d
}
