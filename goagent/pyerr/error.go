package pyerr

import (
	"strings"

	"github.com/pizco-go/pizco/py"
)

// Error is an error of this program that names the Python exception as which it reaches
// the peer. It is made by [Class.New] and [Class.Errorf] and returned by a served
// method, property or constructor, as it is or wrapped.
type Error struct {
	// Class is the class of the exception. One that is not built in must be importable for the
	// Python peers that are to receive it.
	Class Class
	// Args are the arguments of the exception: any values that can be sent.
	Args []any
	// Attrs are attributes that the exception carries beside its arguments, in their order. They
	// become the exception's __dict__, or the fields that a built-in class has of its own (name and
	// path of an ImportError, name of an AttributeError).
	Attrs []py.Item

	cause error
}

// With adds an attribute and returns the error.
func (e *Error) With(name string, value any) *Error {
	e.Attrs = append(e.Attrs, py.Item{Key: name, Value: value})
	return e
}

// Error returns the last line of the traceback that Python would print, such as "ValueError: bad
// age".
func (e *Error) Error() string {
	return exceptionLine(e.class(), exceptionText(e.class(), e.args()))
}

// Is reports whether target is an [Class] that the exception is an instance of.
func (e *Error) Is(target error) bool { return e.class().Is(target) }

// class returns the class of the exception in its normal spelling. As in Python, an OSError with a
// number is of the subclass that the number stands for.
func (e *Error) class() Class {
	class := e.Class.normal()
	if specific, ok := osErrorClass(class, e.args()); ok {
		return specific
	}
	return class
}

// Because sets the error that e stands for, for [errors.Is] and [errors.As] in this program, and
// returns e. The peer gets nothing of it.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// Unwrap returns what [Class.Errorf] wrapped or [Error.Because] has set, if anything.
func (e *Error) Unwrap() error { return e.cause }

// args returns the arguments as Python values.
func (e *Error) args() py.Tuple {
	if len(e.Args) == 0 {
		return nil
	}
	args := make(py.Tuple, len(e.Args))
	for i, arg := range e.Args {
		args[i] = Sendable(arg)
	}
	return args
}

// wrappedIn returns the error with the text that the errors around it have added: where outer says
// "set age: ValueError: bad age" and e is ValueError("bad age"), it is ValueError("set age: bad
// age"). Arguments other than one string are left alone.
func (e *Error) wrappedIn(outer error) *Error {
	text, inner := outer.Error(), e.Error()
	if text == inner || len(e.Args) > 1 {
		return e
	}
	own := ""
	if len(e.Args) == 1 {
		var ok bool
		if own, ok = e.Args[0].(string); !ok {
			return e
		}
	}
	before, after, found := strings.Cut(text, inner)
	if !found {
		return e
	}
	if own == "" {
		before, after = strings.TrimSuffix(before, ": "), strings.TrimPrefix(after, ": ")
	}
	return &Error{Class: e.Class, Args: []any{before + own + after}, Attrs: e.Attrs, cause: e.cause}
}
