package py

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Unmarshaler is implemented by types that take a Python value in their own way. [Assign] hands
// them the graph value, which may be shared with others and must not be changed.
type Unmarshaler interface {
	UnmarshalPython(v any) error
}

// Marshaler is implemented by types that say in their own way which Python value they are. [FromGo]
// converts the result in its turn.
type Marshaler interface {
	MarshalPython() (any, error)
}

// ConversionError is the error for a value that does not fit its target.
type ConversionError struct {
	// Path leads from the whole value, $, to the one that does not fit: $.options["args"][0].
	Path string
	// From is the type of the value: the Python type when assigning to Go, the Go type when making
	// Python values.
	From string
	// To is the Go type that it should have become, or "a Python value".
	To string
	// Reason says why it does not fit; it is empty when the types alone say it.
	Reason string
	// Err is the error of the type's own conversion method, or nil.
	Err error

	within any // the innermost container that holds the value
	index  int
}

// Place returns the innermost container of src that holds the value that does not fit, and the
// value's index in it. In a mapping, keys have even indexes and values odd ones. It returns nil
// when the value is the whole of src, and after a failure to make a Python value.
func (e *ConversionError) Place() (within any, index int) { return e.within, e.index }

// Error returns path, types and reason in one line.
func (e *ConversionError) Error() string {
	text := fmt.Sprintf("pizco/py: %s: cannot assign %s to %s", e.Path, e.From, e.To)
	switch {
	case e.Reason != "":
		text += ": " + e.Reason
	case e.Err != nil:
		text += ": " + strings.TrimPrefix(e.Err.Error(), "pizco/py: ")
	}
	return text
}

// Unwrap returns the error of the type's own conversion method.
func (e *ConversionError) Unwrap() error { return e.Err }

// The steps of a path.

func atIndex(i int) string { return "[" + strconv.Itoa(i) + "]" }

func atField(name string) string { return "." + name }

func atKey(key any) string {
	const limit = 40
	k, ok := key.(string)
	if !ok {
		return "[" + Repr(key, WithReprLength(limit)) + "]"
	}
	if len(k) > limit {
		k = k[:limit] + "…"
	}
	return "[" + strconv.Quote(k) + "]"
}

// under puts a step in front of the path of an error that came from below.
func under(step string, err error) error {
	if e, ok := err.(*ConversionError); ok { //nolint:errorlint // Nothing here wraps it.
		e.Path = step + e.Path
	}
	return err
}

// inside is [under] for a value that stands in a container of Python's.
func inside(container any, index int, step string, err error) error {
	if e, ok := err.(*ConversionError); ok && e.within == nil { //nolint:errorlint // Nothing here wraps it.
		e.within, e.index = container, index
	}
	return under(step, err)
}

// typeText returns the name of a Go type for an error message.
func typeText(t reflect.Type) string {
	if t == nil {
		return "nil"
	}
	return t.String()
}
