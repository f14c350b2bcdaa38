package pickle_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// numpyRow is a pickle that numpy wrote, and what testdata/numpy/make.py says about it.
type numpyRow struct {
	Name     string
	Protocol int
	// Python is the minor version of the Python 3 that wrote it.
	Python int
	Pickle []byte
	// Buffers are the out-of-band buffers of protocol 5. ReadOnly has an item for each, which is set
	// if it may not be written to.
	Buffers  [][]byte
	ReadOnly []bool
	// Copy is the pickle of numpy's own contiguous copy of an array that is not contiguous.
	Copy []byte
	// Written is set when a Go array can hold all of it.
	Written bool
	// Go is the type of the elements, Elements their reprs.
	Go       string
	Shape    []int
	Elements []string

	version string
	numpy   py.NumPy
}

func (r *numpyRow) String() string {
	return fmt.Sprintf("numpy %s, %s, protocol %d", r.version, r.Name, r.Protocol)
}

// datesHaveDict reports whether the numpy lies between the versions that [py.NumPy1] and
// [py.NumPy2] stand for.
func (r *numpyRow) datesHaveDict() bool {
	return slices.Contains([]string{"2.0", "2.1", "2.2", "2.3"}, r.version[:3])
}

// decoding returns the options to decode the pickle with.
func (r *numpyRow) decoding() []pickle.DecodeOption {
	return []pickle.DecodeOption{pickle.WithBuffers(r.Buffers...)}
}

// want returns the pickle that numpy writes for the array once it is contiguous.
func (r *numpyRow) want() []byte {
	if r.Copy != nil {
		return r.Copy
	}
	return r.Pickle
}

// encoded is a pickle with the buffers outside of it.
type encoded struct {
	data    []byte
	buffers [][]byte
}

// encode encodes a value as the row was: with its buffers outside, if it has some.
func (r *numpyRow) encode(v any) (encoded, error) {
	var out encoded
	options := []pickle.EncodeOption{pickle.Protocol(r.Protocol), pickle.WriteAs(3, r.Python), pickle.WithNumPy(r.numpy)}
	if r.Buffers != nil {
		options = append(options, pickle.WithBufferCallback(func(b *py.Buffer) bool {
			if at := len(out.buffers); at >= len(r.ReadOnly) || b.ReadOnly != r.ReadOnly[at] {
				return false
			}
			out.buffers = append(out.buffers, b.Bytes)
			return true
		}))
	}
	var err error
	out.data, err = pickle.Marshal(v, options...)
	return out, err
}

// numpyRows returns what testdata/numpy/make.py printed with numpy 1 and 2: the stored rows, or
// rows that scripts/numpy has just made.
func numpyRows(t *testing.T) []numpyRow {
	t.Helper()
	folder := "testdata/numpy"
	if live := os.Getenv("PIZCO_NUMPY"); live != "" {
		folder = live
	}
	files, err := filepath.Glob(filepath.Join(folder, "numpy-*.jsonl*"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []numpyRow
	generations := map[py.NumPy]int{}
	for _, file := range files {
		version, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(file), "numpy-"), ".json")
		generations[py.NumPy(version[0]-'0')]++
		rows = append(rows, readNumpyRows(t, file, version)...)
	}
	if generations[py.NumPy1] == 0 || generations[py.NumPy2] == 0 {
		t.Fatalf("%s holds %v: want both generations of numpy, as PIZCO_PYTHONS=3.6,3.13 has them", folder, files)
	}
	return rows
}

func readNumpyRows(t *testing.T, path, version string) []numpyRow {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var lines io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if lines, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	var rows []numpyRow
	for decoder := json.NewDecoder(lines); ; {
		row := numpyRow{version: version, numpy: py.NumPy(version[0] - '0')}
		if err := decoder.Decode(&row); errors.Is(err, io.EOF) {
			return rows
		} else if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		rows = append(rows, row)
	}
}

func TestNumpyWritesBackUnchanged(t *testing.T) {
	rows := numpyRows(t)
	for _, row := range rows {
		var v any
		if err := pickle.Unmarshal(row.Pickle, &v, row.decoding()...); err != nil {
			t.Errorf("%v: %v", &row, err)
			continue
		}
		got, err := row.encode(v)
		if err != nil || !bytes.Equal(got.data, row.Pickle) || !reflect.DeepEqual(got.buffers, row.Buffers) {
			t.Errorf("%v: %v\n got %.300q\nwant %.300q", &row, err, got.data, row.Pickle)
		}
	}
	t.Logf("%d pickles", len(rows))
}

