package py

import (
	"fmt"
	"math"
)

// Element is a Go type that numpy has a dtype of the same layout for.
type Element interface {
	~bool | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64 | ~complex64 | ~complex128
}

// Array is a numpy.ndarray of elements that Go has a type for. The zero value is an array of no
// dimensions and no elements, which is not valid: use [NewArray].
type Array[T Element] struct {
	// Data holds the elements, rows first, or columns first when Fortran is set.
	Data []T
	// Shape is the length of each dimension; an array of no dimensions has one element.
	Shape []int
	// Fortran is set when the first index changes fastest in Data.
	Fortran bool
}

// NewArray returns an array of the given shape over data, which it keeps without copying. Without a
// shape it has one dimension. It fails when the shape does not hold just the elements of data.
func NewArray[T Element](data []T, shape ...int) (*Array[T], error) {
	if len(shape) == 0 {
		shape = []int{len(data)}
	}
	if n, ok := shapeSize(shape); !ok || n != len(data) {
		return nil, fmt.Errorf("pizco/py: an array of shape %v does not hold %d elements", shape, len(data))
	}
	return &Array[T]{Data: data, Shape: shape}, nil
}

// At returns the element at the given index, one for each dimension, and whether there is one.
func (a *Array[T]) At(index ...int) (element T, ok bool) {
	if len(index) != len(a.Shape) {
		return element, false
	}
	at := 0
	for i := range index {
		d := i
		if a.Fortran {
			d = len(index) - 1 - i
		}
		if index[d] < 0 || index[d] >= a.Shape[d] {
			return element, false
		}
		at = at*a.Shape[d] + index[d]
	}
	if at >= len(a.Data) {
		return element, false
	}
	return a.Data[at], true
}

// NDArray is a numpy.ndarray of any dtype. Its elements are kept as numpy's bytes, or as values for
// dtype object.
type NDArray struct {
	// DType is the type of the elements.
	DType DType
	// Shape is the length of each dimension; an array of no dimensions has one element.
	Shape []int
	// Fortran is set when the first index changes fastest in Data.
	Fortran bool
	// Axes is set when neither the last nor the first index changes fastest in Data, as in a
	// transposed array of three dimensions. Dimension i is then dimension Axes[i] of an array with the
	// same Data and its rows first. It is nil for all other arrays.
	Axes []int
	// Data holds the elements, DType.Size bytes each, in the byte order of DType.
	Data []byte
	// Objects holds the elements when DType.Kind is "O8", rows first, even when Fortran is set; it
	// is nil for any other.
	Objects []any
	// ReadOnly is set when numpy refuses to write to the elements. Only protocol 5 carries it.
	ReadOnly bool
	// Scalar is set for a numpy scalar such as numpy.float64, which is not an array. Its Shape is
	// empty.
	Scalar bool
}

// DType is a numpy.dtype, in the terms in which numpy pickles it.
type DType struct {
	// Kind and size are numpy's short name without the byte order, such as "f8", "i4", "b1", "c16",
	// "U10", "S3", "M8", "V12" or "O8".
	Kind string
	// Order is the byte order: '<', '>', or '|' where it does not matter.
	Order byte
	// Unit is the unit of datetime64 ("M8") and timedelta64 ("m8") elements, such as "ns" or "D".
	// Count is how many of them make one step. An empty Unit is the generic one.
	Unit  string
	Count int
	// Fields are the fields of a structured dtype, nil for any other.
	Fields []DTypeField
	// Base is the dtype of the elements of a subarray, which a field of a structured dtype can be,
	// and Shape its shape; nil for any other.
	Base  *DType
	Shape []int
	// Size is the number of bytes of one element.
	Size int
	// Alignment is what numpy says about structured and void dtypes, as a rule 1.
	Alignment int
}

// DTypeField is a field of a structured dtype.
type DTypeField struct {
	Name   string
	DType  DType
	Offset int
}

// NDArray returns a itself.
func (a *NDArray) NDArray() *NDArray { return a }

// Valid reports whether the elements are as many as the shape asks for, and Data has the size that
// the dtype asks for.
func (a *NDArray) Valid() bool {
	n, ok := shapeSize(a.Shape)
	if !ok || a.DType.Size < 0 || !a.validAxes() {
		return false
	}
	if a.isObjects() {
		return n == len(a.Objects) && len(a.Data) == 0
	}
	return len(a.Objects) == 0 && (a.DType.Size == 0 || n <= math.MaxInt/a.DType.Size) && n*a.DType.Size == len(a.Data)
}

// objectKind is the dtype of references to Python objects.
const objectKind = "O8"

func (a *NDArray) isObjects() bool { return a.DType.Kind == objectKind }

// shapeSize returns the number of elements of a shape, and whether the shape is one.
func shapeSize(shape []int) (int, bool) {
	n := 1
	for _, d := range shape {
		if d < 0 || d > 0 && n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}
