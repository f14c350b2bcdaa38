package pyerr

import (
	"fmt"
	"io"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// RemoteError is an exception that was raised by the peer: by the served object, or by the server
// itself. Every error that comes from the peer is or wraps a *RemoteError, and no other error does.
//
// [errors.Is] with an [Class] tells what kind it is, as except does in Python:
//
//	if errors.Is(err, pyerr.ValueError) { ... }
type RemoteError struct {
	// Class is the exception's class, such as builtins.ValueError.
	Class py.Class
	// Args are the arguments that the exception was made with.
	Args py.Tuple
	// Message is the text of the exception as str(exception) gives it. A class that this library
	// does not know may show itself otherwise in Python.
	Message string
	// Traceback holds the lines of the peer's traceback. Servers of pizco 0.1 do not send it: then
	// it is nil.
	Traceback []string
	// Object is the exception as it stood on the wire, with its state; it is nil when the peer sent
	// a description in json.
	Object *py.Object
}

// The keys of an exception's description in json, which cannot carry the exception itself.
const (
	descriptionClass     = "class"
	descriptionArgs      = "args"
	descriptionMessage   = "message"
	descriptionTraceback = "traceback"
)

// Parse reads the options of a "raise" message in any of its dialects. They are the exception
// (pizco 0.1), a pair of the exception and the lines of its traceback (pizco master), or the
// description that a Go server sends in json. It reports false for anything else.
func Parse(options any) (*RemoteError, bool) {
	switch o := options.(type) {
	case *py.Object:
		return remoteErrorOf(o)
	case py.Tuple:
		return remoteErrorWithTraceback(o)
	case *py.List:
		return remoteErrorWithTraceback(o.Items)
	case *py.Dict:
		return describedError(o)
	case py.Class: // raise takes a class for an exception without arguments
		return remoteErrorOf(py.NewObject(o))
	}
	return nil, false
}

func remoteErrorWithTraceback(pair []any) (*RemoteError, bool) {
	if len(pair) != 2 {
		return nil, false
	}
	if _, nested := pair[0].(py.Tuple); nested {
		return nil, false
	}
	e, ok := Parse(pair[0])
	if !ok {
		return nil, false
	}
	e.Traceback = textLines(pair[1])
	return e, true
}

func remoteErrorOf(o *py.Object) (e *RemoteError, ok bool) {
	class := o.Class()
	if class.Name == "" {
		return nil, false // it is made by what is no class
	}
	if specific, ok := osErrorClass(ClassOf(class), o.Args); ok {
		class = specific.Class()
	}
	return &RemoteError{Class: class, Args: o.Args, Message: exceptionText(ClassOf(class), o.Args), Object: o}, true
}

func describedError(d *py.Dict) (*RemoteError, bool) {
	v, _ := d.Get(descriptionClass)
	name, ok := v.(string)
	if !ok {
		return nil, false
	}
	e := &RemoteError{Class: Class(name).Class()}
	if e.Class.Name == "" {
		return nil, false
	}
	if v, ok := d.Get(descriptionArgs); ok {
		if l, ok := v.(*py.List); ok {
			e.Args = l.Items
		}
	}
	if specific, ok := osErrorClass(ClassOf(e.Class), e.Args); ok {
		e.Class = specific.Class()
	}
	if v, ok := d.Get(descriptionMessage); ok {
		e.Message, _ = v.(string)
	}
	if v, ok := d.Get(descriptionTraceback); ok {
		e.Traceback = textLines(v)
	}
	return e, true
}

// textLines returns the strings of a list or tuple, or the lines of one string.
func textLines(v any) []string {
	var items []any
	switch v := v.(type) {
	case *py.List:
		items = v.Items
	case py.Tuple:
		items = v
	case string:
		return strings.SplitAfter(strings.TrimSuffix(v, "\n"), "\n")
	}
	var lines []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			lines = append(lines, s)
		}
	}
	return lines
}

// Error returns the last line of the traceback that Python would print, such as "ValueError: bad
// age".
func (e *RemoteError) Error() string {
	return exceptionLine(ClassOf(e.Class), e.Message)
}

// Is reports whether target is an [Class] that the exception is an instance of, as
// Python's isinstance does.
func (e *RemoteError) Is(target error) bool { return ClassOf(e.Class).Is(target) }

// Exceptions returns the exceptions that an ExceptionGroup holds, and nil for other exceptions.
// They do not count for [errors.Is], as except in Python does not look for them either.
func (e *RemoteError) Exceptions() []*RemoteError {
	if len(e.Args) != 2 || !ClassOf(e.Class).Is(BaseExceptionGroup) {
		return nil
	}
	list, ok := e.Args[1].(*py.List)
	if !ok {
		return nil
	}
	var members []*RemoteError
	for _, item := range list.Items {
		o, _ := item.(*py.Object)
		if o == nil {
			continue
		}
		if e, ok := remoteErrorOf(o); ok {
			members = append(members, e)
		}
	}
	return members
}

// Attr returns an attribute that the exception carried in its state, such as the name of a
// ModuleNotFoundError or __notes__.
func (e *RemoteError) Attr(name string) (any, bool) {
	if e.Object == nil {
		return nil, false
	}
	return e.Object.Attr(name)
}

// Format writes the error for the verbs %s, %v and %q; %+v writes the peer's traceback first, when
// there is one.
func (e *RemoteError) Format(s fmt.State, verb rune) {
	switch {
	case verb == 'v' && s.Flag('+') && len(e.Traceback) > 0:
		for _, line := range e.Traceback {
			_, _ = io.WriteString(s, strings.TrimSuffix(line, "\n")+"\n")
		}
		if last := strings.TrimSpace(e.Traceback[len(e.Traceback)-1]); last != e.Error() {
			_, _ = io.WriteString(s, e.Error()+"\n")
		}
	case verb == 'q':
		_, _ = fmt.Fprintf(s, "%q", e.Error())
	default:
		_, _ = io.WriteString(s, e.Error())
	}
}
