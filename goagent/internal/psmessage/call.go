package psmessage

import "github.com/pizco-go/pizco/py"

// Call is what a PSMessage asks for.
type Call struct {
	// Action is one of the actions.
	Action string
	// Name is the attribute, the class to instantiate, or the message id of the future to cancel.
	Name string
	// Method is the method of the attribute that exec calls.
	Method string
	// Args and Kwargs are the arguments of exec and instantiate; Kwargs may be nil.
	Args   py.Tuple
	Kwargs *py.Dict
	// Value is what setattr sets.
	Value any
	// ForceAsObject asks get for the value itself.
	ForceAsObject bool
	// Uncallable asks exec for a method that is not to be called: its arguments cannot be taken
	// apart, which is a TypeError.
	Uncallable bool
}
