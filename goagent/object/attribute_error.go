package object

import (
	"fmt"
	"runtime/debug"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

// readOnlyAttribute is the AttributeError of setting a method or signal.
func readOnlyAttribute(class, name string) error {
	return pyerr.AttributeError.New(fmt.Sprintf("'%s' object attribute '%s' is read-only", class, name))
}

// unsettableProperty is the AttributeError of a property without a setter (Objects/descrobject.c,
// property_descr_set).
func unsettableProperty(o *Served, name string) error {
	switch python := o.settings.Python; {
	case python.AtLeast(11):
		return pyerr.AttributeError.New(fmt.Sprintf("property '%s' of '%s' object has no setter", name, o.class))
	case python.AtLeast(10):
		return pyerr.AttributeError.New(fmt.Sprintf("can't set attribute '%s'", name))
	}
	return pyerr.AttributeError.New("can't set attribute")
}

// unreadableProperty is the AttributeError of a property without a getter (property_descr_get).
func unreadableProperty(o *Served, name string) error {
	switch python := o.settings.Python; {
	case python.AtLeast(11):
		return pyerr.AttributeError.New(fmt.Sprintf("property '%s' of '%s' object has no getter", name, o.class)).With("name", name)
	case python.AtLeast(10):
		return pyerr.AttributeError.New(fmt.Sprintf("unreadable attribute '%s'", name)).With("name", name)
	}
	return pyerr.AttributeError.New("unreadable attribute").With("name", name)
}

// recovered turns a panic of the served object's own code into an error.
func recovered(o *Served, name string, err *error) {
	if p := recover(); p != nil {
		o.settings.log().Error("panic in a served object", "class", o.class, "name", name, "panic", p, "stack", string(debug.Stack()))
		*err = pyerr.Panic(p)
	}
}
