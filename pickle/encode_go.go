package pickle

import (
	"encoding"
	"math/big"
	"net/netip"
	"reflect"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/py"
)

// saveGo writes a Go value that is none of package py's, with no graph between: what is written is what py.FromGo makes of it.
func (e *encoder) saveGo(v any) error {
	switch v := v.(type) {
	case int:
		e.saveInt(int64(v))
		return nil
	case []any:
		return e.goList(len(v), func(i int) error { return e.saveItem(v, i) })
	case []string:
		return e.goList(len(v), func(i int) error { return e.saveString(v[i]) })
	case time.Time, time.Duration, uuid.UUID:
		return e.saveStandard(v)
	}
	r := reflect.ValueOf(v)
	return writerOf(r.Type())(e, r)
}

// writer writes the values of one Go type.
type writer func(e *encoder, v reflect.Value) error

// writers holds the writer of each type that was met. It only ever remembers what the types themselves say.
var writers sync.Map

// writerOf returns the writer of a type, made once.
func writerOf(t reflect.Type) writer {
	if p, ok := writers.Load(t); ok {
		return p.(writer) //nolint:forcetypeassert // nothing else is stored
	}
	// A type may hold itself: until its encoder is made, it is this one, which waits for it.
	var ready sync.WaitGroup
	var made writer
	ready.Add(1)
	waiting, taken := writers.LoadOrStore(t, writer(func(e *encoder, v reflect.Value) error {
		ready.Wait()
		return made(e, v)
	}))
	if taken {
		return waiting.(writer) //nolint:forcetypeassert // nothing else is stored
	}
	made = newWriter(t)
	ready.Done()
	writers.Store(t, made)
	return made
}

var (
	typeAny         = reflect.TypeFor[any]()
	typeError       = reflect.TypeFor[error]()
	typePython      = reflect.TypeFor[py.Marshaler]()
	typeNDArray     = reflect.TypeFor[ndarray]()
	typeText        = reflect.TypeFor[encoding.TextMarshaler]()
	typeEmptyStruct = reflect.TypeFor[struct{}]()
)

// Types that have an encoding of their own, whatever their kind and methods.
var (
	standardTypes = map[reflect.Type]bool{
		reflect.TypeFor[time.Time](): true, reflect.TypeFor[time.Duration](): true, reflect.TypeFor[uuid.UUID](): true,
		reflect.TypeFor[big.Rat](): true, reflect.TypeFor[big.Int](): true,
		reflect.TypeFor[netip.Addr](): true, reflect.TypeFor[netip.Prefix](): true,
	}
	graphTypes = map[reflect.Type]bool{
		reflect.TypeFor[py.Tuple](): true, reflect.TypeFor[*py.List](): true, reflect.TypeFor[*py.Dict](): true,
		reflect.TypeFor[*py.Set](): true, reflect.TypeFor[*py.FrozenSet](): true, reflect.TypeFor[*py.ByteArray](): true,
		reflect.TypeFor[py.Class](): true, reflect.TypeFor[*py.Object](): true, reflect.TypeFor[*py.Buffer](): true,
		reflect.TypeFor[py.PersistentID](): true, reflect.TypeFor[*big.Int](): true,
		reflect.TypeOf(py.Ellipsis): true, reflect.TypeOf(py.NotImplemented): true,
	}
	// graphStructs are graph types without the pointer that gives them their identity.
	graphStructs = map[reflect.Type]bool{
		reflect.TypeFor[py.List](): true, reflect.TypeFor[py.Dict](): true, reflect.TypeFor[py.Set](): true,
		reflect.TypeFor[py.FrozenSet](): true, reflect.TypeFor[py.ByteArray](): true, reflect.TypeFor[py.Object](): true,
		reflect.TypeFor[py.Buffer](): true,
	}
)

// newWriter makes the writer of a type, by the rules of py.FromGo.
func newWriter(t reflect.Type) writer {
	switch {
	case graphTypes[t]:
		return func(e *encoder, v reflect.Value) error { return e.save(v.Interface()) }
	case graphStructs[t]:
		return func(e *encoder, v reflect.Value) error {
			p := addressed(v).Interface()
			e.keep(p)
			return e.save(p)
		}
	}
	switch {
	case t.Kind() == reflect.Pointer && t.Implements(typeNDArray):
		return orNone(t, encodeNDArray)
	case reflect.PointerTo(t).Implements(typeNDArray):
		return func(e *encoder, v reflect.Value) error {
			p := addressed(v)
			e.keep(p.Interface())
			return encodeNDArray(e, p)
		}
	}
	if w := methodWriter(t); w != nil {
		return orRegistered(t, orNone(t, w))
	}
	switch t.Kind() {
	case reflect.Pointer:
		return orRegistered(t, encodePointer(t))
	case reflect.Interface:
		return encodeInterface
	case reflect.Slice, reflect.Array:
		return encodeSequence(t)
	case reflect.Map:
		return encodeMap(t)
	case reflect.Struct:
		return orRegistered(t, encodeStruct(t))
	}
	return encodeKind(t)
}