// numpyTargets are the Go types of elements, by the name that make.py gives them.
var numpyTargets = map[string]reflect.Type{
	"bool": reflect.TypeFor[bool](), "int64": reflect.TypeFor[int64](), "uint64": reflect.TypeFor[uint64](), "float64": reflect.TypeFor[float64](),
	"complex128": reflect.TypeFor[complex128](), "string": reflect.TypeFor[string](), "bytes": reflect.TypeFor[[]byte](), "any": reflect.TypeFor[any](),
}

// reprs appends the reprs of the elements of slices that are nested as deep as the array has
// dimensions.
func reprs(dst []string, v reflect.Value, dimensions int) []string {
	if dimensions == 0 {
		if v.Kind() == reflect.Uint64 {
			return append(dst, strconv.FormatUint(v.Uint(), 10))
		}
		return append(dst, py.Repr(v.Interface()))
	}
	for i := range v.Len() {
		dst = reprs(dst, v.Index(i), dimensions-1)
	}
	return dst
}

func TestNumpyIntoGo(t *testing.T) {
	read := map[string]int{}
	for _, row := range numpyRows(t) {
		target, ok := numpyTargets[row.Go]
		if !ok {
			continue
		}
		for range row.Shape {
			target = reflect.SliceOf(target)
		}
		v := reflect.New(target)
		if err := pickle.Unmarshal(row.Pickle, v.Interface(), row.decoding()...); err != nil {
			t.Errorf("%v into %v: %v", &row, target, err)
			continue
		}
		if got := reprs(nil, v.Elem(), len(row.Shape)); row.Elements != nil && !slices.Equal(got, row.Elements) {
			t.Errorf("%v into %v: %q, want %q", &row, target, got, row.Elements)
		}
		var graph any
		if err := pickle.Unmarshal(row.Pickle, &graph, row.decoding()...); err != nil {
			t.Fatal(err)
		}
		if err := likeAssign(row.Pickle, graph, target, row.decoding()...); err != nil {
			t.Errorf("%v: %v", &row, err)
		}
		read[row.Go]++
	}
	for name := range numpyTargets {
		if read[name] < 10 {
			t.Errorf("%d arrays were read into %s, want at least 10", read[name], name)
		}
	}
	t.Log(read)
}

func TestNumpyIntoArray(t *testing.T) {
	wanted := map[string]bool{"layout/columns first": true, "layout/rows first": false, "layout/transposed": true, "layout/axes 2 0 1": false}
	for _, row := range numpyRows(t) {
		fortran, ok := wanted[row.Name]
		if !ok {
			continue
		}
		var a py.Array[float64]
		if err := pickle.Unmarshal(row.Pickle, &a); err != nil {
			t.Fatalf("%v: %v", &row, err)
		}
		last := make([]int, len(row.Shape))
		for i, n := range row.Shape {
			last[i] = n - 1
		}
		element, _ := a.At(last...)
		if a.Fortran != fortran || py.Repr(element) != row.Elements[len(row.Elements)-1] {
			t.Errorf("%v: %v", &row, a)
		}
		var wrong py.Array[float32]
		if err := pickle.Unmarshal(row.Pickle, &wrong); err == nil {
			t.Errorf("%v: accepted as float32", &row)
		}
		var raw *py.NDArray
		if err := pickle.Unmarshal(row.Pickle, &raw); err != nil || !raw.Valid() || raw.DType.Kind != "f8" {
			t.Errorf("%v: %v %v", &row, raw, err)
		}
	}
}

func TestNumpyStructured(t *testing.T) {
	for _, row := range numpyRows(t) {
		if row.Name != "structured" {
			continue
		}
		var raw py.NDArray
		if err := pickle.Unmarshal(row.Pickle, &raw); err != nil {
			t.Fatal(err)
		}
		want := []py.DTypeField{
			{Name: "a", DType: py.DType{Kind: "i4", Order: '<', Size: 4, Alignment: 1}},
			{Name: "b", DType: py.DType{Kind: "f8", Order: '<', Size: 8, Alignment: 1}, Offset: 4},
		}
		if !reflect.DeepEqual(raw.DType.Fields, want) {
			t.Errorf("%v: %+v", &row, raw.DType)
		}
	}
}
