package goagent

import (
	"fmt"
	"sync"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// The words of a PSMessage, what a proxy and a server say to each other: a tuple of the first word,
// an action and its options. It mirrors pizco.PSMessage, Server.on_request and
// ProxyAgent.request_server.
const (
	psMessage = "PSMessage"

	actionExec        = "exec"
	actionGetattr     = "getattr"
	actionSetattr     = "setattr"
	actionGet         = "get"
	actionInspect     = "inspect"
	actionInstantiate = "instantiate"
	// actionCancel is this library's own: it cancels a future.
	actionCancel = "cancel"
	// actionDescribe is this library's own: it lists the members of the object.
	actionDescribe = "describe"

	answerReturn = "return"
	answerRemote = "remote"
	answerRaise  = "raise"
	answerFuture = "future_register"

	optionName   = "name"
	optionMethod = "method"
	optionArgs   = "args"
	optionKwargs = "kwargs"
	optionValue  = "value"
	optionForce  = "force_as_object"
	optionClass  = "class"
	optionID     = "msgid"

	dunderCall    = "__call__"
	dunderGetItem = "__getitem__"
	dunderSetItem = "__setitem__"
	dunderRepr    = "__repr__"
	dunderDir     = "__dir__"
	dunderDict    = "__dict__"

	// topicFuture is the topic of the outcomes of futures.
	topicFuture     = "__future__"
	futureResult    = "result"
	futureException = "exception"
)

// words are the strings that stand in the original's source: Python has one object for all equal
// names there and in the source of whoever uses a proxy, and pickle writes the second as a
// reference to the first.
var words = [...]string{
	psMessage,
	actionExec, actionGetattr, actionSetattr, actionGet, actionInspect, actionInstantiate,
	optionName, optionMethod, optionArgs, optionKwargs, optionValue, optionForce, optionClass,
	dunderCall, dunderGetItem, dunderSetItem,
}

// interner hands out one string for all equal names of a message, as the any that a message has it
// as.
type interner struct {
	seen  [2]any
	count int
	more  []any
}

func (n *interner) intern(name string) any {
	for i := range words {
		if words[i] == name {
			return wordValues[i]
		}
	}
	for _, s := range n.seen[:n.count] {
		if s == name {
			return s
		}
	}
	for _, s := range n.more {
		if s == name {
			return s
		}
	}
	var value any = name
	if n.count < len(n.seen) {
		n.seen[n.count] = value
		n.count++
	} else {
		n.more = append(n.more, value)
	}
	return value
}

// wordValues are the words as values, which need no memory of their own then.
var wordValues = func() (values [len(words)]any) {
	for i, w := range words {
		values[i] = w
	}
	return values
}()

// psMessageMemory is a PSMessage whose memory is used again for the next one.
type psMessageMemory struct {
	items   [3]any
	options py.Dict
	content any // the items, as a tuple
}

// mostOptions is how many options the call of a method has at most.
const mostOptions = 4

func newPSMessage() *psMessageMemory {
	m := &psMessageMemory{}
	m.options.Grow(mostOptions)
	m.content = py.Tuple(m.items[:])
	return m
}

// sparePSMessages are messages that have been written and can be used again.
var sparePSMessages = sync.Pool{New: func() any { return newPSMessage() }}

// takePSMessage returns the PSMessage that asks for the call, until it is given back.
func takePSMessage(c *Call) *psMessageMemory {
	m, _ := sparePSMessages.Get().(*psMessageMemory)
	c.fill(m)
	return m
}

func (m *psMessageMemory) giveBack() {
	m.options.Clear()
	clear(m.items[:])
	sparePSMessages.Put(m)
}

// fill makes the PSMessage that asks for the call, with its options in the original's order.
func (c *Call) fill(m *psMessageMemory) {
	var names interner
	put := func(key, value any) { _ = m.options.Set(key, value) } // a string always has a hash
	name := names.intern(c.Name)
	switch c.Action {
	case actionExec:
		put(optionName, name)
		put(optionMethod, names.intern(c.Method))
		if len(c.Args) > 0 {
			put(optionArgs, c.Args)
		}
		if c.uncallable {
			put(optionArgs, nil)
		}
		if c.Kwargs != nil && c.Kwargs.Len() > 0 {
			put(optionKwargs, internKeys(c.Kwargs, &names))
		}
	case actionInspect, actionDescribe:
	case actionInstantiate:
		put(optionClass, c.Name)
		put(optionArgs, c.Args)
		kwargs := c.Kwargs
		if kwargs == nil {
			kwargs = &py.Dict{}
		}
		put(optionKwargs, internKeys(kwargs, &names))
	case actionSetattr:
		put(optionName, name)
		put(optionValue, c.Value)
	case actionCancel:
		put(optionID, c.Name)
	default:
		put(optionName, name)
		if c.ForceAsObject {
			put(optionForce, true)
		}
	}
	m.items = [3]any{psMessage, names.intern(c.Action), &m.options}
}

func internKeys(d *py.Dict, names *interner) *py.Dict {
	out := &py.Dict{}
	out.Grow(d.Len())
	for key, value := range d.All() {
		if s, ok := key.(string); ok {
			key = names.intern(s)
		}
		_ = out.Set(key, value) // it was a key already
	}
	return out
}

// parsePSMessage takes a PSMessage apart. ok is false if the content is something else.
func parsePSMessage(content any) (action, options any, ok bool) {
	items, isSequence := itemsOf(content)
	if !isSequence || len(items) != 3 || items[0] != psMessage {
		return nil, nil, false
	}
	return items[1], items[2], true
}

// parse makes an empty call the one that a PSMessage asks for. It fails with the exception that the
// original answers with when an option is missing or of the wrong type.
func (c *Call) parse(action, options any) error {
	name, ok := action.(string)
	if !ok {
		return invalidAction(action)
	}
	c.Action = name
	o := optionReader{}
	if o.dict, ok = options.(*py.Dict); !ok {
		o.err = pyerr.TypeError.New(fmt.Sprintf("'%s' object is not subscriptable", py.TypeName(options)))
	}
	switch name {
	case actionExec:
		c.Name, c.Method = o.text(optionName), o.text(optionMethod)
		c.Args, c.Kwargs = o.args(false), o.kwargs(false)
	case actionGetattr:
		c.Name = o.text(optionName)
	case actionGet:
		c.Name, c.ForceAsObject = o.text(optionName), o.truth(optionForce)
	case actionSetattr:
		c.Name, c.Value = o.text(optionName), o.required(optionValue)
	case actionInspect, actionDescribe:
		o.err = nil // the options are not looked at
	case actionInstantiate:
		c.Name = o.text(optionClass)
		c.Args, c.Kwargs = o.args(true), o.kwargs(true)
	case actionCancel:
		c.Name = o.text(optionID)
	default:
		return invalidAction(action)
	}
	return o.err
}

func invalidAction(action any) error {
	return pyerr.Exception.New(fmt.Sprintf("invalid message action %s", pyerr.Str(action)))
}

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
	v, ok := o.optional(optionArgs)
	if !ok {
		if required {
			o.required(optionArgs)
		}
		return nil
	}
	items, ok := itemsOf(v)
	if !ok {
		o.err = pyerr.TypeError.New("argument after * must be an iterable, not " + py.TypeName(v))
	}
	return items
}

func (o *optionReader) kwargs(required bool) *py.Dict {
	v, ok := o.optional(optionKwargs)
	if !ok {
		if required {
			o.required(optionKwargs)
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

// truth is Python's bool(v) for the values that have a truth of their own; all others are true.
func truth(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case []byte:
		return len(v) > 0
	case py.Tuple:
		return len(v) > 0
	case *py.List:
		return v.Len() > 0
	case *py.Dict:
		return v.Len() > 0
	case *py.Set:
		return v.Len() > 0
	case *py.FrozenSet:
		return v.Len() > 0
	}
	return true
}
