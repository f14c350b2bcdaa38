package gotype

import (
	"cmp"
	"math/bits"
	"reflect"
	"strings"

	"github.com/pizco-go/pizco/internal/raw"
)

// Scalar is a kind of Go value that is read from its place in memory, without a reflect.Value.
type Scalar uint8

// The kinds. An int has the kind of an integer of its size, and so has a uint.
const (
	NoScalar Scalar = iota
	String
	Int64
	Float64
	Bool
	Int8
	Int16
	Int32
	Uint8
	Uint16
	Uint32
	Uint64
	Float32
	Complex64
	Complex128
)

var scalars = func() map[reflect.Kind]Scalar {
	kinds := map[reflect.Kind]Scalar{
		reflect.Bool: Bool, reflect.String: String,
		reflect.Int8: Int8, reflect.Int16: Int16, reflect.Int32: Int32, reflect.Int64: Int64,
		reflect.Uint8: Uint8, reflect.Uint16: Uint16, reflect.Uint32: Uint32, reflect.Uint64: Uint64,
		reflect.Float32: Float32, reflect.Float64: Float64,
		reflect.Complex64: Complex64, reflect.Complex128: Complex128,
		reflect.Int: Int64, reflect.Uint: Uint64, reflect.Uintptr: Uint64,
	}
	if bits.UintSize == 32 {
		kinds[reflect.Int], kinds[reflect.Uint], kinds[reflect.Uintptr] = Int32, Uint32, Uint32
	}
	return kinds
}()

// Small returns the int of at most 32 bits at a place, zero for other kinds.
func (s Scalar) Small(at raw.Place) int64 {
	switch s {
	case Int8:
		return int64(*raw.In[int8](at))
	case Int16:
		return int64(*raw.In[int16](at))
	case Int32:
		return int64(*raw.In[int32](at))
	case Uint8:
		return int64(*raw.In[uint8](at))
	case Uint16:
		return int64(*raw.In[uint16](at))
	case Uint32:
		return int64(*raw.In[uint32](at))
	}
	return 0
}

// order returns how scalars of a kind are ordered, given their places. It is nil when that is left
// to their Python values.
func (s Scalar) order() func(a, b raw.Place) int {
	switch s {
	case String:
		return func(a, b raw.Place) int { return strings.Compare(*raw.In[string](a), *raw.In[string](b)) }
	case Int64:
		return func(a, b raw.Place) int { return cmp.Compare(*raw.In[int64](a), *raw.In[int64](b)) }
	case Uint64:
		return func(a, b raw.Place) int { return cmp.Compare(*raw.In[uint64](a), *raw.In[uint64](b)) }
	case Int8, Int16, Int32, Uint8, Uint16, Uint32:
		return func(a, b raw.Place) int { return cmp.Compare(s.Small(a), s.Small(b)) }
	}
	return nil
}
