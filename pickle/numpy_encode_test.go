package pickle_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// TestNumpyFromArrays writes arrays and scalars that hold what numpy has pickled, and demands numpy's bytes.
func TestNumpyFromArrays(t *testing.T) {
	written := 0
	for _, row := range numpyRows(t) {
		if strings.Contains(row.name, "strided") && row.protocol == 5 || strings.Contains(row.name, "object") {
			continue // protocol 5 tells a copy of a strided array from one that was never strided; objects have no bytes
		}
		var graph any
		if err := pickle.Unmarshal(row.data, &graph); err != nil {
			t.Fatal(err)
		}
		array, ok := py.NDArrayOf(graph.(*py.Object))
		if !ok {
			t.Errorf("%s at protocol %d is no array", row.name, row.protocol)
			continue
		}
		numpy := py.NumPy2
		if strings.HasPrefix(row.name, "numpy-1") {
			numpy = py.NumPy1
		}
		got, err := pickle.Marshal(array, pickle.Protocol(row.protocol), pickle.WithNumPy(numpy))
		if err != nil || !bytes.Equal(got, row.data) {
			t.Errorf("%s at protocol %d: %v\n got %q\nwant %q", row.name, row.protocol, err, got, row.data)
		}
		written++
	}
	if written < 150 {
		t.Errorf("%d arrays written, want at least 150", written)
	}
}

func TestNumpyFromGoArrays(t *testing.T) {
	array, err := py.NewArray([]float64{0, 0.5, 1, 1.5, 2, 2.5}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range numpyRows(t) {
		if !strings.HasSuffix(row.name, "txt f8") {
			continue
		}
		numpy := py.NumPy2
		if strings.HasPrefix(row.name, "numpy-1") {
			numpy = py.NumPy1
		}
		opts := []pickle.EncodeOption{pickle.Protocol(row.protocol), pickle.WithNumPy(numpy)}
		for name, v := range map[string]any{"pointer": array, "value": *array} {
			if got, err := pickle.Marshal(v, opts...); err != nil || !bytes.Equal(got, row.data) {
				t.Errorf("%s %s at protocol %d: %v\n got %q\nwant %q", row.name, name, row.protocol, err, got, row.data)
			}
		}
		graph, err := py.FromGo(array)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := pickle.Marshal(graph, opts...); err != nil || numpy == py.NumPy2 && !bytes.Equal(got, row.data) {
			t.Errorf("%s from its graph at protocol %d: %v\n got %q\nwant %q", row.name, row.protocol, err, got, row.data)
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
