package arrays

import (
	"encoding/binary"
	"math"

	"github.com/pizco-go/pizco/py"
)

// Of returns the array or the scalar of numpy that a value is, which has bytes for elements: not
// one of objects.
func Of(v any) (*py.NDArray, bool) {
	var a *py.NDArray
	switch v := v.(type) {
	case *py.Object:
		found, ok := py.NDArrayOf(v)
		if !ok {
			return nil, false
		}
		a = found
	case interface{ NDArray() *py.NDArray }:
		a = v.NDArray()
	default:
		return nil, false
	}
	return a, a.Valid() && a.Objects == nil && a.DType.Kind != objectKind && len(a.DType.Kind) > 1
}

const objectKind = "O8"

// FromNumbers returns the array that numpy makes of a list or a tuple of numbers, or of lists or
// tuples of them that are equally long. Its elements are bool, int64, float64 or complex128.
func FromNumbers(v any) (*py.NDArray, bool) {
	shape, ok := shapeOf(v)
	if !ok {
		return nil, false
	}
	kind := kindUnknown
	if !kind.look(v, shape) || kind == kindUnknown {
		return nil, false
	}
	a := &py.NDArray{DType: numberTypes[kind], Shape: shape}
	a.Data = appendNumbers(nil, v, kind)
	return a, true
}

// numberKind is what kind of numbers an array is made of. A float64 can hold an int, and a
// complex128 both.
type numberKind int

const (
	kindUnknown numberKind = iota
	kindBool
	kindInt
	kindFloat
	kindComplex
)

var numberTypes = map[numberKind]py.DType{
	kindBool:    {Kind: "b1", Order: '|', Size: 1, Alignment: 1},
	kindInt:     {Kind: "i8", Order: '<', Size: 8, Alignment: 1},
	kindFloat:   {Kind: "f8", Order: '<', Size: 8, Alignment: 1},
	kindComplex: {Kind: "c16", Order: '<', Size: 16, Alignment: 1},
}

// shapeOf returns the lengths of the dimensions by the first item of each.
func shapeOf(v any) ([]int, bool) {
	var shape []int
	for {
		list, ok := items(v)
		if !ok {
			return shape, len(shape) > 0
		}
		shape = append(shape, len(list))
		if len(list) == 0 || len(shape) > MaxDimensions {
			return shape, len(shape) <= MaxDimensions
		}
		v = list[0]
	}
}

// look raises the kind to one that holds all numbers in lists of this shape, and reports whether
// there is one. Numbers and bools are not mixed: numpy makes numbers of both.
func (k *numberKind) look(v any, shape []int) bool {
	if len(shape) > 0 {
		list, ok := items(v)
		if !ok || len(list) != shape[0] {
			return false
		}
		for _, item := range list {
			if !k.look(item, shape[1:]) {
				return false
			}
		}
		return true
	}
	of := kindUnknown
	switch v.(type) {
	case bool:
		of = kindBool
	case int64:
		of = kindInt
	case float64:
		of = kindFloat
	case complex128:
		of = kindComplex
	}
	if of == kindUnknown || *k != kindUnknown && (of == kindBool) != (*k == kindBool) {
		return false
	}
	*k = max(*k, of)
	return true
}

func appendNumbers(dst []byte, v any, kind numberKind) []byte {
	if list, ok := items(v); ok {
		for _, item := range list {
			dst = appendNumbers(dst, item, kind)
		}
		return dst
	}
	switch kind {
	case kindBool:
		if v == true {
			return append(dst, 1)
		}
		return append(dst, 0)
	case kindInt:
		n, _ := v.(int64)
		return binary.LittleEndian.AppendUint64(dst, uint64(n))
	case kindFloat:
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(real(complexOf(v))))
	}
	z := complexOf(v)
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(real(z)))
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(imag(z)))
}

func complexOf(v any) complex128 {
	switch v := v.(type) {
	case int64:
		return complex(float64(v), 0)
	case float64:
		return complex(v, 0)
	case complex128:
		return v
	}
	return 0
}
