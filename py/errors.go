package py

import (
	"errors"
	"fmt"
)

// ErrTooComplex is what a comparison or a hash of a value ends with that is nested too deep or
// shared too often to be walked in bounded work.
var ErrTooComplex = errors.New("pizco/py: value is too deeply nested or too large to compare")

// UnhashableError is the error for a value that cannot be a dict's key or a set's element.
type UnhashableError struct {
	// Type is the name of the Python type, such as "list".
	Type string
}

// Error returns Python's words for it.
func (e *UnhashableError) Error() string {
	return fmt.Sprintf("pizco/py: unhashable type: '%s'", e.Type)
}
