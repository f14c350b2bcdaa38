package pyerr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/pizco-go/pizco/internal/errtext"
	"github.com/pizco-go/pizco/py"
)

// Reduce returns the exception that an error becomes for the peer, as that version of Python
// pickles it. An exception of another peer passes through as it came.
func Reduce(err error, as Version) *py.Object {
	if remote, ok := errors.AsType[*RemoteError](err); ok {
		if remote.Object != nil {
			return remote.Object
		}
		return py.NewObject(remote.Class, remote.Args...)
	}
	return From(err).object(as)
}

// Traceback returns the lines of the traceback that is sent for an error. For an error of a peer it
// is the peer's traceback, else only the last line. The stack of this program is not sent.
func Traceback(err error) []string {
	if remote, ok := errors.AsType[*RemoteError](err); ok && len(remote.Traceback) > 0 {
		return remote.Traceback
	}
	return []string{From(err).Error() + "\n"}
}

// Describe returns the description of an error for a peer that speaks json, with its traceback if
// that is asked for. [Parse] reads it.
func Describe(err error, traceback bool) *py.Dict {
	e := From(err)
	args := e.args()
	for i, arg := range args {
		if !jsonScalar(arg) {
			args[i] = py.Repr(arg)
		}
	}
	class := e.class()
	d := py.StrDict(
		py.Item{Key: descriptionClass, Value: class.Class().String()},
		py.Item{Key: descriptionArgs, Value: py.NewList(args...)},
		py.Item{Key: descriptionMessage, Value: exceptionText(e.class(), e.args())},
	)
	if traceback {
		lines := &py.List{}
		for _, line := range Traceback(err) {
			lines.Append(line)
		}
		_ = d.Set(descriptionTraceback, lines) // a string always has a hash
	}
	return d
}

// jsonScalar reports whether json carries the value as it is.
func jsonScalar(v any) bool {
	switch v.(type) {
	case nil, bool, string:
		return true
	}
	_, isFloat := v.(float64)
	return isFloat || py.TypeName(v) == "int"
}

// From returns the exception that an error of Go stands for: the one that it names, or the one of
// Python's that says the same, or a RuntimeError.
func From(err error) *Error {
	if remote, ok := errors.AsType[*RemoteError](err); ok {
		return &Error{Class: ClassOf(remote.Class), Args: remote.Args}
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.wrappedIn(err)
	}
	if class, ok := errors.AsType[Class](err); ok {
		return (&Error{Class: class}).wrappedIn(err)
	}
	if e, ok := systemException(err); ok {
		return e
	}
	return goErrorClass(err).New(errtext.Bare(err.Error()))
}

// goErrorClass chooses the class for errors of Go and of this module that have a counterpart in
// Python.
func goErrorClass(err error) Class {
	var unhashable *py.UnhashableError
	var conversion *py.ConversionError
	switch {
	case errors.As(err, &conversion):
		return TypeError
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return TimeoutError
	case errors.Is(err, context.Canceled):
		return CancelledError
	case errors.As(err, &unhashable):
		return TypeError
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return EOFError
	}
	return RuntimeError
}

// systemException returns the OSError with number, text and file names for an error of the
// operating system.
func systemException(err error) (*Error, bool) {
	errno, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return nil, false
	}
	class, known := errnoClass(errno)
	if !known {
		class = OSError
	}
	text := errno.Error()
	args := []any{int64(errno), strings.ToUpper(text[:1]) + text[1:]}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		args = append(args, path.Path)
	} else if link, ok := errors.AsType[*os.LinkError](err); ok {
		args = append(args, link.Old, nil, link.New)
	}
	return class.New(args...), true
}

// Panic returns the RuntimeError that a panic of a served object becomes: the value goes to the
// peer, the stack does not.
func Panic(value any) error {
	return RuntimeError.New(fmt.Sprintf("panic: %v", value))
}

// object returns the reduction of the exception (Objects/exceptions.c, the __reduce__ of each
// class): the class and the arguments, and the attributes as state where there are any.
func (e *Error) object(as Version) *py.Object {
	args := e.args()
	o := py.NewObject(e.class().Class(), args...)
	attributeError := e.Class.Is(AttributeError)
	state, own := &py.Dict{}, &py.Dict{}
	for _, attr := range e.Attrs {
		into := state
		if attributeError && attr.Key == "name" {
			into = own
		}
		_ = into.Set(attr.Key, Sendable(attr.Value)) // a string always has a hash
	}
	if attributeError && as.AtLeast(12) { // older versions keep the name to themselves
		for key, value := range own.All() {
			_ = state.Set(key, value)
		}
		_ = state.Set("args", args) // the very tuple of the arguments
	}
	if state.Len() > 0 {
		o.State, o.HasState = state, true
	}
	return o
}
