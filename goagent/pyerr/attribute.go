package pyerr

import "fmt"

// MissingAttribute returns the AttributeError of an object of a class that has no attribute of that
// name (Objects/object.c, _PyObject_GenericGetAttrWithDict).
func MissingAttribute(class, name string) *Error {
	return AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s'", class, name)).With("name", name)
}

// UnknownAttribute returns the AttributeError for setting an attribute that does not exist. Go
// objects cannot get new attributes, like Python objects with __slots__
// (_PyObject_GenericSetAttrWithDict).
func UnknownAttribute(python Version, class, name string) error {
	if python.AtLeast(13) {
		return AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s' and no __dict__ for setting new attributes",
			class, name)).With("name", name)
	}
	return AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s'", class, name))
}
