package tagged

import (
	"encoding/base64"
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/pizco-go/pizco/py"
)

// The keys of an $array.
const (
	arrayDType   = "dtype"
	arrayShape   = "shape"
	arrayData    = "data"
	arrayFortran = "fortran"
	arrayScalar  = "scalar"
)

// arrayForm returns the form of a numpy array or scalar whose dtype is a single one, or nil.
func arrayForm(o *py.Object) any {
	a, ok := py.NDArrayOf(o)
	if !ok || len(a.DType.Fields) > 0 || !dtypePattern.MatchString(dtypeText(&a.DType)) {
		return nil
	}
	content := arrayContent(a)
	again, err := parseArray(content)
	if err != nil || !arrayWrittenAlike(o, again) {
		return nil
	}
	return tag(tagArray, content)
}

// arrayWrittenAlike reports whether some numpy writes the array at some protocol as o was written.
func arrayWrittenAlike(o *py.Object, a *py.NDArray) bool {
	for _, numpy := range []py.NumPy{py.NumPy2, py.NumPy1} {
		for _, protocol := range []int{4, 5, 2} {
			if reduced, err := a.Reduction(protocol, numpy); err == nil && same(o, reduced, maxStandardDepth) {
				return true
			}
		}
	}
	return false
}

func arrayContent(a *py.NDArray) *py.Dict {
	shape := make([]any, len(a.Shape))
	for i, n := range a.Shape {
		shape[i] = int64(n)
	}
	content := py.StrDict(
		py.Item{Key: arrayDType, Value: dtypeText(&a.DType)},
		py.Item{Key: arrayShape, Value: py.NewList(shape...)},
		py.Item{Key: arrayData, Value: base64.StdEncoding.EncodeToString(a.Data)},
	)
	if a.Fortran {
		_ = content.Set(arrayFortran, true) // a str has a hash
	}
	if a.Scalar {
		_ = content.Set(arrayScalar, true)
	}
	return content
}

// dtypeText returns numpy's name of a dtype, such as "<f8" and "<M8[25ns]".
func dtypeText(d *py.DType) string {
	order := d.Order
	if order == 0 {
		order = '|'
	}
	text := string(rune(order)) + d.Kind
	if d.Unit != "" {
		count := ""
		if d.Count > 1 {
			count = strconv.Itoa(d.Count)
		}
		text += "[" + count + d.Unit + "]"
	}
	return text
}

var dtypePattern = regexp.MustCompile(`^([<>|])([biufcUSMmV])(\d{1,9})(?:\[(\d{0,6})(generic|[a-zA-Zμ]{1,2})\])?$`)

func parseDType(text string) (py.DType, bool) {
	groups := dtypePattern.FindStringSubmatch(text)
	if groups == nil {
		return py.DType{}, false
	}
	size, _ := strconv.Atoi(groups[3]) // digits
	d := py.DType{Kind: groups[2] + groups[3], Order: groups[1][0], Size: size, Alignment: 1}
	switch groups[2] {
	case "U":
		d.Size = 4 * size
	case "M", "m":
		d.Unit, d.Count = groups[5], 1
		if groups[4] != "" {
			d.Count, _ = strconv.Atoi(groups[4])
		}
	}
	if (groups[5] != "") != (groups[2] == "M" || groups[2] == "m") && groups[5] != "" {
		return d, false
	}
	return d, true
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
	for key, value := range form.All() {
		var ok bool
		switch key {
		case arrayDType:
			text, _ := value.(string)
			a.DType, ok = parseDType(text)
		case arrayShape:
			ok = py.Assign(&a.Shape, value) == nil
		case arrayData:
			text, isText := value.(string)
			data, err := base64.StdEncoding.DecodeString(text)
			a.Data, ok = data, isText && err == nil
		case arrayFortran:
			a.Fortran, ok = value.(bool)
		case arrayScalar:
			a.Scalar, ok = value.(bool)
		}
		if !ok {
			return nil, errWant(fmt.Sprintf("another content of %s", py.Repr(key)))
		}
	}
	if !plausibleShape(a) || !a.Valid() {
		return nil, errWant("data of the size that dtype and shape ask for")
	}
	return a, nil
}

// plausibleShape keeps products of lengths within bounds.
func plausibleShape(a *py.NDArray) bool {
	if a.DType.Kind == "" {
		return false
	}
	total := 1.0
	for _, n := range a.Shape {
		if n < 0 {
			return false
		}
		total *= float64(n)
	}
	return total*float64(max(a.DType.Size, 1)) <= math.MaxInt32 && (!a.Scalar || len(a.Shape) == 0)
}