// methodWriter returns the writer of a type that stands for a class of Python's or says itself what it is, nil for others. A method
// of the pointer counts for the type as well.
func methodWriter(t reflect.Type) writer {
	if t.Kind() == reflect.Interface {
		return nil
	}
	base := t
	if t.Kind() == reflect.Pointer {
		base = t.Elem()
	}
	has := func(method reflect.Type) bool { return implements(t, method) }
	switch {
	case has(typePython):
		return withMethods(t, typePython, encodePython)
	case t.Implements(typeError):
		return func(e *encoder, v reflect.Value) error {
			return e.fail(v.Interface(), "an error is raised, not returned")
		}
	case standardTypes[base]:
		return func(e *encoder, v reflect.Value) error { return e.saveStandard(v.Interface()) }
	case has(typeText):
		return withMethods(t, typeText, encodeText)
	}
	return nil
}

// implements reports whether a type or, for a named one, its pointer has the method.
func implements(t, method reflect.Type) bool {
	return t.Implements(method) || t.PkgPath() != "" && reflect.PointerTo(t).Implements(method)
}

// withMethods gives w the address of a value where only the pointer has the method.
func withMethods(t, method reflect.Type, w writer) writer {
	if t.Implements(method) {
		return w
	}
	return func(e *encoder, v reflect.Value) error { return w(e, addressed(v)) }
}

// addressed returns a pointer to v, or to a copy when v has no address.
func addressed(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v.Addr()
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p
}

func encodeSequence(t reflect.Type) writer {
	switch {
	case t.Elem().Kind() != reflect.Uint8:
		return encodeList(t)
	case t.Kind() == reflect.Slice:
		return func(e *encoder, v reflect.Value) error { return e.saveBytes(v.Bytes()) }
	}
	return encodeByteArray
}

// ndarray is a *py.Array of any type, or a *py.NDArray.
type ndarray interface{ NDArray() *py.NDArray }

func encodeNDArray(e *encoder, v reflect.Value) error {
	a, _ := v.Interface().(ndarray)
	return e.saveNDArray(a.NDArray(), identity{v.UnsafePointer(), kindPointer})
}

// orNone writes None for a nil pointer or interface, and leaves anything else to p.
func orNone(t reflect.Type, p writer) writer {
	if k := t.Kind(); k != reflect.Pointer && k != reflect.Interface {
		return p
	}
	return func(e *encoder, v reflect.Value) error {
		if v.IsNil() {
			e.op(opNone)
			return nil
		}
		return p(e, v)
	}
}

func encodePython(e *encoder, v reflect.Value) error {
	m, _ := v.Interface().(py.Marshaler)
	made, err := m.MarshalPython()
	if err != nil {
		return &MarshalError{Type: v.Type(), Err: err}
	}
	if err := e.enter(m); err != nil {
		return err
	}
	defer e.leave()
	e.keep(made)
	return e.save(made)
}

func encodeText(e *encoder, v reflect.Value) error {
	m, _ := v.Interface().(encoding.TextMarshaler)
	text, err := m.MarshalText()
	if err != nil {
		return &MarshalError{Type: v.Type(), Err: err}
	}
	return e.temporaryString(string(text))
}

func encodePointer(t reflect.Type) writer {
	elem := writerOf(t.Elem())
	return func(e *encoder, v reflect.Value) error {
		if v.IsNil() {
			e.op(opNone)
			return nil
		}
		if err := e.enterType(t); err != nil {
			return err
		}
		err := elem(e, v.Elem())
		e.leave()
		return err
	}
}

func encodeInterface(e *encoder, v reflect.Value) error {
	if v.IsNil() {
		e.op(opNone)
		return nil
	}
	if v.Type() == typeAny {
		return e.save(v.Interface())
	}
	return e.save(v.Elem().Interface())
}

func encodeKind(t reflect.Type) writer {
	switch t.Kind() {
	case reflect.Bool:
		return func(e *encoder, v reflect.Value) error { e.saveBool(v.Bool()); return nil }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(e *encoder, v reflect.Value) error { e.saveInt(v.Int()); return nil }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return encodeUint
	case reflect.Float32, reflect.Float64:
		return func(e *encoder, v reflect.Value) error { e.saveFloat(v.Float()); return nil }
	case reflect.Complex64, reflect.Complex128:
		return func(e *encoder, v reflect.Value) error {
			boxed := any(v.Complex())
			e.keep(boxed)
			return e.save(boxed)
		}
	case reflect.String:
		return func(e *encoder, v reflect.Value) error { return e.saveString(v.String()) }
	}
	return func(e *encoder, v reflect.Value) error { return e.fail(v.Interface(), "type is not supported") }
}

func encodeUint(e *encoder, v reflect.Value) error {
	u := v.Uint()
	if u>>63 != 0 {
		return e.saveBigInt(new(big.Int).SetUint64(u))
	}
	e.saveInt(int64(u))
	return nil
}

func encodeByteArray(e *encoder, v reflect.Value) error {
	b := make([]byte, v.Len())
	for i := range b {
		b[i] = byte(v.Index(i).Uint())
	}
	return e.temporaryBytes(b)
}

func (e *encoder) enterType(t reflect.Type) error {
	if e.depth >= e.maxDepth {
		return &MarshalError{Type: t, Err: ErrTooDeep}
	}
	e.depth++
	return nil
}
