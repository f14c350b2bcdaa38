package pickle

import (
	"math/big"
	"math/bits"
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
)

// goScalar is a kind of Go value that is written from its place in memory, without a reflect.Value.
type goScalar uint8

const (
	noScalar goScalar = iota
	scalarString
	scalarInt64
	scalarFloat64
	scalarBool
	scalarInt8
	scalarInt16
	scalarInt32
	scalarUint8
	scalarUint16
	scalarUint32
	scalarUint64
	scalarFloat32
	scalarComplex64
	scalarComplex128
)

var scalars = func() map[reflect.Kind]goScalar {
	kinds := map[reflect.Kind]goScalar{
		reflect.Bool: scalarBool, reflect.String: scalarString,
		reflect.Int8: scalarInt8, reflect.Int16: scalarInt16, reflect.Int32: scalarInt32, reflect.Int64: scalarInt64,
		reflect.Uint8: scalarUint8, reflect.Uint16: scalarUint16, reflect.Uint32: scalarUint32, reflect.Uint64: scalarUint64,
		reflect.Float32: scalarFloat32, reflect.Float64: scalarFloat64,
		reflect.Complex64: scalarComplex64, reflect.Complex128: scalarComplex128,
		reflect.Int: scalarInt64, reflect.Uint: scalarUint64, reflect.Uintptr: scalarUint64,
	}
	if bits.UintSize == 32 {
		kinds[reflect.Int], kinds[reflect.Uint], kinds[reflect.Uintptr] = scalarInt32, scalarUint32, scalarUint32
	}
	return kinds
}()

// scalarOf tells whether a type is a plain scalar, without methods that say otherwise.
func scalarOf(t reflect.Type) goScalar {
	if isMarked(t) {
		return noScalar
	}
	return scalars[t.Kind()]
}

// isMarked tells whether a type stands for something else than its kind.
func isMarked(t reflect.Type) bool {
	return implements(t, typePython) || implements(t, typeText) || implements(t, typeError) || standardTypes[t]
}

// saveScalar writes the scalar at a place.
func (e *encoder) saveScalar(s goScalar, at raw.Place) error {
	switch s {
	case scalarString:
		return e.saveString(*raw.In[string](at))
	case scalarInt64:
		e.saveInt(*raw.In[int64](at))
	case scalarFloat64:
		e.saveFloat(*raw.In[float64](at))
	case scalarBool:
		e.saveBool(*raw.In[bool](at))
	case scalarFloat32:
		e.saveFloat(float64(*raw.In[float32](at)))
	case scalarComplex64:
		return e.saveBoxed(complex128(*raw.In[complex64](at)))
	case scalarComplex128:
		return e.saveBoxed(*raw.In[complex128](at))
	case scalarUint64:
		u := *raw.In[uint64](at)
		if u>>63 != 0 {
			return e.saveBigInt(new(big.Int).SetUint64(u))
		}
		e.saveInt(int64(u))
	default:
		e.saveInt(s.small(at))
	}
	return nil
}

// small returns the int of at most 32 bits at a place.
func (s goScalar) small(at raw.Place) int64 {
	switch s {
	case scalarInt8:
		return int64(*raw.In[int8](at))
	case scalarInt16:
		return int64(*raw.In[int16](at))
	case scalarInt32:
		return int64(*raw.In[int32](at))
	case scalarUint8:
		return int64(*raw.In[uint8](at))
	case scalarUint16:
		return int64(*raw.In[uint16](at))
	case scalarUint32:
		return int64(*raw.In[uint32](at))
	}
	return 0
}

// saveBoxed writes a complex number, which unlike other scalars has an identity.
func (e *encoder) saveBoxed(c complex128) error {
	boxed := any(c)
	e.keep(boxed)
	return e.save(boxed)
}
