package py

// Class names a Python class, function or any other module-level object: what pickle calls a
// global. Two classes with equal fields are the same object.
type Class struct {
	// Module is the dotted name of the module, such as "builtins".
	Module string
	// Name is the qualified name inside of the module, such as "ValueError" or "Outer.Inner".
	Name string
}

// String returns "module.Name".
func (c Class) String() string {
	if c.Module == "" {
		return c.Name
	}
	return c.Module + "." + c.Name
}

type ellipsis struct{}

type notImplemented struct{}

// Ellipsis is Python's Ellipsis, the value of the literal "...".
var Ellipsis = ellipsis{}

// NotImplemented is Python's NotImplemented.
var NotImplemented = notImplemented{}

// PersistentID is a reference to an object outside of the pickle (PERSID and BINPERSID),
// whose meaning is known to the program that wrote it only.
type PersistentID struct {
	// ID is the identifier: a string below protocol 1, any value from there on.
	ID any
}
