package py

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"

	"github.com/pizco-go/pizco/internal/raw"
)

// NumPy is a generation of numpy, which decides about the names of its modules in pickles.
type NumPy int

// The generations of numpy. Both read what NumPy1 writes; numpy 1 reads what NumPy2 writes from
// 1.26 on. NumPy2 writes as 2.4 and later do. Earlier releases write an empty dict, as numpy 1
// does, into the dtypes of dates and times. They do not read an array with [NDArray.Axes] at
// protocol 5.
const (
	NumPy1 NumPy = 1
	NumPy2 NumPy = 2
)

// multiarray and numeric return the names of modules of numpy's core. Like Python's, each is one
// string, whose second place in a pickle refers to its first.
func (n NumPy) multiarray() string {
	if n == NumPy1 {
		return "numpy.core.multiarray"
	}
	return "numpy._core.multiarray"
}

func (n NumPy) numeric() string {
	if n == NumPy1 {
		return "numpy.core.numeric"
	}
	return "numpy._core.numeric"
}

// Reduction returns the object that numpy reduces the array to at a protocol. The object shares the
// array's memory, unless Axes has to be undone. It fails when the elements do not match Shape and
// DType, or when DType cannot be written (structures that hold Python objects).
func (a *NDArray) Reduction(protocol int, numpy NumPy) (*Object, error) {
	if !a.Valid() || a.Scalar && (len(a.Shape) > 0 || a.isObjects()) {
		return nil, fmt.Errorf("pizco/py: an array of shape %v of %s does not hold %d bytes", a.Shape, a.DType.Kind, len(a.Data))
	}
	dtype, err := a.DType.object(numpy, 0)
	if err != nil {
		return nil, err
	}
	order := a.order()
	switch {
	case a.Scalar:
		return NewObject(class(numpy.multiarray(), "scalar"), dtype, a.Data), nil
	case protocol >= 5 && !a.DType.isOpaque() && (order != 'K' || numpy != NumPy1):
		return a.fromBufferCall(numpy, dtype, order), nil
	}
	if order == 'K' {
		a = a.RowsFirst()
	}
	var elements any = a.Data
	if a.isObjects() {
		elements = NewList(a.Objects...)
	}
	shape := shapeTuple(a.Shape)
	return &Object{
		Callable: class(numpy.multiarray(), "_reconstruct"),
		Args:     Tuple{class("numpy", "ndarray"), Tuple{int64(0)}, []byte("b")},
		State:    Tuple{int64(1), shape, dtype, order == 'F' || a.isFortranObjects(), elements},
		HasState: true,
	}, nil
}

// isFortranObjects reports whether an array of objects is in column-major order in numpy's memory.
// Its elements are always written in row-major order.
func (a *NDArray) isFortranObjects() bool {
	return a.isObjects() && a.Fortran && !a.hasStrides(columnStrides(a.Shape), rowStrides(a.Shape))
}

// isOpaque reports whether Python cannot export a buffer of the elements, so that protocol 5 cannot
// take them out of band. It holds for dates, times, Python objects, fields that overlap or are out
// of order, and types without a size.
func (d *DType) isOpaque() bool {
	if d.Base != nil && d.Base.isOpaque() {
		return true
	}
	end := 0
	for i := range d.Fields {
		f := &d.Fields[i]
		if f.Offset < end || f.DType.isOpaque() {
			return true
		}
		end = f.Offset + f.DType.Size
	}
	return d.Size == 0 || d.Kind[0] == 'M' || d.Kind[0] == 'm' || d.Kind[0] == 'O'
}

func (a *NDArray) fromBufferCall(numpy NumPy, dtype *Object, order byte) *Object {
	buffer := &Buffer{Bytes: a.Data, ReadOnly: a.ReadOnly}
	call := class(numpy.numeric(), "_frombuffer")
	if order == 'K' {
		return NewObject(call, buffer, dtype, shapeTuple(a.memoryShape()), "K", shapeTuple(a.Axes))
	}
	return NewObject(call, buffer, dtype, shapeTuple(a.Shape), string(rune(order)))
}

func shapeTuple(shape []int) Tuple {
	t := make(Tuple, len(shape))
	for i, d := range shape {
		t[i] = int64(d)
	}
	return t
}

// MarshalPython returns what numpy 2 reduces the array to, at protocol 4 and, by its Reducer, at
// others.
func (a *NDArray) MarshalPython() (any, error) {
	o, err := a.Reduction(4, NumPy2)
	if err != nil {
		return nil, err
	}
	o.Reducer = ndarrayReducer{a}
	return o, nil
}

type ndarrayReducer struct{ array *NDArray }

// Reduce implements Reducer.
func (r ndarrayReducer) Reduce(protocol, _ int) *Object {
	if protocol < 5 || r.array.Scalar {
		return nil
	}
	o, err := r.array.Reduction(protocol, NumPy2)
	if err != nil {
		return nil
	}
	return o
}

// nativeDTypes are the dtypes that numpy has one object of each.
var nativeDTypes = func() map[string]*Object {
	made := map[string]*Object{}
	for kind := range strings.FieldsSeq("b1 i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8 c8 c16") {
		order := "<"
		if kind == "b1" || kind == "i1" || kind == "u1" {
			order = "|"
		}
		made[kind] = newDType(kind, Tuple{int64(3), order, nil, nil, nil, int64(-1), int64(-1), int64(0)})
	}
	made[objectKind] = newDType(objectKind, Tuple{int64(3), "|", nil, nil, nil, int64(-1), int64(-1), int64(dtypeObjects)})
	return made
}()

