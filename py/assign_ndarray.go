package py

import (
	"fmt"
	"math"
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
)

// UnmarshalPython takes the elements of a numpy array or scalar whose dtype is of T's kind and
// size, in any byte order. They are copied.
func (a *Array[T]) UnmarshalPython(v any) error { return a.take(v, nil) }

// take is UnmarshalPython that takes over the memory of the elements where that is given away.
func (a *Array[T]) take(v any, memory *Takeover) error {
	from, ok := asNDArray(v)
	if !ok {
		return fmt.Errorf("pizco/py: %s is not a numpy array of plain elements", TypeName(v))
	}
	t := reflect.TypeFor[T]()
	if !from.DType.fits(t) {
		return fmt.Errorf("pizco/py: numpy's %s is not %v", from.DType.Kind, t)
	}
	if from.Axes != nil {
		from = from.RowsFirst()
	}
	a.Shape, a.Fortran = from.Shape, from.Fortran
	if from.liesAs(t) {
		if first := from.elements(t, memory); !first.IsNil() {
			a.Data = raw.Slice[T](first, len(from.Data)/from.DType.Size)
			return nil
		}
	}
	a.Data = make([]T, len(from.Data)/max(from.DType.Size, 1))
	from.copyTo(reflect.ValueOf(a.Data), 0, 1)
	return nil
}

// UnmarshalPython takes a numpy array or scalar as [NDArrayOf] does. The bytes of the elements are
// copied.
func (a *NDArray) UnmarshalPython(v any) error { return a.take(v, nil) }

// take is UnmarshalPython that takes over the memory of the elements where that is given away.
func (a *NDArray) take(v any, memory *Takeover) error {
	from, ok := asNDArray(v)
	if !ok {
		return fmt.Errorf("pizco/py: %s is not a numpy array of plain elements", TypeName(v))
	}
	*a = *from
	if !a.isObjects() && !memory.takes(from.Data, reflect.TypeFor[byte]()) {
		a.Data = append(make([]byte, 0, len(from.Data)), from.Data...)
	}
	return nil
}

func asNDArray(v any) (*NDArray, bool) {
	switch v := v.(type) {
	case *Object:
		return NDArrayOf(v)
	case *NDArray:
		return v, v.Valid()
	}
	return nil, false
}

// ndarray stores a numpy array in slices and arrays, nested as deep as it has dimensions, and a
// scalar in what takes its value.
func (a *assigner) ndarray(dst reflect.Value, o *Object) (done bool, err error) {
	if !isNumpy(o.Callable) {
		return false, nil
	}
	from, ok := NDArrayOf(o)
	if !ok {
		return false, nil
	}
	if len(from.Shape) > 0 && dst.Kind() != reflect.Slice && dst.Kind() != reflect.Array {
		return true, mismatch(dst, o)
	}
	if err := a.charge(dst, o, from.items()); err != nil {
		return true, err
	}
	if len(from.Shape) == 1 && from.copyAs(dst, a.takeover) {
		return true, nil
	}
	return true, a.dimension(dst, o, from, from.strides(), 0)
}

// items returns what the slices that the array is stored in count for: their headers, of which
// there can be many where there are few elements or none, and the elements as bytes do.
func (a *NDArray) items() int {
	total, n := 1, 1
	for i, d := range a.Shape {
		n = saturated(n, d)
		if i < len(a.Shape)-1 || a.DType.Size == 0 || a.isObjects() {
			total = min(total+n, math.MaxInt32)
		}
	}
	if parts := a.DType.parts(); parts > a.DType.Size+1 {
		return saturated(n, parts) // the fields share their bytes
	}
	return total + len(a.Data)/bytesPerItem
}

// parts returns how many values an element is made of. Fields may share their bytes.
func (d *DType) parts() int {
	n := 1
	for i := range d.Fields {
		n = min(n+d.Fields[i].DType.parts(), math.MaxInt32)
	}
	if d.Base != nil && d.Size > 0 {
		n = saturated(d.Base.parts(), d.Size/d.Base.Size)
	}
	return n
}

// saturated returns the product of two lengths, or what is more than any array may have.
func saturated(a, b int) int {
	if b > 0 && a > math.MaxInt32/b {
		return math.MaxInt32
	}
	return a * b
}

