package pickle

import (
	"encoding"
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// ndarray is a *py.Array of any type, or a *py.NDArray.
type ndarray interface{ NDArray() *py.NDArray }

func saveArray(e *encoder, v any) error {
	a, _ := v.(ndarray)
	return e.saveNDArray(a.NDArray(), identity{raw.Held(v), kindPointer})
}

// orNone writes None for a nil pointer, and leaves anything else to save.
func orNone(save func(e *encoder, v any) error) func(e *encoder, v any) error {
	return func(e *encoder, v any) error {
		if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.IsNil() {
			e.op(opNone)
			return nil
		}
		return save(e, v)
	}
}

// savePython writes what a value says that it is in Python.
func savePython(e *encoder, v any) error {
	m, _ := v.(py.Marshaler)
	made, err := m.MarshalPython()
	if err != nil {
		return &MarshalError{Type: typeOf(v), Err: err}
	}
	if !e.enter() {
		return tooDeep(typeOf(v))
	}
	e.keep(made)
	err = e.save(made)
	e.leave()
	return err
}

// saveText writes what a value says that it is as text.
func saveText(e *encoder, v any) error {
	m, _ := v.(encoding.TextMarshaler)
	text, err := m.MarshalText()
	if err != nil {
		return &MarshalError{Type: typeOf(v), Err: err}
	}
	return e.temporaryString(string(text))
}
