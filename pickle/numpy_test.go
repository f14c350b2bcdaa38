package pickle_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

type numpyRow struct {
	name     string
	protocol int
	data     []byte
	shape    []int
	elements []string
}

// numpyRows are what testdata/numpy/make.py has printed with numpy 1 and 2.
func numpyRows(t *testing.T) []numpyRow {
	t.Helper()
	folder := "testdata/numpy"
	if live := os.Getenv("PIZCO_NUMPY"); live != "" { // scripts/numpy has just made them
		folder = live
	}
	files, err := filepath.Glob(filepath.Join(folder, "numpy-*.txt"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	var rows []numpyRow
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			row := numpyRow{name: filepath.Base(file) + " " + parts[0], shape: []int{}}
			row.protocol, _ = strconv.Atoi(parts[1])
			row.data, err = base64.StdEncoding.DecodeString(parts[2])
			if err != nil {
				t.Fatal(err)
			}
			for d := range strings.SplitSeq(parts[3], "x") {
				if n, err := strconv.Atoi(d); err == nil {
					row.shape = append(row.shape, n)
				}
			}
			if parts[4] != "" {
				row.elements = strings.Split(parts[4], "|")
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func TestNumpyWritesBackUnchanged(t *testing.T) {
	for _, row := range numpyRows(t) {
		var v any
		if err := pickle.Unmarshal(row.data, &v); err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		again, err := pickle.Marshal(v, pickle.Protocol(row.protocol))
		if err != nil || !bytes.Equal(again, row.data) {
			t.Errorf("%s, protocol %d: %v\n%q\n%q", row.name, row.protocol, err, row.data, again)
		}
	}
}

// flat returns the elements of nested slices, as Python prints them.
func flat(v reflect.Value) []string {
	switch v.Kind() {
	case reflect.Slice:
		var all []string
		for i := range v.Len() {
			all = append(all, flat(v.Index(i))...)
		}
		return all
	case reflect.Float64:
		return []string{string(py.AppendFloat(nil, v.Float()))}
	case reflect.Bool:
		return []string{strings.ToUpper(fmt.Sprint(v)[:1]) + fmt.Sprint(v)[1:]}
	case reflect.Complex128:
		return []string{strings.ReplaceAll(fmt.Sprint(v), "i", "j")}
	case reflect.String:
		return []string{strings.NewReplacer(`"`, "'", `\u00`, `\x`).Replace(strconv.QuoteToASCII(v.String()))}
	}
	return []string{fmt.Sprint(v)}
}

func TestNumpyIntoGo(t *testing.T) {
	elements := map[string]reflect.Type{
		"f": reflect.TypeFor[float64](), "i": reflect.TypeFor[int64](), "u": reflect.TypeFor[uint64](), "b": reflect.TypeFor[bool](),
		"d": reflect.TypeFor[int64](), "t": reflect.TypeFor[int64](), "te": reflect.TypeFor[string](),
	}
	for _, row := range numpyRows(t) {
		name := strings.TrimPrefix(strings.SplitN(row.name, " ", 2)[1], "scalar ")
		elem, ok := elements[name[:1]]
		if name == "text" {
			elem = elements["te"]
		}
		if !ok || name == "bytes" {
			continue
		}
		target := elem
		for range row.shape {
			target = reflect.SliceOf(target)
		}
		v := reflect.New(target)
		if err := pickle.Unmarshal(row.data, v.Interface()); err != nil {
			t.Errorf("%s, protocol %d into %v: %v", row.name, row.protocol, target, err)
			continue
		}
		if got := flat(v.Elem()); !reflect.DeepEqual(got, row.elements) {
			t.Errorf("%s, protocol %d: %q, want %q", row.name, row.protocol, got, row.elements)
		}
		var graph any
		if err := pickle.Unmarshal(row.data, &graph); err != nil {
			t.Fatal(err)
		}
		if err := likeAssign(row.data, graph, target); err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

func TestNumpyIntoArray(t *testing.T) {
	for _, row := range numpyRows(t) {
		if !strings.HasSuffix(row.name, " f8 fortran") && !strings.HasSuffix(row.name, " f8 big") {
			continue
		}
		var a py.Array[float64]
		if err := pickle.Unmarshal(row.data, &a); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		last, _ := a.At(1, 2)
		if a.Fortran != strings.HasSuffix(row.name, "fortran") || string(py.AppendFloat(nil, last)) != row.elements[5] {
			t.Errorf("%s: %v", row.name, a)
		}
		var wrong py.Array[float32]
		if err := pickle.Unmarshal(row.data, &wrong); err == nil {
			t.Errorf("%s: accepted as float32", row.name)
		}
		var raw *py.NDArray
		if err := pickle.Unmarshal(row.data, &raw); err != nil || !raw.Valid() || raw.DType.Kind != "f8" {
			t.Errorf("%s: %v %v", row.name, raw, err)
		}
	}
}

func TestNumpyStructured(t *testing.T) {
	for _, row := range numpyRows(t) {
		if !strings.HasSuffix(row.name, "structured") {
			continue
		}
		var raw py.NDArray
		if err := pickle.Unmarshal(row.data, &raw); err != nil {
			t.Fatal(err)
		}
		want := []py.DTypeField{
			{Name: "a", DType: py.DType{Kind: "i4", Order: '<', Size: 4, Alignment: 1}},
			{Name: "b", DType: py.DType{Kind: "f8", Order: '<', Size: 8, Alignment: 1}, Offset: 4},
		}
		if !reflect.DeepEqual(raw.DType.Fields, want) {
			t.Errorf("%s: %+v", row.name, raw.DType)
		}
	}
}
