package py

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/internal/wtf8"
)

// NDArrayOf returns the array that an object of numpy holds. The object is a numpy.ndarray as numpy
// 1 or 2 pickles it at any protocol, or a numpy scalar, which is an array without dimensions. Data
// and Objects share the object's memory. A numpy.matrix and other subclasses are taken for the
// array that they are. The titles and metadata of a dtype are left out.
//
// It reports false for other objects, and for an object whose parts contradict each other. A
// numpy.ma.MaskedArray is among the other objects, as are arrays of structures that hold Python
// objects.
func NDArrayOf(o *Object) (*NDArray, bool) {
	if !isNumpy(o.Callable) || o.How != Reduce {
		return nil, false
	}
	a := &NDArray{}
	ok := false
	switch c, _ := o.Callable.(Class); c.Name {
	case "_reconstruct":
		ok = a.fromState(o)
	case "_frombuffer":
		ok = a.fromBuffer(o.Args)
	case "scalar":
		ok = a.fromScalar(o.Args)
	}
	return a, ok && a.Valid()
}

func isNumpy(callable any) bool {
	c, _ := callable.(Class)
	return c.Module == "numpy" || strings.HasPrefix(c.Module, "numpy.")
}

// fromState reads (version, shape, dtype, isFortran, data), which is given to the empty array by
// BUILD.
func (a *NDArray) fromState(o *Object) bool {
	s, _ := o.State.(Tuple)
	if len(s) != 5 {
		return false
	}
	var ok bool
	if a.Shape, ok = shapeOf(s[1]); !ok {
		return false
	}
	if a.DType, ok = dtypeOf(s[2]); !ok {
		return false
	}
	a.Fortran, _ = s[3].(bool)
	if items, isList := s[4].(*List); isList && a.isObjects() {
		a.Objects = items.Items
		return true
	}
	a.Data, ok = contentOf(s[4])
	return ok
}

// fromBuffer reads (buffer, dtype, shape, order), which is how protocol 5 has it. With the order
// "K" the shape is that in memory, and a fifth item tells where each dimension lies there.
func (a *NDArray) fromBuffer(args Tuple) bool {
	if len(args) != 4 && len(args) != 5 {
		return false
	}
	var ok bool
	if a.Data, ok = contentOf(args[0]); !ok {
		return false
	}
	switch buffer := args[0].(type) {
	case []byte:
		a.ReadOnly = true
	case *Buffer:
		a.ReadOnly = buffer.ReadOnly
	}
	if a.DType, ok = dtypeOf(args[1]); !ok || a.isObjects() {
		return false
	}
	if a.Shape, ok = shapeOf(args[2]); !ok {
		return false
	}
	a.Fortran = args[3] == "F"
	if len(args) == 4 {
		return args[3] != "K"
	}
	return args[3] == "K" && a.transpose(args[4])
}

// transpose takes the array, so far shaped as it lies in memory, for one whose dimensions are in
// the given order.
func (a *NDArray) transpose(axes any) bool {
	var ok bool
	if a.Axes, ok = shapeOf(axes); !ok || !a.validAxes() {
		return false
	}
	shape := make([]int, len(a.Shape))
	for i, axis := range a.Axes {
		shape[i] = a.Shape[axis]
	}
	a.Shape = shape
	return true
}

// fromScalar reads (dtype, data).
func (a *NDArray) fromScalar(args Tuple) bool {
	if len(args) != 2 {
		return false
	}
	var ok bool
	if a.DType, ok = dtypeOf(args[0]); !ok || a.isObjects() {
		return false
	}
	a.Data, ok = contentOf(args[1])
	a.Scalar = true
	return ok
}

func contentOf(v any) ([]byte, bool) {
	switch v := v.(type) {
	case []byte:
		return v, true
	case *ByteArray:
		return v.Bytes, true
	case *Buffer:
		return v.Bytes, true
	}
	return nil, false
}

// maxDimensions is how many dimensions an array of numpy 2 can have; numpy 1 has half of that.
const maxDimensions = 64

func shapeOf(v any) ([]int, bool) {
	t, ok := v.(Tuple)
	if len(t) > maxDimensions {
		return nil, false
	}
	shape := make([]int, len(t))
	for i, d := range t {
		n, isInt := d.(int64)
		if !isInt || n < 0 || n > math.MaxInt {
			return nil, false
		}
		shape[i] = int(n)
	}
	return shape, ok
}

// IsPlainDType reports whether an object is a numpy.dtype whose elements are bytes, and hold no
// Python objects.
func IsPlainDType(o *Object) bool {
	d, ok := dtypeOf(o)
	return ok && d.Kind[0] != 'O'
}

// maxDTypeDepth bounds how deep structured dtypes are nested, and maxDTypes how many dtypes one
// holds. Fields can share a dtype, whose own fields share one in turn: a few of them would unfold
// to more than any time suffices for.
const (
	maxDTypeDepth = 32
	maxDTypes     = 4096
)

// dtypeOf reads a numpy.dtype.
func dtypeOf(v any) (DType, bool) {
	var r dtypeReader
	return r.read(v, 0)
}

// dtypeReader reads one dtype with the dtypes in it.
type dtypeReader struct{ count int }

