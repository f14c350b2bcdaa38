package pickle_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

type structPair struct {
	A int32   `pickle:"a"`
	B float64 `pickle:"b"`
}

// TestStructuredArrays decodes structured arrays, as numpy writes them, into slices of structs.
func TestStructuredArrays(t *testing.T) {
	type nested struct {
		In struct {
			X uint8  `pickle:"x"`
			Y uint16 `pickle:"y"`
		} `pickle:"in"`
		Z int8 `pickle:"z"`
	}
	inner := nested{Z: 3}
	inner.In.X, inner.In.Y = 1, 2
	type subarrays struct {
		A [2]int32  `pickle:"a"`
		B [][]int16 `pickle:"b"`
	}
	type text struct {
		U string `pickle:"u"`
		S []byte `pickle:"s"`
	}
	want := map[string]any{
		"structured":                    []structPair{{1, 2.5}, {3, 4.5}},
		"structured, aligned":           make([]structPair, 2),
		"structured, columns first":     [][]structPair{make([]structPair, 2), make([]structPair, 2)},
		"structured, no dimension":      structPair{1, 2.5},
		"structured, with gaps":         []structPair{{}},
		"structured, overlapping":       []map[string]int{{"a": 0, "b": 0}},
		"structured, nested":            []nested{inner},
		"structured, subarrays":         []subarrays{{A: [2]int32{1, 2}, B: [][]int16{{3, 4}, {5, 6}}}},
		"structured, subarrays of text": []map[string][]string{{"a": {"x", "yy"}}},
		"structured, text":              []text{{U: "a", S: []byte("b")}},
		"scalar/structured":             structPair{1, 2.5},
	}
	seen := map[string]bool{}
	for _, row := range numpyRows(t) {
		value, known := want[row.Name]
		if !known {
			continue
		}
		seen[row.Name] = true
		got := reflect.New(reflect.TypeOf(value))
		if err := pickle.Unmarshal(row.Pickle, got.Interface(), row.decoding()...); err != nil || !reflect.DeepEqual(got.Elem().Interface(), value) {
			t.Errorf("%v: %v, %v", &row, got.Elem().Interface(), err)
		}
		var wrong []chan int
		if err := pickle.Unmarshal(row.Pickle, &wrong, row.decoding()...); err == nil {
			t.Errorf("%v: into channels", &row)
		}
	}
	if len(seen) != len(want) {
		t.Errorf("only %v are among the rows", seen)
	}
}

// TestStructuredArrayOfManyRows decodes more rows than a conversion may build freely.
func TestStructuredArrayOfManyRows(t *testing.T) {
	a := &py.NDArray{
		DType: py.DType{
			Kind: "V2", Order: '|', Size: 2, Alignment: 1,
			Fields: []py.DTypeField{
				{Name: "x", DType: py.DType{Kind: "u1", Order: '|', Size: 1, Alignment: 1}},
				{Name: "y", DType: py.DType{Kind: "i1", Order: '|', Size: 1, Alignment: 1}, Offset: 1},
			},
		},
		Shape: []int{1_000_000}, Data: bytes.Repeat([]byte{1, 0xff}, 1_000_000),
	}
	data, err := pickle.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		X uint8 `pickle:"x"`
		Y int8  `pickle:"y"`
	}
	if err := pickle.Unmarshal(data, &rows); err != nil || len(rows) != 1_000_000 || rows[999_999].X != 1 || rows[999_999].Y != -1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}
