package graph

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
)

// arrayValue returns the value of a numpy array or scalar: its dtype as numpy writes it, its shape,
// "C" or "F", and the elements as they lie in memory.
func arrayValue(a *py.NDArray) (value.Value, error) {
	if a.Axes != nil {
		a = a.RowsFirst()
	}
	dtype := value.OfString(dtypeText(&a.DType))
	elements, err := elementsOf(a)
	if err != nil {
		return value.Value{}, err
	}
	if a.Scalar {
		return list("npscalar", dtype, elements[0]), nil
	}
	var shape []value.Value
	for _, n := range a.Shape {
		shape = append(shape, value.OfInt(int64(n)))
	}
	order := "C"
	if a.Fortran && len(a.Shape) > 1 {
		order = "F"
	}
	return list("ndarray", dtype, value.OfTuple(shape...), value.OfString(order), value.OfList(elements...)), nil
}

func dtypeText(d *py.DType) string {
	text := string(rune(d.Order)) + d.Kind
	switch {
	case d.Unit != "" && d.Count > 1:
		return fmt.Sprintf("%s[%d%s]", text, d.Count, d.Unit)
	case d.Unit != "":
		return text + "[" + d.Unit + "]"
	}
	return text
}

// elementsOf returns the elements in the order in which they lie in memory.
func elementsOf(a *py.NDArray) ([]value.Value, error) {
	n := 1
	for _, d := range a.Shape {
		n *= d
	}
	flat := &py.NDArray{DType: a.DType, Shape: []int{n}, Data: a.Data}
	o, err := flat.Reduction(pickleProtocol, py.NumPy2)
	if err != nil {
		return nil, err
	}
	var elements []any
	if err := py.Assign(&elements, o); err != nil {
		return nil, err
	}
	return each(elements), nil
}

// pickleProtocol is one at which arrays are reduced with their bytes in them.
const pickleProtocol = 4

// array makes the graph of a numpy array or scalar.
func (b Builder) array(v value.Value) (any, error) {
	a := &py.NDArray{Scalar: v.Tag == "npscalar"}
	if !a.Scalar && len(v.Items) != 4 || a.Scalar && len(v.Items) != 2 {
		return nil, errShape
	}
	var err error
	if a.DType, err = dtypeOf(v.Items[0].Text); err != nil {
		return nil, err
	}
	elements := v.Items[1:]
	if !a.Scalar {
		for _, n := range v.Items[1].Items {
			length, err := strconv.Atoi(n.Text)
			if err != nil {
				return nil, err
			}
			a.Shape = append(a.Shape, length)
		}
		a.Fortran, elements = v.Items[2].Text == "F", v.Items[3].Items
	}
	a.Data = []byte{}
	for _, element := range elements {
		if a.Data, err = b.appendElement(a.Data, &a.DType, element); err != nil {
			return nil, err
		}
	}
	return a.Reduction(b.Protocol, b.numpy())
}

// numpy returns the generation of numpy to write for.
func (b Builder) numpy() py.NumPy {
	if b.NumPy == py.NumPy1 {
		return py.NumPy1
	}
	return py.NumPy2
}

// dtypeOf reads a dtype such as "<f8" or "<M8[ns]".
func dtypeOf(text string) (py.DType, error) {
	kind, unit, _ := strings.Cut(strings.TrimSuffix(text, "]"), "[")
	if len(kind) < 3 {
		return py.DType{}, fmt.Errorf("pizco/interop/graph: dtype %q", text)
	}
	d := py.DType{Order: kind[0], Kind: kind[1:], Unit: unit, Alignment: 1}
	size, err := strconv.Atoi(kind[2:])
	if err != nil {
		return d, err
	}
	d.Size = size
	if d.Kind[0] == 'U' {
		d.Size *= 4
	}
	return d, nil
}

// appendElement appends an element as numpy keeps it in memory.
func (b Builder) appendElement(dst []byte, d *py.DType, v value.Value) ([]byte, error) {
	element, err := b.Graph(v)
	if err != nil {
		return nil, err
	}
	switch e := element.(type) {
	case bool:
		if e {
			return append(dst, 1), nil
		}
		return append(dst, 0), nil
	case int64:
		return appendBits(dst, d, uint64(e), d.Size), nil
	case *big.Int:
		return appendBits(dst, d, e.Uint64(), d.Size), nil
	case float64:
		return appendFloat(dst, d, e, d.Size), nil
	case complex128:
		return appendFloat(appendFloat(dst, d, real(e), d.Size/2), d, imag(e), d.Size/2), nil
	case []byte:
		if len(e) <= d.Size {
			return append(append(dst, e...), make([]byte, d.Size-len(e))...), nil
		}
	case string:
		if runes := []rune(e); 4*len(runes) <= d.Size {
			for _, r := range runes {
				dst = appendBits(dst, d, uint64(r), 4)
			}
			return append(dst, make([]byte, d.Size-4*len(runes))...), nil
		}
	}
	return nil, fmt.Errorf("pizco/interop/graph: %s cannot be an element of %s", v, d.Kind)
}

func appendFloat(dst []byte, d *py.DType, f float64, size int) []byte {
	if size == 4 {
		return appendBits(dst, d, uint64(math.Float32bits(float32(f))), size)
	}
	return appendBits(dst, d, math.Float64bits(f), size)
}

func appendBits(dst []byte, d *py.DType, bits uint64, size int) []byte {
	if d.Order == '>' {
		return append(dst, binary.BigEndian.AppendUint64(nil, bits)[8-size:]...)
	}
	return append(dst, binary.LittleEndian.AppendUint64(nil, bits)[:size]...)
}
