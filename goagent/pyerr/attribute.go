package pyerr

import "fmt"

// MissingAttribute returns the AttributeError of an object of a class that has no attribute of that
// name (Objects/object.c, _PyObject_GenericGetAttrWithDict).
func MissingAttribute(class, name string) *Error {
	return AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s'", class, name)).With("name", name)
}

// UnknownAttribute returns the AttributeError of setting an attribute that there is not: objects of
// Go have no place for new ones, like those of Python with __slots__
// (_PyObject_GenericSetAttrWithDict).
func UnknownAttribute(python Version, class, name string) error {
	if python.AtLeast(13) {
		return AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s' and no __dict__ for setting new attributes",
			class, name)).With("name", name)
	}
	return AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s'", class, name))
}
