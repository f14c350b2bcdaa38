package py_test

import (
	"encoding/binary"
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// arrayObject returns what numpy reduces a one-dimensional array to, over the given bytes.
func arrayObject(t *testing.T, kind string, order byte, size int, data []byte) *py.Object {
	t.Helper()
	a := &py.NDArray{DType: py.DType{Kind: kind, Order: order, Size: size, Alignment: 1}, Shape: []int{len(data) / size}, Data: data}
	o, err := a.Reduction(5, py.NumPy2)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// alignedBytes returns memory so many bytes behind an address that fits all types.
func alignedBytes(size, behind int) []byte {
	words := make([]uint64, size/8+1)
	return raw.BytesOf(words)[behind : behind+size]
}

// TestTakeover looks at which arrays take the memory that is given away, and at what is in them.
func TestTakeover(t *testing.T) {
	native, foreign := byte('<'), byte('>')
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		native, foreign = foreign, native
	}
	const size = 64 << 10
	first := func(slice any) uintptr { return reflect.ValueOf(slice).Pointer() }
	floats, raw, plain, bools := new(py.Array[float64]), new(py.NDArray), []float64{}, new(py.Array[bool])
	for _, tt := range []struct {
		name   string
		object *py.Object
		into   any
		data   func() any
		taken  bool
	}{
		{"an array", arrayObject(t, "f8", native, 8, alignedBytes(size, 0)), floats, func() any { return floats.Data }, true},
		{"an array of any dtype", arrayObject(t, "f8", foreign, 8, alignedBytes(size, 1)), raw, func() any { return raw.Data }, true},
		{"a slice", arrayObject(t, "f8", native, 8, alignedBytes(size, 0)), &plain, func() any { return plain }, true},
		{"what is not aligned", arrayObject(t, "f8", native, 8, alignedBytes(size, 1)), floats, func() any { return floats.Data }, false},
		{"another byte order", arrayObject(t, "f8", foreign, 8, alignedBytes(size, 0)), floats, func() any { return floats.Data }, false},
		{"bools", arrayObject(t, "b1", '|', 1, alignedBytes(size, 0)), bools, func() any { return bools.Data }, false},
		{"little", arrayObject(t, "f8", native, 8, alignedBytes(1024, 0)), floats, func() any { return floats.Data }, false},
	} {
		from, ok := py.NDArrayOf(tt.object)
		if !ok {
			t.Fatal(tt.name)
		}
		for i := range from.Data {
			from.Data[i] = byte(i / 7 % 2)
		}
		want := reflect.New(reflect.TypeOf(tt.into).Elem())
		if err := py.Assign(want.Interface(), tt.object); err != nil {
			t.Fatal(err)
		}
		var memory py.Takeover
		for i, taken := range []bool{tt.taken, false} { // given away once
			if err := py.Assign(tt.into, tt.object, &memory); err != nil {
				t.Fatal(err)
			}
			if got := first(tt.data()) == first(from.Data); got != taken {
				t.Errorf("%s, time %d: it takes the memory: %v", tt.name, i+1, got)
			}
			if !reflect.DeepEqual(reflect.ValueOf(tt.into).Elem().Interface(), want.Elem().Interface()) {
				t.Errorf("%s, time %d: it has other elements", tt.name, i+1)
			}
		}
		if err := py.Assign(tt.into, tt.object); err != nil || first(tt.data()) == first(from.Data) {
			t.Errorf("%s: it takes memory that is not given away (%v)", tt.name, err)
		}
	}
}

// TestTakeoverOfBytes looks at which slices take the memory of bytes that is given away.
func TestTakeoverOfBytes(t *testing.T) {
	large, small := make([]byte, 64<<10), make([]byte, 1024)
	for _, tt := range []struct {
		name  string
		value any
		bytes []byte
		taken bool
	}{
		{"bytes", large, large, true},
		{"a bytearray", &py.ByteArray{Bytes: large}, large, true},
		{"little", small, small, false},
	} {
		if got := py.CanTakeOver(tt.value); got != tt.taken {
			t.Errorf("%s: it can be taken over: %v", tt.name, got)
		}
		var memory py.Takeover
		for i, taken := range []bool{tt.taken, false} { // given away once
			var got []byte
			if err := py.Assign(&got, tt.value, &memory); err != nil || len(got) != len(tt.bytes) {
				t.Fatalf("%s: %d bytes, %v", tt.name, len(got), err)
			}
			if (&got[0] == &tt.bytes[0]) != taken {
				t.Errorf("%s, time %d: it takes the memory: %v", tt.name, i+1, !taken)
			}
		}
		var array [64 << 10]byte
		if tt.taken {
			var memory py.Takeover
			if err := py.Assign(&array, tt.value, &memory); err != nil {
				t.Errorf("%s into an array: %v", tt.name, err)
			}
		}
	}
}
