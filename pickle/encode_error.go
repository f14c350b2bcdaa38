package pickle

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// prefix begins the text of every error of this package.
const prefix = "pizco/pickle: "

// ErrTooDeep is wrapped by the error for a value that is nested deeper than [WithEncodeDepth]
// allows, or without end.
var ErrTooDeep = errors.New(prefix + "value is nested too deeply")

// MarshalError reports a value that cannot be written.
type MarshalError struct {
	// Path leads from the value given to [Marshal] to the one that cannot be written, such as
	// ".Args[1]['key']"; it is empty for the value itself.
	Path string
	// Type is the Go type of the value that cannot be written.
	Type reflect.Type
	// Reason says why.
	Reason string
	// Err is the cause, or nil.
	Err error
}

// Error returns what cannot be written, and why.
func (e *MarshalError) Error() string {
	at := ""
	if e.Path != "" {
		path := e.Path
		if len(path) > 400 {
			path = path[:200] + "…" + path[len(path)-200:]
		}
		at = "at " + path + ": "
	}
	return fmt.Sprintf(prefix+"%scannot encode %v: %s", at, e.Type, strings.TrimPrefix(reason(e.Reason, e.Err), prefix))
}

// Unwrap returns the cause.
func (e *MarshalError) Unwrap() error { return e.Err }

func (e *encoder) fail(v any, why string) error {
	return &MarshalError{Type: reflect.TypeOf(v), Reason: why}
}

// maxPath bounds the path of an error, which grows by one step for every level of nesting.
const maxPath = 4 << 10

// within adds a step to the path of a MarshalError on its way up.
func within(err error, step string) error {
	var m *MarshalError
	if errors.As(err, &m) && len(m.Path) < maxPath {
		m.Path = step + m.Path
	}
	return err
}

func withinIndex(err error, i int) error { return within(err, fmt.Sprintf("[%d]", i)) }

func withinKey(err error, key any) error {
	switch k := key.(type) {
	case string:
		return within(err, fmt.Sprintf("[%.40q]", k))
	case int64, bool, float64:
		return within(err, fmt.Sprintf("[%v]", k))
	}
	return within(err, "[…]")
}
