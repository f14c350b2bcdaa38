package py

import (
	"math/big"
	"reflect"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
)

// The types that are Python values themselves.
var _ = gotype.Declare(
	reflect.TypeFor[Tuple](), reflect.TypeFor[*List](), reflect.TypeFor[*Dict](), reflect.TypeFor[*Set](), reflect.TypeFor[*FrozenSet](),
	reflect.TypeFor[*ByteArray](), reflect.TypeFor[*Buffer](), reflect.TypeFor[*Object](), reflect.TypeFor[Class](), reflect.TypeFor[PersistentID](),
	reflect.TypeFor[ellipsis](), reflect.TypeFor[notImplemented](),
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
	c := fromGo{}
	r, err := c.value(v)
	if err != nil {
		return nil, under("$", err)
	}
	return r, nil
}

// fromGo makes the values of one graph, by the plans of package gotype.
type fromGo struct {
	depth int
	boxes
	// copies are the copies of a graph's containers, under the container and, for tuples, tupleKey.
	copies map[any]any
	// clean are the containers that hold nothing but Python values.
	clean map[raw.Place]bool
}

// value converts what an interface holds.
func (c *fromGo) value(v any) (any, error) {
	if isPython(v) {
		return v, nil
	}
	if n, ok := v.(int); ok {
		return c.int(int64(n)), nil
	}
	p := gotype.PlanOf(reflect.TypeOf(v))
	if !c.enter() {
		return nil, tooDeep(p)
	}
	defer c.leave()
	switch p.Form {
	case gotype.Pointer:
		return c.pointer(p, raw.Held(v))
	case gotype.Map, gotype.Set:
		return c.mapping(p, reflect.ValueOf(v))
	case gotype.Unpointed, gotype.Bytes, gotype.List, gotype.Record, gotype.Plain:
		at, _ := p.Place(v)
		return c.place(p, at)
	}
	if p.ByPointer {
		at, _ := p.Place(v)
		v = p.Interface(at)
	}
	return c.whole(p, v)
}

// element converts the item, field or entry at a place.
func (c *fromGo) element(p *gotype.Plan, at raw.Place) (any, error) {
	switch p.Form {
	case gotype.Plain, gotype.Record: // they count no level of their own
		return c.place(p, at)
	case gotype.Interface:
		return c.value(at.Pointer(p.Type).Elem().Interface())
	}
	if !c.enter() {
		return nil, tooDeep(p)
	}
	defer c.leave()
	return c.place(p, at)
}

// place converts the value at a place, which is not an interface.
func (c *fromGo) place(p *gotype.Plan, at raw.Place) (any, error) {
	switch p.Form {
	case gotype.Plain:
		return c.scalar(p.Scalar, at), nil
	case gotype.Record:
		return c.record(p, at)
	case gotype.Pointer:
		return c.pointer(p, *raw.In[raw.Place](at))
	case gotype.Bytes:
		return bytesAt(p, at), nil
	case gotype.List:
		return c.list(p, at)
	case gotype.Map, gotype.Set:
		return c.mapping(p, at.Pointer(p.Type).Elem())
	case gotype.Unpointed:
		made := reflect.New(p.Type)
		made.Elem().Set(at.Pointer(p.Type).Elem())
		return c.graph(made.Interface())
	}
	return c.whole(p, p.Interface(at))
}

// whole converts a value that is not looked into: what its type says decides.
func (c *fromGo) whole(p *gotype.Plan, v any) (any, error) {
	if isNilPointer(v) {
		return nil, nil
	}
	switch p.Form {
	case gotype.Whole:
		if n, ok := v.(*big.Int); ok {
			return fromBigInt(n), nil
		}
		return c.graph(v)
	case gotype.Marshals:
		return c.marshaler(v)
	case gotype.Error:
		return nil, cannotConvert(v, "an error is raised, not returned", nil)
	case gotype.Standard:
		return fromStandard(reflect.Indirect(reflect.ValueOf(v)).Interface())
	case gotype.Text:
		return fromText(v)
	}
	return nil, cannotConvert(v, "", nil)
}

// pointer converts what a pointer points to.
func (c *fromGo) pointer(p *gotype.Plan, to raw.Place) (any, error) {
	if to.IsNil() {
		return nil, nil
	}
	return c.element(p.Elem, to)
}

// enter counts a level of nesting and reports whether there may be so many.
func (c *fromGo) enter() bool {
	c.depth++
	return c.depth <= maxAssignDepth
}

func (c *fromGo) leave() { c.depth-- }

// isPython reports whether v is a Python scalar already.
func isPython(v any) bool {
	switch v.(type) {
	case nil, bool, int64, float64, complex128, string, []byte:
		return true
	}
	return false
}

// isNilPointer reports whether v is a nil pointer.
func isNilPointer(v any) bool {
	p := reflect.ValueOf(v)
	return p.Kind() == reflect.Pointer && p.IsNil()
}

func cannotConvert(v any, reason string, err error) error {
	return cannotConvertType(reflect.TypeOf(v), reason, err)
}

func cannotConvertType(t reflect.Type, reason string, err error) error {
	return &ConversionError{From: typeText(t), To: "a Python value", Reason: reason, Err: err}
}

func tooDeep(p *gotype.Plan) error {
	return cannotConvertType(p.Type, "it is nested too deeply, or holds itself", nil)
}
