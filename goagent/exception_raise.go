package goagent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/pizco-go/pizco/py"
)

// pythonVersion is the version of CPython whose way of writing an exception is followed.
type pythonVersion struct{ major, minor int }

// newestPython is the newest version that this library knows.
var newestPython = pythonVersion{3, 13}

// atLeast reports whether v is Python 3.minor or newer; the zero value is the newest.
func (v pythonVersion) atLeast(minor int) bool {
	if v == (pythonVersion{}) {
		v = newestPython
	}
	return v.major > 3 || v.major == 3 && v.minor >= minor
}

// exceptionObject returns the exception that an error becomes for the peer, as the given version of
// Python reduces it. An exception of another peer passes through as it came.
func exceptionObject(err error, as pythonVersion) *py.Object {
	if remote, ok := errors.AsType[*RemoteError](err); ok {
		if remote.Object != nil {
			return remote.Object
		}
		return py.NewObject(remote.Class, remote.Args...)
	}
	return namedException(err).object(as)
}

// tracebackLines returns what is sent as the lines of the traceback of an error: those of the peer
// that it came from, or its last line. The stack of this program is nobody else's business.
func tracebackLines(err error) []string {
	if remote, ok := errors.AsType[*RemoteError](err); ok && len(remote.Traceback) > 0 {
		return remote.Traceback
	}
	return []string{namedException(err).Error() + "\n"}
}

// exceptionDescription returns the description of an error for a peer that speaks json.
func exceptionDescription(err error, traceback bool) *py.Dict {
	e := describable(err)
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
		for _, line := range tracebackLines(err) {
			lines.Append(line)
		}
		_ = d.Set(descriptionTraceback, lines) // a string always has a hash
	}
	return d
}

func describable(err error) *ExceptionError {
	if remote, ok := errors.AsType[*RemoteError](err); ok {
		return &ExceptionError{Class: classOf(remote.Class), Args: remote.Args}
	}
	return namedException(err)
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

// namedException returns the exception that an error of Go stands for: the one that it names, or
// the one of Python's that tells the same, or a RuntimeError.
func namedException(err error) *ExceptionError {
	if remote, ok := errors.AsType[*RemoteError](err); ok {
		return &ExceptionError{Class: classOf(remote.Class), Args: remote.Args}
	}
	if e, ok := errors.AsType[*ExceptionError](err); ok {
		return e.wrappedIn(err)
	}
	if class, ok := errors.AsType[ExceptionClass](err); ok {
		return (&ExceptionError{Class: class}).wrappedIn(err)
	}
	if e, ok := systemException(err); ok {
		return e
	}
	return goErrorClass(err).New(withoutPrefix(err.Error()))
}

// goErrorClass chooses the class for errors of Go and of this module that have a counterpart in
// Python.
func goErrorClass(err error) ExceptionClass {
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

// withoutPrefix cuts the mark that errors of this module's packages start with: a Python program
// has no use for it.
func withoutPrefix(text string) string {
	if rest, ok := strings.CutPrefix(text, "pizco/"); ok {
		if pkg, after, ok := strings.Cut(rest, ": "); ok && !strings.Contains(pkg, " ") {
			return after
		}
	}
	return text
}

// systemException returns the OSError with number, text and file names for an error of the
// operating system.
func systemException(err error) (*ExceptionError, bool) {
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

// panicError is what a panic of a served object becomes: the value goes to the peer, the stack does
// not.
func panicError(value any) error {
	return RuntimeError.New(fmt.Sprintf("panic: %v", value))
}

// object returns the reduction of the exception (Objects/exceptions.c, the __reduce__ of each
// class): the class and the arguments, and the attributes as state where there are any.
func (e *ExceptionError) object(as pythonVersion) *py.Object {
	args := e.args()
	o := py.NewObject(e.class().Class(), args...)
	attributeError := e.Class.Is(AttributeError)
	state, own := &py.Dict{}, &py.Dict{}
	for _, attr := range e.Attrs {
		into := state
		if attributeError && attr.Key == "name" {
			into = own
		}
		_ = into.Set(attr.Key, sendable(attr.Value)) // a string always has a hash
	}
	if attributeError && as.atLeast(12) { // older versions keep the name to themselves
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
