package pickle

import (
	"fmt"
	"reflect"
	"strings"
)

// SyntaxError reports input that is not a pickle that can be decoded. It may be truncated, or an
// opcode may be unknown or meet values that it cannot work on. A number or text may not parse, or a
// key may have no hash. It wraps [io.ErrUnexpectedEOF] when the input ends too early, and the error
// of what failed below it, such as a *py.UnhashableError.
type SyntaxError struct {
	// Offset is the position of the opcode in the input, in bytes.
	Offset int64
	// Opcode is the opcode that failed; zero when the input ended before one.
	Opcode Opcode
	// Reason says what is wrong.
	Reason string
	// Err is the cause, or nil.
	Err error
}

// Error returns the reason with its place.
func (e *SyntaxError) Error() string {
	return "pizco/pickle: " + place(e.Offset, e.Opcode) + ": " + reason(e.Reason, e.Err)
}

// Unwrap returns the cause.
func (e *SyntaxError) Unwrap() error { return e.Err }

// LimitError reports that a pickle needs more than a limit allows.
type LimitError struct {
	// Offset is the position of the opcode in the input, in bytes.
	Offset int64
	// Opcode is the opcode that asked for it.
	Opcode Opcode
	// Limit is the name of the option that sets the limit, such as "WithMaxDepth".
	Limit string
	// Max is the limit.
	Max int64
}

// Error returns the limit with its place.
func (e *LimitError) Error() string {
	return fmt.Sprintf("pizco/pickle: %s: exceeds the limit %s(%d)", place(e.Offset, e.Opcode), e.Limit, e.Max)
}

// UnmarshalError reports that a value of a well-formed pickle does not fit the Go target.
type UnmarshalError struct {
	// Offset is the position in the input of the opcode that made the value, in bytes.
	Offset int64
	// Opcode is the opcode that made the value.
	Opcode Opcode
	// Path leads from the whole value, $, to the one that does not fit: $.options["args"][0].
	Path string
	// From is the name of the value's Python type.
	From string
	// To is the name of the Go type that it should have become.
	To string
	// Reason says why it does not fit.
	Reason string
	// Err is the cause, or nil.
	Err error
}

// Error returns what did not fit, with its path and place.
func (e *UnmarshalError) Error() string {
	var b strings.Builder
	b.WriteString("pizco/pickle: " + place(e.Offset, e.Opcode) + ": ")
	fmt.Fprintf(&b, "%s: cannot decode %s into %s", e.Path, e.From, e.To)
	if why := reason(e.Reason, e.Err); why != "" {
		b.WriteString(": " + why)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *UnmarshalError) Unwrap() error { return e.Err }

// TargetError reports that the target given to [Unmarshal] is not a pointer, or is nil.
type TargetError struct {
	// Type is the type of what was given, nil for a nil interface.
	Type reflect.Type
}

// Error names the type.
func (e *TargetError) Error() string {
	if e.Type == nil {
		return "pizco/pickle: target is nil, want a pointer"
	}
	return fmt.Sprintf("pizco/pickle: target is %v, want a non-nil pointer", e.Type)
}

// OptionError reports that an option was given a value that it does not take.
type OptionError struct {
	// Option is the name of the option, such as "WithMaxDepth".
	Option string
	// Reason says what it takes.
	Reason string
}

// Error returns the reason.
func (e *OptionError) Error() string {
	return "pizco/pickle: option " + e.Option + ": " + e.Reason
}

func place(offset int64, op Opcode) string {
	if op == 0 {
		return fmt.Sprintf("at offset %d", offset)
	}
	return fmt.Sprintf("at offset %d (%v)", offset, op)
}

func reason(why string, err error) string {
	switch {
	case err == nil:
		return why
	case why == "":
		return strings.TrimPrefix(err.Error(), "pizco/py: ")
	}
	return why + ": " + strings.TrimPrefix(err.Error(), "pizco/py: ")
}
