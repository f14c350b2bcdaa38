package goagent

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/pizco-go/pizco/py"
)

// argumentError is the TypeError of an argument that cannot be what the parameter wants, in the manner of CPython's
// argument clinic: "calculate() argument 'x' must be int, not str".
func argumentError(function, argument string, err error) error {
	return conversionTypeError(fmt.Sprintf("%s() argument %s", function, argument), err)
}

// conversionTypeError is the TypeError of a value that does not fit.
func conversionTypeError(what string, err error) error {
	conversion, ok := errors.AsType[*py.ConversionError](err)
	if !ok {
		return TypeError.Errorf("%s: %w", what, shortError{err})
	}
	text := what
	if conversion.Path != "" && conversion.Path != "$" {
		text += " at " + conversion.Path
	}
	reason := conversion.Reason
	if reason == "" && conversion.Err != nil {
		reason = withoutPrefix(conversion.Err.Error())
	}
	if reason != "" {
		reason = " (" + reason + ")"
	}
	e := TypeError.New(fmt.Sprintf("%s must be %s, not %s%s", text, conversion.To, conversion.From, reason))
	e.cause = err
	return e
}

// shortError shows an error without the mark of this module.
type shortError struct{ error }

func (e shortError) Error() string { return withoutPrefix(e.error.Error()) }

func (e shortError) Unwrap() error { return e.error }

// goTypeName returns what Python would call a value of a Go type.
func goTypeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Map:
		if isSet(t) {
			return "set"
		}
		return "dict"
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "list"
	case reflect.Func:
		return "function"
	case reflect.Pointer:
		return goTypeName(t.Elem())
	}
	return typeName(t.Name())
}

func isSet(t reflect.Type) bool {
	return t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct && t.Elem().NumField() == 0
}
