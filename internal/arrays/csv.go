package arrays

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// CSVType is the media type of CSV.
const CSVType = "text/csv"

// AppendCSV appends a value as CSV, with a line end of "\n" after each line. It may be a scalar, an
// array of at most two dimensions, a list, a list of rows, or a dict of columns that are equally
// long. A structured array and a dict have a first line with the names. Numbers are written as
// Python does, and times in ISO 8601. It fails with a *[FormError], or when stop, which is asked
// now and then, returns an error. More than most bytes are refused.
func AppendCSV(dst []byte, v any, most int64, stop func() error) ([]byte, error) {
	t, err := tableOf(v)
	if err != nil {
		return dst, err
	}
	out := bytes.NewBuffer(dst)
	start := out.Len()
	w := csv.NewWriter(out)
	if t.names != nil {
		_ = w.Write(t.names) // a buffer takes all
	}
	row := make([]string, t.columns)
	for i := range t.rows {
		for j := range row {
			row[j] = t.cell(i, j)
		}
		if len(row) == 1 && row[0] == "" {
			w.Flush()
			out.WriteString("\"\"\n") // an empty line would be no row
		} else {
			_ = w.Write(row)
		}
		if i%stopEvery == 0 {
			if err := stop(); err != nil {
				return nil, err
			}
			if w.Flush(); int64(out.Len()-start) > most {
				return nil, formError("CSV", "it is more than %d bytes", most)
			}
		}
	}
	w.Flush()
	if int64(out.Len()-start) > most {
		return nil, formError("CSV", "it is more than %d bytes", most)
	}
	return out.Bytes(), nil
}

// stopEvery is after how many rows stop is asked.
const stopEvery = 1024

// table is a value as rows and columns.
type table struct {
	names         []string
	rows, columns int
	cell          func(row, column int) string
}

func tableOf(v any) (table, error) {
	if a, ok := Of(v); ok {
		return arrayTable(a)
	}
	switch v := v.(type) {
	case *py.Dict:
		return columnsTable(v)
	case *py.List:
		return rowsTable(v.Items)
	case py.Tuple:
		return rowsTable(v)
	case nil, bool, int64, float64, complex128, string:
		return table{rows: 1, columns: 1, cell: func(int, int) string { return cellText(v) }}, nil
	}
	return table{}, formError("CSV", "a %s is not a table", py.TypeName(v))
}

func arrayTable(a *py.NDArray) (table, error) {
	a = a.RowsFirst()
	d, size := &a.DType, a.DType.Size
	t := table{rows: 1, columns: 1}
	switch len(a.Shape) {
	case 0:
	case 1:
		t.rows = a.Shape[0]
	case 2:
		t.rows, t.columns = a.Shape[0], a.Shape[1]
	default:
		return t, formError("CSV", "the array has %d dimensions, and 2 are the most", len(a.Shape))
	}
	at := func(i int) []byte { return a.Data[i*size : (i+1)*size] }
	if d.Fields == nil {
		text := ElementText(d)
		t.cell = func(i, j int) string { return text(at(i*t.columns + j)) }
		return t, nil
	}
	if len(a.Shape) == 2 {
		return t, formError("CSV", "a structured array of 2 dimensions is not a table")
	}
	t.columns = len(d.Fields)
	texts := make([]func([]byte) string, len(d.Fields))
	for i := range d.Fields {
		f := &d.Fields[i]
		if f.DType.Fields != nil || f.DType.Base != nil {
			return t, formError("CSV", "the field %s has parts", f.Name)
		}
		t.names = append(t.names, f.Name)
		texts[i] = ElementText(&f.DType)
	}
	t.cell = func(i, j int) string {
		f := &d.Fields[j]
		return texts[j](at(i)[f.Offset : f.Offset+f.DType.Size])
	}
	return t, nil
}

// columnsTable makes a table of a dict of columns.
func columnsTable(d *py.Dict) (table, error) {
	t := table{names: []string{}}
	var columns []table
	for key, value := range d.All() {
		column, err := tableOf(value)
		if err != nil || column.columns != 1 || column.names != nil {
			return t, formError("CSV", "the value under %s is not a column", py.Repr(key, py.WithReprLength(100)))
		}
		if len(columns) > 0 && column.rows != t.rows {
			return t, formError("CSV", "its columns are not equally long")
		}
		t.rows = column.rows
		t.names = append(t.names, cellText(key))
		columns = append(columns, column)
	}
	t.columns = len(columns)
	t.cell = func(i, j int) string { return columns[j].cell(i, 0) }
	return t, nil
}

func rowsTable(rows []any) (table, error) {
	t := table{rows: len(rows), columns: 1}
	for i, row := range rows {
		cells, ok := items(row)
		if !ok {
			cells = []any{row}
		}
		if i == 0 {
			t.columns = len(cells)
		}
		if len(cells) != t.columns {
			return t, formError("CSV", "its rows are not equally long")
		}
		for _, cell := range cells {
			if !isCell(cell) {
				return t, formError("CSV", "a %s is not a cell", py.TypeName(cell))
			}
		}
	}
	t.cell = func(i, j int) string {
		if cells, ok := items(rows[i]); ok {
			return cellText(cells[j])
		}
		return cellText(rows[i])
	}
	return t, nil
}

func isCell(v any) bool {
	switch v := v.(type) {
	case *py.List, py.Tuple, *py.Dict, *py.Set, *py.FrozenSet:
		return false
	case *py.Object:
		a, ok := Of(v)
		return !ok || len(a.Shape) == 0
	}
	return true
}

// cellText is the text of a value by itself: a str as it is, everything else as Python prints it.
func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case *py.Object:
		if a, ok := Of(v); ok && len(a.Shape) == 0 {
			return ElementText(&a.DType)(a.Data)
		}
		return strings.TrimSuffix(strings.TrimPrefix(py.Repr(v), "Decimal('"), "')")
	}
	return py.Repr(v)
}

// ElementText returns what writes an element of a dtype as a text: numbers as numpy prints them by
// themselves, times in ISO 8601.
func ElementText(d *py.DType) func(b []byte) string {
	switch d.Kind[0] {
	case 'f':
		if d.Size == 4 {
			return func(b []byte) string {
				f, _ := d.Element(b).(float64)
				return floatText(f, 32)
			}
		}
	case 'M':
		return func(b []byte) string { return DateText(d, b) }
	case 'm':
		return func(b []byte) string {
			n, _ := d.Element(b).(int64)
			if n == math.MinInt64 {
				return notATime
			}
			return strconv.FormatInt(n, 10)
		}
	case 'S':
		return func(b []byte) string {
			text, _ := d.Element(b).([]byte)
			return string(text)
		}
	}
	return func(b []byte) string { return cellText(d.Element(b)) }
}

// floatText writes a float of fewer bits than Python's with as few digits as it needs.
func floatText(f float64, bits int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return py.Repr(f)
	}
	format := byte('f')
	if size := math.Abs(f); size != 0 && (size < 1e-4 || size >= 1e16) {
		format = 'e'
	}
	text := strconv.FormatFloat(f, format, -1, bits)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}
