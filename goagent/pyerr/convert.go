package pyerr

import (
	"fmt"

	"github.com/pizco-go/pizco/py"
)

// FromGo is [py.FromGo] for values that may be errors: an error becomes the exception that it
// stands for, as the newest version of Python pickles it.
func FromGo(v any) (any, error) {
	if err, ok := v.(error); ok {
		return Reduce(err, Newest), nil
	}
	return py.FromGo(v)
}

// Raw is [FromGo] for what writes Go values by itself: only an error is converted.
func Raw(v any) any {
	if err, ok := v.(error); ok {
		return Reduce(err, Newest)
	}
	return v
}

// Sendable is [FromGo] for what must be sent in any case: a value without a counterpart in Python
// becomes its text.
func Sendable(v any) any {
	graph, err := FromGo(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return graph
}
