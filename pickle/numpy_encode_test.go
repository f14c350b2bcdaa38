package pickle_test

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// TestNumpyFromArrays writes the arrays and scalars that were read from numpy's pickles, and
// demands numpy's bytes.
func TestNumpyFromArrays(t *testing.T) {
	written := 0
	for _, row := range numpyRows(t) {
		if !row.Written {
			continue
		}
		var array py.NDArray
		if err := pickle.Unmarshal(row.Pickle, &array, row.decoding()...); err != nil {
			t.Errorf("%v: %v", &row, err)
			continue
		}
		if row.datesHaveDict() && hasDates(&array.DType) {
			continue
		}
		got, err := row.encode(&array)
		if err != nil || !bytes.Equal(got.data, row.want()) || !reflect.DeepEqual(got.buffers, row.Buffers) {
			t.Errorf("%v: %v\n got %.300q\nwant %.300q", &row, err, got.data, row.want())
		}
		written++
	}
	if written < 500 {
		t.Errorf("%d arrays written, want at least 500", written)
	}
	t.Logf("%d arrays", written)
}

func hasDates(d *py.DType) bool {
	return d.Kind[0] == 'M' || d.Kind[0] == 'm' || slices.ContainsFunc(d.Fields, func(f py.DTypeField) bool { return hasDates(&f.DType) })
}

// TestNumpyRowsFirst compares what RowsFirst makes of an array of any layout with numpy's own copy.
func TestNumpyRowsFirst(t *testing.T) {
	compared := 0
	for _, row := range numpyRows(t) {
		target, ok := numpyTargets[row.Go]
		if !ok || row.Elements == nil {
			continue
		}
		var array py.NDArray
		if err := pickle.Unmarshal(row.Pickle, &array, row.decoding()...); err != nil {
			t.Errorf("%v: %v", &row, err)
			continue
		}
		rows := array.RowsFirst()
		if rows.Fortran && row.Go != "any" || rows.Axes != nil || !reflect.DeepEqual(rows.Shape, array.Shape) {
			t.Errorf("%v: %+v", &row, rows)
		}
		flat := *rows
		flat.Scalar, flat.Fortran, flat.Shape = false, false, []int{len(row.Elements)}
		object, err := flat.Reduction(4, row.numpy)
		if err != nil {
			t.Errorf("%v: %v", &row, err)
			continue
		}
		elements := reflect.New(reflect.SliceOf(target))
		if err := py.Assign(elements.Interface(), object); err != nil {
			t.Errorf("%v: %v", &row, err)
			continue
		}
		if got := reprs(nil, elements.Elem(), 1); !slices.Equal(got, row.Elements) {
			t.Errorf("%v: %q, want %q", &row, got, row.Elements)
		}
		compared++
	}
	if compared < 300 {
		t.Errorf("%d arrays compared, want at least 300", compared)
	}
}

// onThisMachine returns the pickle of a row's float64 array as numpy writes it on this machine. The
// rows come from one that is little-endian.
func onThisMachine(t *testing.T, row *numpyRow, opts []pickle.EncodeOption) []byte {
	t.Helper()
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return row.Pickle
	}
	var array py.NDArray
	if err := pickle.Unmarshal(row.Pickle, &array, row.decoding()...); err != nil {
		t.Fatal(err)
	}
	for element := range slices.Chunk(array.Data, 8) {
		slices.Reverse(element)
	}
	array.DType.Order = '>'
	swapped, err := pickle.Marshal(&array, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return swapped
}

func TestNumpyFromGoArrays(t *testing.T) {
	array, err := py.NewArray([]float64{0, 0.5, 1, 1.5, 2, 2.5}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range numpyRows(t) {
		if row.Name != "layout/rows first" {
			continue
		}
		numpy := row.numpy
		opts := []pickle.EncodeOption{pickle.Protocol(row.Protocol), pickle.WithNumPy(numpy)}
		want := onThisMachine(t, &row, opts)
		for name, v := range map[string]any{"pointer": array, "value": *array} {
			if got, err := pickle.Marshal(v, opts...); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s %s at protocol %d: %v\n got %q\nwant %q", row.Name, name, row.Protocol, err, got, want)
			}
		}
		graph, err := py.FromGo(array)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := pickle.Marshal(graph, opts...); err != nil || numpy == py.NumPy2 && !bytes.Equal(got, want) {
			t.Errorf("%s from its graph at protocol %d: %v\n got %q\nwant %q", row.Name, row.Protocol, err, got, want)
		}
	}
	var taken []byte
	data, err := pickle.Marshal(array, pickle.Protocol(5), pickle.WithBufferCallback(func(b *py.Buffer) bool {
		taken = b.Bytes
		return true
	}))
	if err != nil || len(taken) != 48 || len(data) > 160 {
		t.Errorf("%d bytes out of band, %d in band: %v", len(taken), len(data), err)
	}
	var back py.Array[float64]
	if err := pickle.Unmarshal(data, &back, pickle.WithBuffers(taken)); err != nil || len(back.Data) != 6 || back.Data[5] != 2.5 {
		t.Errorf("%v, %v", back, err)
	}
}

// TestNumpyLargeArrays reads arrays of as many small elements as an image has.
func TestNumpyLargeArrays(t *testing.T) {
	const height, width = 3000 / shrunk, 2000
	array, err := py.NewArray(bytes.Repeat([]byte{7}, height*width*3), height, width, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, protocol := range []int{4, 5} {
		data, err := pickle.Marshal(array, pickle.Protocol(protocol))
		if err != nil {
			t.Fatal(err)
		}
		var pixels [][][]uint8
		var flat py.Array[uint8]
		if err := pickle.Unmarshal(data, &pixels); err != nil || len(pixels) != height || len(pixels[height-1]) != width || pixels[height-1][width-1][2] != 7 {
			t.Errorf("protocol %d: %v", protocol, err)
		}
		if err := pickle.Unmarshal(data, &flat); err != nil || len(flat.Data) != len(array.Data) {
			t.Errorf("protocol %d: %v", protocol, err)
		}
		row, err := py.NewArray(array.Data)
		if err != nil {
			t.Fatal(err)
		}
		if data, err = pickle.Marshal(row, pickle.Protocol(protocol)); err != nil {
			t.Fatal(err)
		}
		var line []uint8
		if err := pickle.Unmarshal(data, &line); err != nil || len(line) != len(array.Data) {
			t.Errorf("protocol %d: %v", protocol, err)
		}
	}
}
