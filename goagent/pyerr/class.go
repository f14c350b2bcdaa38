package pyerr

import (
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// Class names a class of Python exceptions. It serves as the target of [errors.Is], which
// follows Python's class tree:
//
//	errors.Is(err, pyerr.LookupError) // also true for a KeyError and an IndexError
//
// and it makes the errors that a served object raises, see [Class.New]. It is an error
// itself: a served method that returns pyerr.ValueError raises a ValueError without arguments,
// one that returns fmt.Errorf("%w: bad age", pyerr.ValueError) raises ValueError("bad age").
//
// The built-in classes are constants of this package. A class of another module is
// Class("package.module.Class"); where the class stands inside of another one, a
// colon separates the module from the rest: Class("package.module:Outer.Inner").
//
// The tree holds the built-in exceptions of Python 2.7 and 3.6 to 3.13, and exceptions of commonly
// used modules of the standard library. Where versions disagree about the bases of a class, it has
// the bases of all versions. Any other class is known by its name only, and is an Exception,
// because pizco's server catches no others (pizco.Server.on_request).
type Class string

// ClassOf returns the name of the class of an exception as it stands on the wire.
func ClassOf(c py.Class) Class {
	switch c.Module {
	case "", "builtins", "exceptions", "__builtin__":
		return Class(c.Name).normal()
	}
	return Class(c.Module + ":" + c.Name)
}

// normal returns the one spelling that the tree uses: "KeyError" for a built-in class,
// "module:Class" for another, OSError for its aliases.
func (c Class) normal() Class {
	module, name := c.split()
	switch module {
	case "builtins", "exceptions", "__builtin__":
		switch name {
		case "IOError", "EnvironmentError", "WindowsError":
			return OSError
		}
		return Class(name)
	}
	return Class(module + ":" + name)
}

// split returns the module and the qualified name of the class.
func (c Class) split() (module, name string) {
	if module, name, ok := strings.Cut(string(c), ":"); ok {
		return module, name
	}
	if dot := strings.LastIndexByte(string(c), '.'); dot >= 0 {
		return string(c[:dot]), string(c[dot+1:])
	}
	return "builtins", string(c)
}

// Class returns the Python class that c names, as pickle writes it; the module of a built-in class
// is "builtins".
func (c Class) Class() py.Class {
	module, name := c.normal().split()
	return py.Class{Module: module, Name: name}
}

// Error returns the name of the class as the last line of a Python traceback shows it: without the
// module for built-in classes and classes of __main__.
func (c Class) Error() string {
	module, name := c.normal().split()
	if module == "builtins" || module == "__main__" {
		return name
	}
	return module + "." + name
}

// Is reports whether target is an Class that c is equal to or derived from, as Python's
// issubclass(c, target) does.
func (c Class) Is(target error) bool {
	base, ok := target.(Class)
	return ok && c.normal().derives(base.normal())
}

// derives is issubclass for names in their normal spelling.
func (c Class) derives(base Class) bool {
	if c == base {
		return true
	}
	bases, known := classBases(c)
	if !known {
		return base == Exception || base == BaseException
	}
	for _, b := range bases {
		if b.derives(base) {
			return true
		}
	}
	return false
}

// New returns an error that reaches the caller of a served object as an exception of this class
// with the given arguments. Examples are KeyError.New(key) and OSError.New(2, "no such file",
// "name").
func (c Class) New(args ...any) *Error {
	return &Error{Class: c, Args: args}
}

// Errorf returns an error that reaches the caller of a served object as an exception of this class
// with the formatted text as its only argument. Like [fmt.Errorf] it takes %w, for [errors.Is] and
// [errors.As] in this program; the peer gets the text only.
func (c Class) Errorf(format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Class: c, Args: []any{err.Error()}, cause: err}
}
