package object

import (
	"context"
	"reflect"
)

// isGetter reports whether a method, its receiver counted, takes nothing but a context and returns
// a value, and possibly an error.
func isGetter(t reflect.Type) bool {
	in := t.NumIn() == 1 || t.NumIn() == 2 && t.In(1) == contextType
	out := t.NumOut() == 1 && t.Out(0) != errorType || t.NumOut() == 2 && t.Out(0) != errorType && t.Out(1) == errorType
	return in && out
}

// isSetter reports whether a method takes a value of the type that the getter returns, and returns
// nothing but an error.
func isSetter(t, getter reflect.Type) bool {
	n := t.NumIn()
	in := n == 2 || n == 3 && t.In(1) == contextType
	out := t.NumOut() == 0 || t.NumOut() == 1 && t.Out(0) == errorType
	return in && out && !t.IsVariadic() && t.In(n-1) == getter.Out(0)
}

// getterOf calls func([context]) (T[, error]).
func getterOf(fn reflect.Value) func(context.Context, *Served) (reflect.Value, error) {
	return func(ctx context.Context, _ *Served) (reflect.Value, error) {
		var in []reflect.Value
		if fn.Type().NumIn() == 1 {
			in = append(in, reflect.ValueOf(ctx))
		}
		out := fn.Call(in)
		if len(out) == 2 {
			err, _ := out[1].Interface().(error)
			return out[0], err
		}
		return out[0], nil
	}
}

// setterOf calls func([context,] T) [error].
func setterOf(name string, fn reflect.Value) func(context.Context, *Served, any) error {
	return func(ctx context.Context, _ *Served, value any) error {
		t := fn.Type()
		var in []reflect.Value
		if t.NumIn() == 2 {
			in = append(in, reflect.ValueOf(ctx))
		}
		arg := reflect.New(t.In(t.NumIn() - 1)).Elem()
		if err := take(arg, value); err != nil {
			return conversionTypeError("attribute '"+name+"'", err)
		}
		out := fn.Call(append(in, arg))
		if len(out) == 1 {
			err, _ := out[0].Interface().(error)
			return err
		}
		return nil
	}
}

// assignAttribute stores a value of a peer; when it does not fit, the old one stays.
func assignAttribute(dst reflect.Value, name string, value any) error {
	changed := reflect.New(dst.Type()).Elem()
	if err := take(changed, value); err != nil {
		return conversionTypeError("attribute '"+name+"'", err)
	}
	dst.Set(changed)
	return nil
}