// read reads a numpy.dtype: made of its name, with a state (version, byte order, subdtype, names,
// fields, size, alignment, flags[, metadata]).
func (r *dtypeReader) read(v any, depth int) (DType, bool) {
	o, ok := v.(*Object)
	r.count++
	if !ok || !isNumpy(o.Callable) || len(o.Args) == 0 || depth > maxDTypeDepth || r.count > maxDTypes {
		return DType{}, false
	}
	s, _ := o.State.(Tuple)
	d := DType{Alignment: 1}
	d.Kind, ok = o.Args[0].(string)
	if !ok || len(d.Kind) < 2 || len(s) < 8 || d.Kind[0] == 'O' && depth > 0 {
		return DType{}, false // elements with objects in them are no bytes
	}
	order, _ := s[1].(string)
	if len(order) != 1 {
		return DType{}, false
	}
	d.Order = order[0]
	if d.Size, ok = elementSize(d.Kind); !ok {
		return DType{}, false
	}
	if align, isInt := s[6].(int64); isInt && align > 0 {
		d.Alignment = int(align)
	}
	if s[2] != nil && !r.readBase(&d, s[2], depth) {
		return DType{}, false
	}
	if names, isTuple := s[3].(Tuple); isTuple && !r.readFields(&d, names, s[4], depth) {
		return DType{}, false
	}
	if len(s) > 8 {
		d.readUnit(s[8])
	}
	return d, true
}

// readBase reads the dtype and the shape of a subarray.
func (r *dtypeReader) readBase(d *DType, v any, depth int) bool {
	t, _ := v.(Tuple)
	if len(t) != 2 {
		return false
	}
	base, ok := r.read(t[0], depth+1)
	if !ok {
		return false
	}
	d.Base = &base
	d.Shape, ok = shapeOf(t[1])
	n, isShape := shapeSize(d.Shape)
	if base.Size == 0 {
		return ok && isShape && d.Size == 0
	}
	return ok && isShape && d.Size%base.Size == 0 && d.Size/base.Size == n
}

func elementSize(kind string) (int, bool) {
	n, err := strconv.Atoi(kind[1:])
	if err != nil || n < 0 || n > math.MaxInt32 {
		return 0, false
	}
	if kind[0] == 'U' {
		n *= 4
	}
	return n, true
}

// readFields reads the fields of a structured dtype.
func (r *dtypeReader) readFields(d *DType, names Tuple, fields any, depth int) bool {
	byName, ok := fields.(*Dict)
	if !ok {
		return false
	}
	d.Fields = make([]DTypeField, 0, min(len(names), maxDTypes))
	for _, n := range names {
		name, isStr := n.(string)
		field, _ := byName.Get(n)
		t, _ := field.(Tuple)
		if !isStr || len(t) < 2 {
			return false
		}
		offset, isInt := t[1].(int64)
		inner, ok := r.read(t[0], depth+1)
		if !isInt || !ok || offset < 0 || offset > int64(d.Size-inner.Size) {
			return false
		}
		d.Fields = append(d.Fields, DTypeField{Name: name, DType: inner, Offset: int(offset)})
	}
	return true
}

// readUnit reads the unit of a date or time: (metadata, (unit, count, numerator, denominator)).
func (d *DType) readUnit(v any) {
	meta, _ := v.(Tuple)
	if len(meta) != 2 {
		return
	}
	unit, _ := meta[1].(Tuple)
	if len(unit) < 2 {
		return
	}
	if name, ok := contentOf(unit[0]); ok && string(name) != "generic" {
		d.Unit = string(name)
	} else if name, ok := unit[0].(string); ok && name != "generic" {
		d.Unit = name
	}
	count, _ := unit[1].(int64)
	d.Count = int(count)
}

// Element returns the Python value of the element at the beginning of b, which has at least Size
// bytes. Dates and times are the number of their units. Elements that Python has no value for, such
// as structures and numbers of 16 bytes, are their bytes.
func (d *DType) Element(b []byte) any {
	b = b[:d.Size]
	switch d.Kind[0] {
	case 'b':
		return d.Size == 1 && b[0] != 0
	case 'i', 'm', 'M':
		n, shift := d.uint(b), 64-8*d.Size
		return int64(n<<shift) >> shift
	case 'u':
		n := d.uint(b)
		if n > math.MaxInt64 {
			return new(big.Int).SetUint64(n)
		}
		return int64(n)
	case 'f':
		if f, ok := d.float(b); ok {
			return f
		}
	case 'c':
		re, ok1 := d.float(b[:d.Size/2])
		im, ok2 := d.float(b[d.Size/2:])
		if ok1 && ok2 {
			return complex(re, im)
		}
	case 'S':
		return bytes.TrimRight(b, "\x00")
	case 'U':
		return d.text(b)
	}
	return b
}

func (d *DType) uint(b []byte) (n uint64) {
	for i := range b {
		at := i
		if d.Order != '>' {
			at = len(b) - 1 - i
		}
		n = n<<8 | uint64(b[at])
	}
	return n
}

func (d *DType) float(b []byte) (float64, bool) {
	switch len(b) {
	case 2:
		return halfFloat(uint16(d.uint(b))), true
	case 4:
		return float64(math.Float32frombits(uint32(d.uint(b)))), true
	case 8:
		return math.Float64frombits(d.uint(b)), true
	}
	return 0, false
}

// halfFloat returns the value of an IEEE 754 binary16.
func halfFloat(h uint16) float64 {
	sign := 1.0
	if h&0x8000 != 0 {
		sign = -1
	}
	exponent, fraction := int(h>>10&0x1F), float64(h&0x3FF)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 0x1F:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

func (d *DType) text(b []byte) string {
	var s []byte
	for ; len(b) >= 4; b = b[4:] {
		s = wtf8.Append(s, rune(d.uint(b[:4])))
	}
	return strings.TrimRight(string(s), "\x00")
}

// isNative reports whether elements lie in memory as the machine has them.
func (d *DType) isNative() bool {
	little := binary.NativeEndian.Uint16([]byte{1, 0}) == 1
	return d.Size == 1 || d.Order == '=' || (d.Order == '<') == little && d.Order != '|'
}
