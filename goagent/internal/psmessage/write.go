package psmessage

import (
	"sync"

	"github.com/pizco-go/pizco/py"
)

// Message is a PSMessage whose memory is used again for the next one.
type Message struct {
	// Content is the PSMessage as a value of package py.
	Content any
	items   [3]any
	options py.Dict
}

// mostOptions is how many options the call of a method has at most.
const mostOptions = 4

func newMessage() *Message {
	m := &Message{}
	m.options.Grow(mostOptions)
	m.Content = py.Tuple(m.items[:])
	return m
}

// spareMessages are messages that have been written and can be used again.
var spareMessages = sync.Pool{New: func() any { return newMessage() }}

// Take returns the PSMessage that asks for a call, until it is given back.
func Take(c *Call) *Message {
	m, _ := spareMessages.Get().(*Message)
	c.fill(m)
	return m
}

// GiveBack leaves the message's memory to the next one. Nothing may refer to its content any more.
func (m *Message) GiveBack() {
	m.options.Clear()
	clear(m.items[:])
	spareMessages.Put(m)
}

// fill makes the PSMessage that asks for the call, with its options in the original's order.
func (c *Call) fill(m *Message) {
	var names interner
	put := func(key, value any) { _ = m.options.Set(key, value) } // a string always has a hash
	name := names.intern(c.Name)
	switch c.Action {
	case ActionExec:
		put(OptionName, name)
		put(OptionMethod, names.intern(c.Method))
		if len(c.Args) > 0 {
			put(OptionArgs, c.Args)
		}
		if c.Uncallable {
			put(OptionArgs, nil)
		}
		if c.Kwargs != nil && c.Kwargs.Len() > 0 {
			put(OptionKwargs, internKeys(c.Kwargs, &names))
		}
	case ActionInspect, ActionDescribe:
	case ActionInstantiate:
		put(OptionClass, c.Name)
		put(OptionArgs, c.Args)
		kwargs := c.Kwargs
		if kwargs == nil {
			kwargs = &py.Dict{}
		}
		put(OptionKwargs, internKeys(kwargs, &names))
	case ActionSetattr:
		put(OptionName, name)
		put(OptionValue, c.Value)
	case ActionCancel:
		put(OptionID, c.Name)
	default:
		put(OptionName, name)
		if c.ForceAsObject {
			put(OptionForce, true)
		}
	}
	m.items = [3]any{Tag, names.intern(c.Action), &m.options}
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
