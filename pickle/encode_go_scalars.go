package pickle

import (
	"reflect"
	"unsafe"
)

// goScalar is a kind of Go value that is written from its place in memory, without a reflect.Value.
type goScalar uint8

const (
	noScalar goScalar = iota
	scalarBool
	scalarInt
	scalarInt32
	scalarInt64
	scalarFloat32
	scalarFloat64
	scalarString
)

var scalars = map[reflect.Kind]goScalar{
	reflect.Bool: scalarBool, reflect.Int: scalarInt, reflect.Int32: scalarInt32, reflect.Int64: scalarInt64,
	reflect.Float32: scalarFloat32, reflect.Float64: scalarFloat64, reflect.String: scalarString,
}

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

// saveScalar writes the scalar at p.
func (e *encoder) saveScalar(s goScalar, p unsafe.Pointer) error {
	switch s {
	case scalarString:
		return e.saveString(*(*string)(p))
	case scalarInt:
		e.saveInt(int64(*(*int)(p)))
	case scalarFloat64:
		e.saveFloat(*(*float64)(p))
	case scalarBool:
		e.saveBool(*(*bool)(p))
	case scalarInt64:
		e.saveInt(*(*int64)(p))
	case scalarInt32:
		e.saveInt(int64(*(*int32)(p)))
	case scalarFloat32:
		e.saveFloat(float64(*(*float32)(p)))
	}
	return nil
}

// scalarList returns the writer of slices of plain scalars, nil for others.
func scalarList(t reflect.Type) writer {
	kind, size := scalarOf(t), t.Size()
	if kind == noScalar {
		return nil
	}
	return func(e *encoder, v reflect.Value) error {
		first := v.UnsafePointer()
		return e.goList(v.Len(), func(i int) error {
			if len(e.buf) >= e.flushAt {
				e.boundary()
			}
			return e.saveScalar(kind, unsafe.Add(first, uintptr(i)*size))
		})
	}
}
