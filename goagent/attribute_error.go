package goagent

import (
	"fmt"
	"runtime/debug"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

// missingAttribute is the AttributeError of an object of a class that has no attribute of that name
// (Objects/object.c, _PyObject_GenericGetAttrWithDict).
func missingAttribute(class, name string) *pyerr.Error {
	return pyerr.AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s'", class, name)).With("name", name)
}

// unknownAttribute is the AttributeError of setting an attribute that there is not: objects of Go
// have no place for new ones, like those of Python with __slots__
// (_PyObject_GenericSetAttrWithDict).
func unknownAttribute(python pyerr.Version, class, name string) error {
	if python.AtLeast(13) {
		return pyerr.AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s' and no __dict__ for setting new attributes",
			class, name)).With("name", name)
	}
	return pyerr.AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s'", class, name))
}

// readOnlyAttribute is the AttributeError of setting a method or signal.
func readOnlyAttribute(class, name string) error {
	return pyerr.AttributeError.New(fmt.Sprintf("'%s' object attribute '%s' is read-only", class, name))
}

// unsettableProperty is the AttributeError of a property without a setter (Objects/descrobject.c,
// property_descr_set).
func unsettableProperty(o *servedObject, name string) error {
	switch python := o.settings.python; {
	case python.AtLeast(11):
		return pyerr.AttributeError.New(fmt.Sprintf("property '%s' of '%s' object has no setter", name, o.class))
	case python.AtLeast(10):
		return pyerr.AttributeError.New(fmt.Sprintf("can't set attribute '%s'", name))
	}
	return pyerr.AttributeError.New("can't set attribute")
}

// unreadableProperty is the AttributeError of a property without a getter (property_descr_get).
func unreadableProperty(o *servedObject, name string) error {
	switch python := o.settings.python; {
	case python.AtLeast(11):
		return pyerr.AttributeError.New(fmt.Sprintf("property '%s' of '%s' object has no getter", name, o.class)).With("name", name)
	case python.AtLeast(10):
		return pyerr.AttributeError.New(fmt.Sprintf("unreadable attribute '%s'", name)).With("name", name)
	}
	return pyerr.AttributeError.New("unreadable attribute").With("name", name)
}

// recovered turns a panic of the served object's own code into an error.
func recovered(o *servedObject, name string, err *error) {
	if p := recover(); p != nil {
		o.settings.log().Error("panic in a served object", "class", o.class, "name", name, "panic", p, "stack", string(debug.Stack()))
		*err = pyerr.Panic(p)
	}
}
