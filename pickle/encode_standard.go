package pickle

import "github.com/pizco-go/pizco/py"

// saveStandard writes the types of Go's libraries that stand for classes of Python's.
func (e *encoder) saveStandard(v any) error {
	made, err := py.FromGo(v)
	if err != nil {
		return &MarshalError{Type: typeOf(v), Err: err}
	}
	e.keep(made)
	return e.save(made)
}
