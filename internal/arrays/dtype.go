package arrays

import (
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/pizco-go/pizco/py"
)

// The keys of a structured dtype whose fields do not lie side by side, which are numpy's own but
// for the shapes: numpy has them in the formats.
const (
	dtypeNames    = "names"
	dtypeFormats  = "formats"
	dtypeOffsets  = "offsets"
	dtypeShapes   = "shapes"
	dtypeItemSize = "itemsize"
	dtypeAligned  = "aligned"
)

// DTypeForm returns the form of a dtype that numpy.dtype takes, of values that JSON has. It is
// numpy's name of a single one, such as "<f8" and "<M8[25ns]", and [name, form] or [name, form,
// shape] for each field of a structured one.
func DTypeForm(d *py.DType) any {
	if d.Fields == nil {
		return dtypeText(d)
	}
	if !isPacked(d) {
		return spacedForm(d)
	}
	list := py.NewList()
	for i := range d.Fields {
		form, shape := fieldForm(&d.Fields[i].DType)
		field := py.NewList(d.Fields[i].Name, form)
		if shape != nil {
			field.Append(shape)
		}
		list.Append(field)
	}
	return list
}

// isPacked reports whether the fields lie side by side.
func isPacked(d *py.DType) bool {
	at := 0
	for i := range d.Fields {
		if d.Fields[i].Offset != at {
			return false
		}
		at += d.Fields[i].DType.Size
	}
	return at == d.Size && d.Alignment <= 1
}

// fieldForm returns the form of a field's dtype, and the shape of a field that is an array itself.
func fieldForm(d *py.DType) (form any, shape *py.List) {
	if d.Base != nil {
		return DTypeForm(d.Base), ShapeList(d.Shape)
	}
	return DTypeForm(d), nil
}

func spacedForm(d *py.DType) *py.Dict {
	names, formats, offsets, shapes := py.NewList(), py.NewList(), py.NewList(), py.NewList()
	hasShapes := false
	for i := range d.Fields {
		form, shape := fieldForm(&d.Fields[i].DType)
		names.Append(d.Fields[i].Name)
		formats.Append(form)
		offsets.Append(int64(d.Fields[i].Offset))
		if shape == nil {
			shapes.Append(nil)
		} else {
			shapes.Append(shape)
			hasShapes = true
		}
	}
	items := []py.Item{
		{Key: dtypeNames, Value: names}, {Key: dtypeFormats, Value: formats}, {Key: dtypeOffsets, Value: offsets},
		{Key: dtypeItemSize, Value: int64(d.Size)},
	}
	if hasShapes {
		items = append(items, py.Item{Key: dtypeShapes, Value: shapes})
	}
	if d.Alignment > 1 {
		items = append(items, py.Item{Key: dtypeAligned, Value: true})
	}
	return py.StrDict(items...)
}

// dtypeText returns numpy's name of a single dtype.
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

// maxDTypeDepth bounds how deep structured dtypes are nested.
const maxDTypeDepth = 32

// ParseDType reads the form of a dtype: as [DTypeForm] returns it, or with tuples for lists, as
// numpy writes it.
func ParseDType(form any) (py.DType, bool) { return parseDType(form, 0) }

func parseDType(form any, depth int) (py.DType, bool) {
	if depth > maxDTypeDepth {
		return py.DType{}, false
	}
	switch form := form.(type) {
	case string:
		return parseDTypeText(form)
	case *py.List:
		return parsePacked(form.Items, depth)
	case py.Tuple:
		return parsePacked(form, depth)
	case *py.Dict:
		return parseSpaced(form, depth)
	}
	return py.DType{}, false
}

// ShapeList returns a shape as JSON has it.
func ShapeList(shape []int) *py.List {
	list := py.NewList()
	for _, n := range shape {
		list.Append(int64(n))
	}
	return list
}

// MaxDimensions is how many dimensions an array of numpy can have.
const MaxDimensions = 64

// SizeWithin reports whether so many elements of a size are less than 2 GiB together.
func SizeWithin(shape []int, size int) bool {
	total := 1.0
	for _, n := range shape {
		if n < 0 {
			return false
		}
		total *= float64(n)
	}
	return total*float64(max(size, 1)) <= math.MaxInt32
}

var dtypePattern = regexp.MustCompile(`^([<>|])([biufcUSMmV])(\d{1,9})(?:\[(\d{0,6})(generic|[a-zA-Zμ]{1,2})\])?$`)

