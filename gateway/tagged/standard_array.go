package tagged

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"

	"github.com/pizco-go/pizco/internal/arrays"
	"github.com/pizco-go/pizco/py"
)

// The keys of an $array.
const (
	arrayDType    = "dtype"
	arrayShape    = "shape"
	arrayData     = "data"
	arrayFortran  = "fortran"
	arrayReadOnly = "readonly"
	arrayScalar   = "scalar"
)

// arrayOf returns the array or scalar of numpy that an $array carries without a loss, or nil.
//
// Elements that lie neither rows nor columns first are put rows first, as readers of JSON know
// them. It is nil for arrays of objects, for subclasses of ndarray, and for dtypes with titles or
// metadata.
func arrayOf(o *py.Object) *py.NDArray {
	a, ok := py.NDArrayOf(o)
	if !ok || a.Objects != nil || !isArrayOfNumpy(o, a) {
		return nil
	}
	if again, ok := arrays.ParseDType(arrays.DTypeForm(&a.DType)); !ok || !reflect.DeepEqual(again, a.DType) {
		return nil
	}
	if a.Axes != nil {
		return a.RowsFirst()
	}
	return a
}

// isArrayOfNumpy reports whether some numpy writes the array at some protocol as o was written.
func isArrayOfNumpy(o *py.Object, a *py.NDArray) bool {
	for _, numpy := range []py.NumPy{py.NumPy2, py.NumPy1} {
		for _, protocol := range []int{5, 4} {
			if reduced, err := a.Reduction(protocol, numpy); err == nil && sameArrayPart(o, reduced, maxStandardDepth) {
				return true
			}
		}
	}
	return false
}

// sameArrayPart reports whether two parts of a reduced array say the same. The elements may be
// bytes of any type. Metadata that is empty, which numpy up to 2.3 writes, is as good as none.
func sameArrayPart(a, b any, depth int) bool {
	if depth == 0 {
		return false
	}
	if content, readOnly, ok := bufferOf(a); ok {
		other, otherReadOnly, ok := bufferOf(b)
		return ok && readOnly == otherReadOnly && bytes.Equal(content, other)
	}
	switch a := a.(type) {
	case py.Tuple:
		b, ok := b.(py.Tuple)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameArrayPart(a[i], b[i], depth-1) {
				return false
			}
		}
		return true
	case *py.Object:
		b, ok := b.(*py.Object)
		return ok && sameArrayObject(a, b, depth)
	case *py.Dict:
		b, ok := b.(*py.Dict)
		return a.Len() == 0 && (!ok || b == nil) || ok && sameArrayPairs(a.Pairs(), b.Pairs(), depth)
	}
	return same(a, b, depth)
}

func sameArrayObject(a, b *py.Object, depth int) bool {
	return a.How == b.How && a.HasState == b.HasState && a.Kwargs == nil && a.StateSetter == nil && len(a.ListItems)+len(a.DictItems) == 0 &&
		a.Callable == b.Callable && sameArrayPart(a.Args, b.Args, depth-1) && sameArrayPart(a.State, b.State, depth-1)
}

func sameArrayPairs(a, b []py.Pair, depth int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Key != b[i].Key || !sameArrayPart(a[i].Value, b[i].Value, depth-1) {
			return false
		}
	}
	return true
}

// bufferOf returns the bytes of a value, and whether numpy refuses to write to them.
func bufferOf(v any) (content []byte, readOnly, ok bool) {
	switch v := v.(type) {
	case []byte:
		return v, true, true
	case *py.ByteArray:
		return v.Bytes, false, true
	case *py.Buffer:
		return v.Bytes, v.ReadOnly, true
	}
	return nil, false, false
}

// array writes the form of an array.
func (e *encoder) array(a *py.NDArray) error {
	return e.tag(tagArray, func() error {
		e.text(`{"` + arrayDType + `": `)
		if err := e.tree(arrays.DTypeForm(&a.DType)); err != nil {
			return err
		}
		e.text(`, "` + arrayShape + `": `)
		if err := e.tree(arrays.ShapeList(a.Shape)); err != nil {
			return err
		}
		e.text(`, "` + arrayData + `": `)
		if err := e.base64(a.Data); err != nil {
			return err
		}
		for _, flag := range []struct {
			name string
			set  bool
		}{{arrayFortran, a.Fortran}, {arrayReadOnly, a.ReadOnly}, {arrayScalar, a.Scalar}} {
			if flag.set {
				e.text(`, "` + flag.name + `": true`)
			}
		}
		e.text("}")
		return nil
	})
}

func readArray(content any) (any, error) {
	form, ok := content.(*py.Dict)
	if !ok {
		return nil, errWant("an object with dtype, shape and data")
	}
	a, err := parseArray(form)
	if err != nil {
		return nil, err
	}
	return a.MarshalPython()
}

func parseArray(form *py.Dict) (*py.NDArray, error) {
	a := &py.NDArray{}
	known := false
	for key, value := range form.All() {
		var ok bool
		switch key {
		case arrayDType:
			a.DType, ok = arrays.ParseDType(value)
			known = ok
		case arrayShape:
			ok = py.Assign(&a.Shape, value) == nil && len(a.Shape) <= arrays.MaxDimensions
		case arrayData:
			text, isText := value.(string)
			data, err := base64.StdEncoding.DecodeString(text)
			a.Data, ok = data, isText && err == nil
		case arrayFortran:
			a.Fortran, ok = value.(bool)
		case arrayReadOnly:
			a.ReadOnly, ok = value.(bool)
		case arrayScalar:
			a.Scalar, ok = value.(bool)
		}
		if !ok {
			return nil, errWant(fmt.Sprintf("another content of %s", py.Repr(key)))
		}
	}
	if !known || !plausibleShape(a) || !a.Valid() {
		return nil, errWant("data of the size that dtype and shape ask for")
	}
	return a, nil
}

// plausibleShape keeps products of lengths within bounds.
func plausibleShape(a *py.NDArray) bool {
	return arrays.SizeWithin(a.Shape, a.DType.Size) && (!a.Scalar || len(a.Shape) == 0)
}
