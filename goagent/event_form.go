package goagent

import (
	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// eventForm is how the content of a notification holds the values of a signal.
type eventForm int

const (
	// notAnEvent is a content that no signal has.
	notAnEvent eventForm = iota
	// eventOfRelease is a tuple of the values, three of them when the original sends it.
	eventOfRelease
	// eventOfDevelop is a pair of a tuple and a dict with str as keys.
	eventOfDevelop
)

// eventOf returns the event that a notification is about. The forms explain themselves: no signal
// of the original's other dialects has two values.
func eventOf(n peer.Notification) (Event, eventForm) {
	items, ok := psmessage.Items(n.Content)
	if !ok {
		return Event{}, notAnEvent
	}
	if values, kwargs, ok := argumentsIn(items); ok {
		return Event{Signal: n.Topic, Values: values, Kwargs: kwargs}, eventOfDevelop
	}
	return Event{Signal: n.Topic, Values: items}, eventOfRelease
}

// argumentsIn returns the values of a signal of develop.
func argumentsIn(items []any) (values py.Tuple, kwargs object.Kwargs, ok bool) {
	if len(items) != 2 {
		return nil, nil, false
	}
	values, isSequence := psmessage.Items(items[0])
	named, isDict := items[1].(*py.Dict)
	if !isSequence || !isDict {
		return nil, nil, false
	}
	if values == nil {
		values = py.Tuple{}
	}
	for key, value := range named.All() {
		name, isText := key.(string)
		if !isText {
			return nil, nil, false
		}
		if kwargs == nil {
			kwargs = make(object.Kwargs, named.Len())
		}
		kwargs[name] = value
	}
	return values, kwargs, true
}