func parseDTypeText(text string) (py.DType, bool) {
	groups := dtypePattern.FindStringSubmatch(text)
	if groups == nil {
		return py.DType{}, false
	}
	size, _ := strconv.Atoi(groups[3]) // digits
	d := py.DType{Kind: groups[2] + groups[3], Order: groups[1][0], Size: size, Alignment: 1}
	isTime := false
	switch groups[2] {
	case "U":
		d.Size, d.Alignment = 4*size, 4
	case "M", "m":
		isTime = true
		if d.Unit, d.Count = groups[5], 1; d.Unit == "generic" {
			d.Unit = ""
		}
		if groups[4] != "" {
			d.Count, _ = strconv.Atoi(groups[4])
		}
	}
	return d, isTime || groups[5] == ""
}

// field returns a field at an offset; a shape makes it an array itself.
func field(name, form, shape any, depth int) (py.DTypeField, bool) {
	text, ok := name.(string)
	if !ok {
		return py.DTypeField{}, false
	}
	d, ok := parseDType(form, depth+1)
	if !ok || shape == nil {
		return py.DTypeField{Name: text, DType: d}, ok
	}
	var lengths []int
	if py.Assign(&lengths, shape) != nil || len(lengths) > MaxDimensions || !SizeWithin(lengths, d.Size) {
		return py.DTypeField{}, false
	}
	size := d.Size
	for _, n := range lengths {
		size *= n
	}
	array := py.DType{Kind: "V" + strconv.Itoa(size), Order: '|', Size: size, Base: &d, Shape: lengths, Alignment: alignmentOf(&d)}
	return py.DTypeField{Name: text, DType: array}, true
}

// alignmentOf returns where numpy puts elements in aligned structures, and what it says of arrays
// in a field.
func alignmentOf(d *py.DType) int {
	switch d.Kind[0] {
	case 'U':
		return 4
	case 'S', 'V':
		return max(d.Alignment, 1)
	case 'c':
		return max(d.Size/2, 1)
	}
	return max(d.Size, 1)
}

// items returns the items of a list or a tuple.
func items(v any) ([]any, bool) {
	switch v := v.(type) {
	case *py.List:
		return v.Items, true
	case py.Tuple:
		return v, true
	}
	return nil, false
}

func parsePacked(fields []any, depth int) (py.DType, bool) {
	d := py.DType{Fields: []py.DTypeField{}, Alignment: 1}
	for _, item := range fields {
		parts, ok := items(item)
		if !ok || len(parts) < 2 || len(parts) > 3 {
			return d, false
		}
		var shape any
		if len(parts) == 3 {
			shape = parts[2]
		}
		f, ok := field(parts[0], parts[1], shape, depth)
		if !ok || !SizeWithin(nil, d.Size+f.DType.Size) {
			return d, false
		}
		f.Offset = d.Size
		d.Size += f.DType.Size
		d.Fields = append(d.Fields, f)
	}
	return structured(d)
}

func parseSpaced(form *py.Dict, depth int) (py.DType, bool) {
	d := py.DType{Fields: []py.DTypeField{}, Alignment: 1}
	var lists [4]*py.List
	for i, key := range []string{dtypeNames, dtypeFormats, dtypeOffsets, dtypeShapes} {
		value, _ := form.Get(key)
		lists[i], _ = value.(*py.List)
	}
	names, formats, offsets, shapes := lists[0], lists[1], lists[2], lists[3]
	size, _ := form.Get(dtypeItemSize)
	n, ok := size.(int64)
	if !ok || n < 0 || n > 1<<31-1 || names == nil || formats == nil || offsets == nil ||
		formats.Len() != names.Len() || offsets.Len() != names.Len() || shapes != nil && shapes.Len() != names.Len() {
		return d, false
	}
	d.Size = int(n)
	for i := range names.Items {
		var shape any
		if shapes != nil {
			shape = shapes.Items[i]
		}
		f, ok := field(names.Items[i], formats.Items[i], shape, depth)
		offset, isInt := offsets.Items[i].(int64)
		if !ok || !isInt || offset < 0 || offset > int64(d.Size-f.DType.Size) {
			return d, false
		}
		f.Offset = int(offset)
		d.Fields = append(d.Fields, f)
	}
	if aligned, _ := form.Get(dtypeAligned); aligned == true {
		for i := range d.Fields {
			d.Alignment = max(d.Alignment, alignmentOf(&d.Fields[i].DType))
		}
	}
	return structured(d)
}

// structured completes a dtype with fields, whose names must differ.
func structured(d py.DType) (py.DType, bool) {
	d.Kind, d.Order = "V"+strconv.Itoa(d.Size), '|'
	names := make([]string, len(d.Fields))
	for i := range d.Fields {
		names[i] = d.Fields[i].Name
	}
	slices.Sort(names)
	return d, len(slices.Compact(names)) == len(d.Fields)
}
