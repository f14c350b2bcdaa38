package py_test

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

const arrayProgram = `
import array, base64, json, pickle
values = [('b', [-1, 2]), ('B', [1, 255]), ('h', [-1, 300]), ('H', [1, 65535]), ('i', [-1, 70000]), ('I', [1, 4294967295]), ('l', [-1, 5]), ('L', [1, 5]),
          ('q', [-1, 9223372036854775807]), ('Q', [1, 18446744073709551615]), ('f', [1.5, -2.5]), ('d', [1.5, -1e300]), ('d', []), ('u', u'h\xe9')]
for code, items in values:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        print(json.dumps([code, base64.b64encode(pickle.dumps(array.array(code, items), protocol)).decode()]))
`

// TestArrayArray decodes the arrays of every Python into slices.
func TestArrayArray(t *testing.T) {
	want := map[string]any{
		"b": []int8{-1, 2}, "B": []byte{1, 255}, "h": []int16{-1, 300}, "H": []uint16{1, 65535}, "i": []int32{-1, 70000}, "I": []uint32{1, 4294967295}, "l": []int{-1, 5},
		"L": []uint64{1, 5}, "q": []int64{-1, 9223372036854775807}, "Q": []*big.Int{big.NewInt(1), new(big.Int).SetUint64(1<<64 - 1)}, "f": []float32{1.5, -2.5},
		"d": []float64{1.5, -1e300}, "u": "hé",
	}
	for _, python := range pyenv.Interpreters(t) {
		out := python.Eval(t.Context(), t, arrayProgram, nil)
		for line := range strings.Lines(string(out)) {
			var row [2]string
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			data, err := base64.StdEncoding.DecodeString(row[1])
			if err != nil {
				t.Fatal(err)
			}
			got := reflect.New(reflect.TypeOf(want[row[0]]))
			if err := pickle.Unmarshal(data, got.Interface()); err != nil {
				t.Errorf("%v: array %q: %v", python, row[0], err)
				continue
			}
			if got.Elem().Len() == 0 && row[0] == "d" {
				continue // the empty one
			}
			if !reflect.DeepEqual(got.Elem().Interface(), want[row[0]]) {
				t.Errorf("%v: array %q is %v", python, row[0], got.Elem())
			}
		}
	}
}

func TestArrayArrayRefused(t *testing.T) {
	rebuild := func(format int64, content string) *py.Object {
		return py.NewObject(py.Class{Module: "array", Name: "_array_reconstructor"}, py.Class{Module: "array", Name: "array"}, "d", format, []byte(content))
	}
	for _, tt := range []struct {
		value *py.Object
		into  any
	}{
		{rebuild(16, "1234567"), new([]float64)}, {rebuild(-1, ""), new([]float64)}, {rebuild(22, ""), new([]float64)}, {rebuild(16, "12345678"), new(map[string]int)},
		{rebuild(16, "12345678"), new([2]float64)}, {rebuild(4, "\xff\xff"), new([]uint8)},
	} {
		if err := py.Assign(tt.into, tt.value); err == nil {
			t.Errorf("%v fits %T", py.Repr(tt.value), tt.into)
		}
	}
	var big []int
	if err := py.Assign(&big, rebuild(5, "\x01\x02\xff\xff")); err != nil || !reflect.DeepEqual(big, []int{258, -1}) {
		t.Error(big, err)
	}
}
