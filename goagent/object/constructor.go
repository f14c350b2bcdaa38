package object

import (
	"context"
	"fmt"
	"reflect"

	"github.com/pizco-go/pizco/py"
)

// Constructor makes the objects of a class that peers have instantiated.
type Constructor struct{ f *function }

// NewConstructor returns the constructor of a class. The function returns the object to serve, or
// the object and an error. Its parameters follow the rules of [Object.Method].
func NewConstructor(class string, fn any, params ...any) (*Constructor, error) {
	f, err := newFunction(class, "__init__", reflect.ValueOf(fn), params...)
	if err == nil && f.results != 1 {
		err = fmt.Errorf("the constructor has %d results, want the object to serve, or that and an error", f.results)
	}
	if err != nil {
		return nil, err
	}
	return &Constructor{f}, nil
}

// New makes an object with the arguments that a peer has sent. Errors are the exceptions that the
// peer is to see.
func (c *Constructor) New(ctx context.Context, settings *Settings, args py.Tuple, kwargs *py.Dict) (*Served, error) {
	out, err := c.f.invoke(ctx, settings, args, kwargs)
	if err != nil {
		return nil, err
	}
	return Of(out[0].Interface(), settings)
}
