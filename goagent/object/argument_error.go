package object

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/errtext"
	"github.com/pizco-go/pizco/py"
)

// argumentError is the TypeError of an argument that cannot be what the parameter wants, in the
// manner of CPython's argument clinic: "calculate() argument 'x' must be int, not str".
func argumentError(function, argument string, err error) error {
	return conversionTypeError(fmt.Sprintf("%s() argument %s", function, argument), err)
}

// conversionTypeError is the TypeError of a value that does not fit.
func conversionTypeError(what string, err error) error {
	conversion, ok := errors.AsType[*py.ConversionError](err)
	if !ok {
		return pyerr.TypeError.Errorf("%s: %w", what, shortError{err})
	}
	text := what
	if conversion.Path != "" && conversion.Path != "$" {
		text += " at " + conversion.Path
	}
	reason := conversion.Reason
	if reason == "" && conversion.Err != nil {
		reason = errtext.Bare(conversion.Err.Error())
	}
	if reason != "" {
		reason = " (" + reason + ")"
	}
	return pyerr.TypeError.New(fmt.Sprintf("%s must be %s, not %s%s", text, pythonWord(conversion.To), conversion.From, reason)).Because(err)
}

// pythonWords are the types of Go that have another name in Python.
var pythonWords = map[string]string{
	"bool": "bool", "string": "str", "any": "object", "interface {}": "object", "error": "Exception",
	"int": "int", "int8": "int", "int16": "int", "int32": "int", "int64": "int", "big.Int": "int", "byte": "int", "rune": "int",
	"uint": "int", "uint8": "int", "uint16": "int", "uint32": "int", "uint64": "int", "uintptr": "int",
	"float32": "float", "float64": "float", "big.Float": "float", "complex64": "complex", "complex128": "complex", "big.Rat": "Fraction",
	"time.Time": "datetime", "time.Duration": "timedelta", "uuid.UUID": "UUID", "[]uint8": "bytes", "[]byte": "bytes",
	"py.Tuple": "tuple", "py.List": "list", "py.Dict": "dict", "py.Set": "set", "py.FrozenSet": "frozenset", "py.ByteArray": "bytearray",
}

// pythonWord returns what Python's users call a type that is given as Go writes it: the class of
// what fits, without what is in it.
func pythonWord(text string) string {
	text = strings.TrimLeft(text, "*")
	if name, ok := pythonWords[text]; ok {
		return name
	}
	switch element, isMap := strings.CutPrefix(text, "map["); {
	case isMap && strings.HasSuffix(element, "]struct {}"):
		return "set"
	case isMap || strings.HasPrefix(text, "struct {"):
		return "dict"
	case strings.HasPrefix(text, "["):
		return "list"
	case strings.HasPrefix(text, "func("):
		return "function"
	}
	return text[strings.LastIndexByte(text, '.')+1:]
}

// shortError shows an error without the mark of this module.
type shortError struct{ error }

func (e shortError) Error() string { return errtext.Bare(e.error.Error()) }

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

// typeName returns the name of the class of a Go type without its type parameters.
func typeName(name string) string {
	name, _, _ = strings.Cut(name, "[")
	if name == "" {
		return "object"
	}
	return name
}
