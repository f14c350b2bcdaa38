package py

import (
	"fmt"
	"reflect"
	"strings"
)

// The classes that an array.array is reduced to: below protocol 3 its type code and a list of its
// elements, from there on its class, type code, format and bytes.
var (
	arrayOfList  = Class{Module: "array", Name: "array"}
	arrayOfBytes = Class{Module: "array", Name: "_array_reconstructor"}
)

// arrayKinds are the kinds of numpy's that hold what the formats of _array_reconstructor do, two
// formats each: little and big endian. The first two formats are of one byte.
var arrayKinds = [...]string{"u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"}

// arrayTextFormat is the first format of characters.
const arrayTextFormat = 18

// array stores an array.array of numbers in slices and arrays, and one of characters in what takes
// a str.
func (a *assigner) array(dst reflect.Value, o *Object) (done bool, err error) {
	if o.How != Reduce {
		return false, nil
	}
	switch c, _ := o.Callable.(Class); {
	case c == arrayOfList && len(o.Args) == 1:
		return a.sequence(dst, o, nil)
	case c == arrayOfList && len(o.Args) == 2:
		items, ok := o.Args[1].(*List)
		if ok && (o.Args[0] == "u" || o.Args[0] == "w") {
			return true, a.assign(dst, joined(items))
		}
		if ok {
			return a.sequence(dst, o, items.Items)
		}
		if text, ok := o.Args[1].(string); ok {
			return true, a.assign(dst, text)
		}
	case c == arrayOfBytes && len(o.Args) == 4:
		format, ok1 := o.Args[2].(int64)
		content, ok2 := o.Args[3].([]byte)
		if !ok1 || !ok2 || format < 0 {
			return false, nil
		}
		if format < arrayTextFormat {
			return true, a.numbers(dst, o, format, content)
		}
		if text, ok := arrayElements(format, content, 0); ok {
			return true, a.assign(dst, text)
		}
	}
	return false, nil
}

// numbers stores the elements of an array.array of a format.
func (a *assigner) numbers(dst reflect.Value, o *Object, format int64, content []byte) error {
	from := &NDArray{DType: DType{Kind: arrayKinds[format&1], Order: '<'}, Data: content}
	if format > 1 {
		from.DType.Kind = arrayKinds[format/2+1]
		from.DType.Order = "<>"[format&1]
	}
	from.DType.Size = int(from.DType.Kind[1] - '0')
	if len(content)%from.DType.Size != 0 {
		return refuse(dst, o, fmt.Sprintf("its %d bytes are not a whole number of elements", len(content)))
	}
	from.Shape = []int{len(content) / from.DType.Size}
	if err := a.charge(dst, o, from.Shape[0]); err != nil {
		return err
	}
	if from.copyAs(dst, a.takeover) {
		return nil
	}
	return a.dimension(dst, o, from, from.strides(), 0)
}

// copyAs makes a slice of the elements of one dimension where they lie as the slice has them, of
// their own memory where that is given away.
func (a *NDArray) copyAs(dst reflect.Value, t *Takeover) bool {
	if dst.Kind() != reflect.Slice || !a.liesAs(dst.Type().Elem()) {
		return false
	}
	elem := dst.Type().Elem()
	first := a.elements(elem, t)
	if first.IsNil() {
		return false
	}
	dst.Set(first.Slice(elem, a.Shape[0]).Convert(dst.Type()))
	return true
}

// joined returns the strings of a list as one.
func joined(items *List) string {
	var text strings.Builder
	for _, v := range items.Items {
		s, _ := v.(string)
		text.WriteString(s)
	}
	return text.String()
}
