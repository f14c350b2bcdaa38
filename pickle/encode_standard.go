package pickle

import "github.com/pizco-go/pizco/py"

// saveNDArray writes an array of numpy as the object with the identity.
func (e *encoder) saveNDArray(a *py.NDArray, id identity) error {
	if e.fetch(id) {
		return nil
	}
	o, err := a.Reduction(e.proto, e.numpy)
	if err != nil {
		return &MarshalError{Type: typeOf(a), Err: err}
	}
	e.keep(o)
	return e.reduce(o, id)
}

// saveStandard writes the types of Go's libraries that stand for classes of Python's.
func (e *encoder) saveStandard(v any) error {
	made, err := py.FromGo(v)
	if err != nil {
		return &MarshalError{Type: typeOf(v), Err: err}
	}
	e.keep(made)
	return e.save(made)
}
