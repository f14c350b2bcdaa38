package tagged_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// arrayRow is a pickle that numpy has written (pickle/testdata/numpy/make.py).
type arrayRow struct {
	Name     string
	Protocol int
	Python   int
	Pickle   []byte
	Buffers  [][]byte
	// Copy is the pickle of numpy's own contiguous copy, where the array is not contiguous.
	Copy []byte

	numpy py.NumPy
}

func (r *arrayRow) String() string {
	return fmt.Sprintf("numpy %d, %s, protocol %d", r.numpy, r.Name, r.Protocol)
}

func arrayRows(t *testing.T) (rows []arrayRow) {
	t.Helper()
	files, err := filepath.Glob("../../pickle/testdata/numpy/numpy-*.jsonl.gz")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v: want the arrays of both generations of numpy", files, err)
	}
	for _, file := range files {
		packed, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bufio.NewReader(unpacked))
		for {
			row := arrayRow{numpy: py.NumPy(filepath.Base(file)[len("numpy-")] - '0')}
			if err := decoder.Decode(&row); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// TestArraysOfNumpy holds that every array and scalar of both generations of numpy, at every
// protocol, is an $array, and is read back from it as numpy has written it.
func TestArraysOfNumpy(t *testing.T) {
	arrays := 0
	for _, row := range arrayRows(t) {
		if strings.HasPrefix(row.Name, "other/") || strings.HasPrefix(row.Name, "objects") {
			continue
		}
		arrays++
		var value any
		if err := pickle.Unmarshal(row.Pickle, &value, pickle.WithBuffers(row.Buffers...)); err != nil {
			t.Fatal(err)
		}
		document, err := tagged.Encode(value)
		if err != nil || !bytes.HasPrefix(document, []byte(`{"$array": {`)) || !json.Valid(document) {
			t.Errorf("%v: %.200s, %v", &row, document, err)
			continue
		}
		again, err := tagged.Decode(document)
		if err != nil {
			t.Errorf("%v: %.200s: %v", &row, document, err)
			continue
		}
		var buffers [][]byte
		options := []pickle.EncodeOption{pickle.Protocol(row.Protocol), pickle.WriteAs(3, row.Python), pickle.WithNumPy(row.numpy)}
		if row.Buffers != nil {
			options = append(options, pickle.WithBufferCallback(func(b *py.Buffer) bool {
				buffers = append(buffers, b.Bytes)
				return true
			}))
		}
		made, _ := again.(*py.Object)
		if made.Reducer != nil && row.Protocol == 5 {
			if reduced := made.Reducer.Reduce(5, row.Python); reduced != nil {
				made = reduced
			}
		}
		array, isArray := py.NDArrayOf(made)
		if !isArray {
			t.Errorf("%v: %.200s is no array", &row, document)
			continue
		}
		written, err := pickle.Marshal(array, options...)
		if strings.Contains(row.Name, "axes ") && row.Protocol == 5 && row.numpy == py.NumPy2 {
			row.Copy, row.Buffers, buffers = written, nil, nil // numpy keeps the order in memory, JSON has the rows first
			original, _ := value.(*py.Object)
			if before, ok := py.NDArrayOf(original); !ok || !bytes.Equal(before.RowsFirst().Data, array.Data) {
				t.Errorf("%v: %.200s has other elements", &row, document)
			}
		}
		want := row.Pickle
		if row.Copy != nil {
			want = row.Copy
		}
		if err != nil || !bytes.Equal(written, want) || fmt.Sprint(buffers) != fmt.Sprint(row.Buffers) {
			t.Errorf("%v: %.300s is written otherwise: %v\n%q\n%q", &row, document, err, written, want)
		}
	}
	if arrays < 1000 {
		t.Errorf("only %d arrays", arrays)
	}
}

// TestArraysBetweenNumpys takes the empty dict for nothing that numpy 2.0 to 2.3 write into the
// dtypes of dates, as numpy 1 does.
func TestArraysBetweenNumpys(t *testing.T) {
	for _, row := range arrayRows(t) {
		if row.numpy != py.NumPy2 || !strings.HasPrefix(row.Name, "M8[s]") && !strings.HasPrefix(row.Name, "m8[7D]") {
			continue
		}
		var value any
		if err := pickle.Unmarshal(row.Pickle, &value); err != nil {
			t.Fatal(err)
		}
		object, _ := value.(*py.Object)
		state, _ := object.State.(py.Tuple)
		dtype, _ := state[2].(*py.Object)
		dtypeState, _ := dtype.State.(py.Tuple)
		unit, _ := dtypeState[8].(py.Tuple)
		unit[0] = &py.Dict{}
		if document, err := tagged.Encode(value); err != nil || !bytes.HasPrefix(document, []byte(`{"$array": {`)) {
			t.Errorf("%v: %s, %v", &row, document, err)
		}
	}
}

// TestOtherArrays holds that what an $array cannot carry is an $object that keeps it.
func TestOtherArrays(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range arrayRows(t) {
		name, isOther := strings.CutPrefix(row.Name, "other/")
		switch name {
		case "matrix", "masked", "metadata", "recarray", "structured objects", "titles":
		default:
			continue
		}
		if !isOther || row.Buffers != nil {
			continue
		}
		seen[name] = true
		var value any
		if err := pickle.Unmarshal(row.Pickle, &value); err != nil {
			t.Fatal(err)
		}
		document, err := tagged.Encode(value)
		if err != nil || !bytes.HasPrefix(document, []byte(`{"$object": {`)) {
			t.Errorf("%v: %.200s, %v", &row, document, err)
		}
	}
	if len(seen) != 6 {
		t.Errorf("only %v", seen)
	}
}

// TestArrayForms reads forms as a client would write them, and refuses forms that contradict
// themselves.
func TestArrayForms(t *testing.T) {
	for document, want := range map[string]string{
		`{"$array": {"dtype": [["a", "<i2"], ["b", "|u1", [2]]], "shape": [1], "data": "AQACAw=="}}`:                                           `{"$array": {"dtype": [["a", "<i2"], ["b", "|u1", [2]]], "shape": [1], "data": "AQACAw=="}}`,
		`{"$array": {"dtype": {"names": ["a"], "formats": ["<i2"], "offsets": [2], "itemsize": 4}, "shape": [1], "data": "AAABAA=="}}`:         `{"$array": {"dtype": {"names": ["a"], "formats": ["<i2"], "offsets": [2], "itemsize": 4}, "shape": [1], "data": "AAABAA=="}}`,
		`{"$array": {"dtype": "<f8", "shape": [0], "data": "", "readonly": true}}`:                                                             `{"$array": {"dtype": "<f8", "shape": [0], "data": ""}}`, // protocol 4 does not have it
		`{"$array": {"dtype": "<f4", "shape": [2], "data": "AAAAAA=="}}`:                                                                       "",
		`{"$array": {"dtype": [["a", "|O"]], "shape": [0], "data": ""}}`:                                                                       "",
		`{"$array": {"dtype": [["a", "<i2"], ["a", "<i2"]], "shape": [0], "data": ""}}`:                                                        "",
		`{"$array": {"dtype": {"names": ["a"], "formats": ["<i2"], "offsets": [3], "itemsize": 4}, "shape": [0], "data": ""}}`:                 "",
		`{"$array": {"dtype": {"names": ["a"], "formats": ["<i2"], "offsets": [-1], "itemsize": 4}, "shape": [0], "data": ""}}`:                "",
		`{"$array": {"dtype": {"names": ["a", "b"], "formats": ["<i2"], "offsets": [0], "itemsize": 4}, "shape": [0], "data": ""}}`:            "",
		`{"$array": {"dtype": {"names": ["a"], "formats": ["<i2"], "offsets": [0], "itemsize": 9999999999}, "shape": [0], "data": ""}}`:        "",
		`{"$array": {"dtype": [["a", ` + strings.Repeat(`[["a", `, 40) + `"<i2"` + strings.Repeat(`]]`, 40) + `]], "shape": [0], "data": ""}}`: "",
		`{"$array": {"dtype": [["a", "<i2", [99999, 99999, 99999]]], "shape": [0], "data": ""}}`:                                               "",
		`{"$array": {"dtype": "<i2", "shape": [` + strings.TrimSuffix(strings.Repeat("1, ", 65), ", ") + `], "data": "AAA="}}`:                 "",
		`{"$array": {"dtype": "<i2", "shape": [1], "data": "AAA=", "scalar": true}}`:                                                           "",
		`{"$array": {"shape": [0], "data": ""}}`:                                                                                               "",
	} {
		value, err := tagged.Decode([]byte(document))
		if want == "" {
			if err == nil {
				t.Errorf("%s is read", document)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", document, err)
			continue
		}
		if again, err := tagged.Encode(value); err != nil || string(again) != want {
			t.Errorf("%s became %s, %v", document, again, err)
		}
	}
}
