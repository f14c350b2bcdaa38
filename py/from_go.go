package py

import (
	"fmt"
	"math/big"
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
)

// FromGo converts a Go value into the Python value that it stands for; it is the inverse of
// [Assign]. It fails with a *[ConversionError] for channels, functions and errors, and for what is
// nested more than a thousand levels deep or holds itself.
//
//   - nil and nil pointers are None. Other pointers and interfaces are what they hold.
//   - Integers of every kind and big.Int are int, floats float, complex numbers complex, bools
//     bool, string kinds str.
//   - Slices and arrays of bytes are bytes, which share a slice's memory. Other slices and arrays
//     are list, and a nil slice is empty rather than None.
//   - Maps are dict in the order of their sorted keys, a nil map an empty one; map[K]struct{} is
//     set.
//   - Structs are dict in the order of their fields, or tuple when tagged `pickle:",tuple"`.
//   - time.Time is an aware datetime with its offset, time.Duration a timedelta. Python's have no
//     nanoseconds: a time is cut to the microsecond before it, a duration towards zero.
//   - uuid.UUID is UUID, big.Rat Fraction, netip.Addr and netip.Prefix are ipaddress's classes.
//   - A type with MarshalPython is what that returns, and any other type with MarshalText is str.
//   - Values of this package stay the very same, unless something in them is not a Python value
//     yet, such as an int in a Tuple. Then the whole is copied with those parts converted.
func FromGo(v any) (any, error) {
	if isPython(v) {
		return v, nil
	}
	if n, ok := v.(int); ok {
		return int64(n), nil
	}
	c := fromGo{copies: map[any]any{}}
	r, err := c.value(v)
	if err != nil {
		return nil, under("$", err)
	}
	return r, nil
}

type fromGo struct {
	depth int
	// copies are the copies of a graph's containers, under the container and, for tuples, tupleKey.
	copies map[any]any
	// clean are the containers that hold nothing but Python values.
	clean map[raw.Place]bool
}

func (c *fromGo) value(v any) (any, error) {
	if isPython(v) {
		return v, nil
	}
	if c.depth >= maxAssignDepth {
		return nil, cannotConvert(v, "it is nested too deeply, or holds itself", nil)
	}
	c.depth++
	defer func() { c.depth-- }()
	switch v := v.(type) {
	case int:
		return int64(v), nil
	case *big.Int:
		return fromBigInt(v), nil
	}
	if isGraphType(v) {
		if isNilPointer(v) {
			return nil, nil
		}
		return c.graph(v)
	}
	return c.reflected(reflect.ValueOf(v))
}

// isPython reports whether v is a Python scalar already.
func isPython(v any) bool {
	switch v.(type) {
	case nil, bool, int64, float64, complex128, string, []byte:
		return true
	}
	return false
}

// fromBigInt returns the int in the form that a graph has for its size.
func fromBigInt(n *big.Int) any {
	switch {
	case n == nil:
		return nil
	case n.IsInt64():
		return n.Int64()
	}
	return n
}

func (c *fromGo) reflected(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil, nil
		}
	}
	v = withPointerMethods(v)
	if r, done, err := c.method(v); done {
		return r, err
	}
	if r, done, err := fromStandard(reflect.Indirect(v)); done {
		return r, err
	}
	if r, done, err := fromText(v); done {
		return r, err
	}
	switch v.Kind() {
	case reflect.Pointer:
		return c.element(v.Elem())
	case reflect.Slice, reflect.Array:
		return c.sequence(v)
	case reflect.Map:
		return c.mapping(v)
	case reflect.Struct:
		return c.structure(v)
	}
	if r, ok := fromKind(v); ok {
		return r, nil
	}
	return nil, cannotConvert(v.Interface(), "", nil)
}

// element converts an item, a field or what a pointer points to, without copying a struct.
func (c *fromGo) element(v reflect.Value) (any, error) {
	if v.Kind() == reflect.Struct && !isGraphStruct(v.Type()) {
		return c.reflected(v)
	}
	return c.value(v.Interface())
}

// withPointerMethods returns the address of v where only the pointer has a method that says what v
// is. Unlike encoding/json it finds these for values without an address too.
func withPointerMethods(v reflect.Value) reflect.Value {
	t := v.Type()
	if t.PkgPath() == "" || t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface {
		return v
	}
	p := reflect.PointerTo(t)
	onlyPointer := func(method reflect.Type) bool { return p.Implements(method) && !t.Implements(method) }
	if !onlyPointer(marshalerType) && !onlyPointer(textMarshalerType) {
		return v
	}
	if v.CanAddr() {
		return v.Addr()
	}
	made := reflect.New(t)
	made.Elem().Set(v)
	return made
}

// isNilPointer reports whether v, one of this package's types, is a nil pointer.
func isNilPointer(v any) bool {
	p := reflect.ValueOf(v)
	return p.Kind() == reflect.Pointer && p.IsNil()
}

// fromKind converts the values of kinds that are scalars.
func fromKind(v reflect.Value) (any, bool) {
	switch {
	case v.Kind() == reflect.Bool:
		return v.Bool(), true
	case v.CanInt():
		return v.Int(), true
	case v.CanUint():
		return fromBigInt(new(big.Int).SetUint64(v.Uint())), true
	case v.CanFloat():
		return v.Float(), true
	case v.CanComplex():
		return v.Complex(), true
	case v.Kind() == reflect.String:
		return v.String(), true
	}
	return nil, false
}

func cannotConvert(v any, reason string, err error) error {
	return &ConversionError{From: fmt.Sprintf("%T", v), To: "a Python value", Reason: reason, Err: err}
}
