package pickle_test

import (
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// TestAllocations counts what encoding and decoding take from the heap once they have run for a
// while: the result, in as few pieces as it needs, and nothing that the next time needs again.
func TestAllocations(t *testing.T) {
	type message struct {
		_       struct{} `pickle:",tuple"`
		Word    string
		Action  string
		Options struct {
			Name, Method string
			Args         py.Tuple
			Kwargs       *py.Dict
		}
	}
	call := py.Tuple{"PSMessage", "exec", py.StrDict(py.Item{Key: "name", Value: "calculate"}, py.Item{Key: "method", Value: "__call__"},
		py.Item{Key: "args", Value: py.Tuple{int64(8)}}, py.Item{Key: "kwargs", Value: py.StrDict(py.Item{Key: "y", Value: int64(3)})})}
	written := mustMarshal(t, call)
	records, ints := rows(), make([]int64, 10_000)
	writtenRecords, writtenInts := mustMarshal(t, records), mustMarshal(t, ints)
	graph := mustUnmarshal[any](t, writtenRecords)
	typed := mustUnmarshal[message](t, written)
	var none error
	for _, work := range []struct {
		name string
		most float64
		do   func() error
	}{
		{"encode a message", 1, marshals(call)},
		{"encode a typed message", 1, marshals(&typed)},
		{"encode structs", 1, marshals(records)},
		{"encode a graph of dicts", 1, marshals(graph)},
		{"encode ints", 1, marshals(ints)},
		{"decode a message", 2, func() error { var v any; return pickle.Unmarshal(written, &v) }},
		{"decode a typed message", 2, func() error { var v message; return pickle.Unmarshal(written, &v) }},
		{"decode structs", 30, func() error { var v []row; return pickle.Unmarshal(writtenRecords, &v) }},
		{"decode ints", 20, func() error { var v []int64; return pickle.Unmarshal(writtenInts, &v) }},
	} {
		if raceDetector {
			work.most += 20 // the detector has pools forget now and then what they hold
		}
		got := testing.AllocsPerRun(100/shrunk, func() {
			if err := work.do(); err != nil {
				none = err
			}
		})
		if got > work.most || none != nil {
			t.Errorf("%s: %v allocations, want at most %v; %v", work.name, got, work.most, none)
		}
	}
}

func marshals(v any) func() error {
	return func() error {
		_, err := pickle.Marshal(v)
		return err
	}
}

func mustMarshal(t *testing.T, v any) []byte {
	t.Helper()
	data, err := pickle.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustUnmarshal[T any](t *testing.T, data []byte) (v T) {
	t.Helper()
	if err := pickle.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