func newDType(kind string, state Tuple) *Object {
	return &Object{Callable: class("numpy", "dtype"), Args: Tuple{strings.Clone(kind), false, true}, State: state, HasState: true}
}

const (
	dtypeNeedsInit = 0x08
	dtypeFields    = 0x10
	dtypeAligned   = 0x80
	dtypeObjects   = 0x3F
)

// object returns the dtype as numpy reduces it.
func (d *DType) object(numpy NumPy, depth int) (*Object, error) {
	if depth > maxDTypeDepth || len(d.Kind) < 2 || d.Kind[0] == 'O' && (depth > 0 || d.Kind != objectKind) {
		return nil, fmt.Errorf("pizco/py: dtype %q cannot be written", d.Kind)
	}
	if native := nativeDTypes[d.Kind]; native != nil && d.Order != '>' {
		return native, nil
	}
	order := string(rune(d.Order))
	if d.Order == 0 {
		order = "|"
	}
	var names, fields any
	size, alignment, version := int64(-1), int64(-1), int64(3)
	switch d.Kind[0] {
	case 'U':
		size, alignment = int64(d.Size), 4
	case 'S', 'V':
		size, alignment = int64(d.Size), int64(max(d.Alignment, 1))
	}
	var base any
	if d.Base != nil {
		inner, err := d.Base.object(numpy, depth+1)
		if err != nil {
			return nil, err
		}
		base = Tuple{inner, shapeTuple(d.Shape)}
	}
	if d.Fields != nil {
		tuple, dict, err := d.fieldTable(numpy, depth)
		if err != nil {
			return nil, err
		}
		names, fields = tuple, dict
	}
	state := Tuple{version, order, base, names, fields, size, alignment, d.flags(numpy)}
	if d.Kind[0] == 'M' || d.Kind[0] == 'm' {
		unit := d.Unit
		if unit == "" {
			unit = "generic"
		}
		state[0] = int64(4)
		var metadata any
		if numpy == NumPy1 {
			metadata = &Dict{}
		}
		state = append(state, Tuple{metadata, Tuple{[]byte(unit), int64(max(d.Count, 1)), int64(1), int64(1)}})
	}
	return newDType(d.Kind, state), nil
}

// flags returns the flags of numpy's C structure as pickles carry them. Numpy 1 has them in a
// signed byte.
func (d *DType) flags(numpy NumPy) int64 {
	var flags int64
	if d.Kind[0] == 'U' {
		flags = dtypeNeedsInit
	}
	if d.Base != nil {
		flags |= d.Base.flags(numpy) & dtypeNeedsInit
	}
	if d.Fields != nil {
		flags |= dtypeFields
	}
	for i := range d.Fields {
		flags |= d.Fields[i].DType.flags(numpy) & dtypeNeedsInit
	}
	if d.Fields != nil && d.Alignment > 1 {
		flags |= dtypeAligned
	}
	if numpy == NumPy1 {
		return int64(int8(flags))
	}
	return flags
}

// fieldTable returns the names of a structured dtype's fields and the dict of their dtypes and
// offsets.
func (d *DType) fieldTable(numpy NumPy, depth int) (Tuple, *Dict, error) {
	names, table := make(Tuple, len(d.Fields)), &Dict{}
	for i := range d.Fields {
		f := &d.Fields[i]
		inner, err := f.DType.object(numpy, depth+1)
		if err != nil {
			return nil, nil, err
		}
		names[i] = f.Name
		if err := table.Set(f.Name, Tuple{inner, int64(f.Offset)}); err != nil {
			return nil, nil, err
		}
	}
	if table.Len() < len(names) {
		return nil, nil, fmt.Errorf("pizco/py: fields of dtype %q have the same name", d.Kind)
	}
	return names, table, nil
}

// elementKinds are the short names of the dtypes of Go's types, by their size.
var elementKinds = map[string]string{
	"bool": "b1", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8", "uint8": "u1", "uint16": "u2", "uint32": "u4", "uint64": "u8",
	"float32": "f4", "float64": "f8", "complex64": "c8", "complex128": "c16",
}

// littleEndian tells how this machine stores numbers.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// NDArray returns the array as one of bytes. It shares the memory of Data.
func (a *Array[T]) NDArray() *NDArray {
	size := int(reflect.TypeFor[T]().Size())
	d := DType{Kind: elementKinds[reflect.TypeFor[T]().Kind().String()], Order: '<', Size: size, Alignment: 1}
	switch {
	case size == 1:
		d.Order = '|'
	case !littleEndian:
		d.Order = '>'
	}
	data := []byte{}
	if len(a.Data) > 0 {
		data = raw.BytesOf(a.Data)
	}
	return &NDArray{DType: d, Shape: a.Shape, Fortran: a.Fortran, Data: data}
}

// MarshalPython returns what numpy 2 reduces the array to.
func (a *Array[T]) MarshalPython() (any, error) { return a.NDArray().MarshalPython() }