// dimension stores what lies at an element and the dimensions from there on.
func (a *assigner) dimension(dst reflect.Value, o *Object, from *NDArray, strides []int, at int) error {
	d := len(from.Shape) - len(strides)
	if len(strides) == 0 {
		work := a.work
		err := a.assign(dst, from.at(at))
		if dst.Kind() == reflect.Struct {
			a.work = work // its size is the type's, and its bytes have been charged
		}
		return err
	}
	n := from.Shape[d]
	for dst.Kind() == reflect.Pointer {
		if dst.IsNil() {
			dst.Set(reflect.New(dst.Type().Elem()))
		}
		dst = dst.Elem()
	}
	switch dst.Kind() {
	case reflect.Slice:
		dst.Set(reflect.MakeSlice(dst.Type(), n, n))
	case reflect.Array:
		if dst.Len() != n {
			return refuse(dst, o, fmt.Sprintf("it has %d items", n))
		}
	case reflect.Interface:
		return refuse(dst, o, "an array has no Go type of its own")
	default:
		return mismatch(dst, o)
	}
	if n == 0 {
		return nil
	}
	if len(strides) == 1 && from.DType.fits(dst.Type().Elem()) {
		from.copyTo(dst.Slice(0, n), at, strides[0])
		return nil
	}
	for i := range n {
		if err := a.dimension(dst.Index(i), o, from, strides[1:], at+i*strides[0]); err != nil {
			return under(atIndex(i), err)
		}
	}
	return nil
}

// at returns the value of an element, by its place in memory.
func (a *NDArray) at(i int) any {
	if a.isObjects() {
		return a.Objects[i]
	}
	return a.DType.whole(a.Data[i*a.DType.Size:])
}

// whole is Element, except that it takes structures apart into a dict of their fields, and
// subarrays into lists.
func (d *DType) whole(b []byte) any {
	switch {
	case d.Base != nil && d.Size > 0:
		items, _ := d.subarray(b, d.Shape)
		return items
	case d.Fields != nil:
		fields := StrDict()
		for i := range d.Fields {
			f := &d.Fields[i]
			_ = fields.Set(f.Name, f.DType.whole(b[f.Offset:])) // a str has a hash
		}
		return fields
	}
	return d.Element(b)
}

// subarray returns the lists of a subarray's dimensions, and the bytes after it.
func (d *DType) subarray(b []byte, shape []int) (any, []byte) {
	if len(shape) == 0 {
		return d.Base.whole(b), b[d.Base.Size:]
	}
	list := NewList()
	for range shape[0] {
		var item any
		item, b = d.subarray(b, shape[1:])
		list.Append(item)
	}
	return list, b
}

// fits reports whether elements of the dtype have the kind and size of a Go type.
func (d *DType) fits(t reflect.Type) bool {
	if int(t.Size()) != d.Size || t == durationType {
		return false
	}
	switch t.Kind() {
	case reflect.Bool:
		return d.Kind[0] == 'b'
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return d.Kind[0] == 'i' || d.Kind[0] == 'M' || d.Kind[0] == 'm'
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return d.Kind[0] == 'u'
	case reflect.Float32, reflect.Float64:
		return d.Kind[0] == 'f'
	case reflect.Complex64, reflect.Complex128:
		return d.Kind[0] == 'c'
	}
	return false
}

// copyTo copies elements that fit dst's, one for each of its, from an element on and so many apart.
func (a *NDArray) copyTo(dst reflect.Value, at, stride int) {
	size, n := a.DType.Size, dst.Len()
	if n == 0 {
		return
	}
	to := raw.Of(dst).Bytes(n * size)
	if stride == 1 {
		copy(to, a.Data[at*size:])
	} else {
		for i := range n {
			copy(to[i*size:(i+1)*size], a.Data[(at+i*stride)*size:])
		}
	}
	if a.DType.Kind[0] == 'b' {
		for i, b := range to {
			if b > 1 {
				to[i] = 1 // a Go bool has no other bytes
			}
		}
	}
	if !a.DType.isNative() {
		width := size
		if a.DType.Kind[0] == 'c' {
			width = size / 2
		}
		swapBytes(to, width)
	}
}

// swapBytes turns the bytes around in each part of the given width.
func swapBytes(b []byte, width int) {
	for ; len(b) >= width; b = b[width:] {
		for i, j := 0, width-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
	}
}
