package pickle_test

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// TestSharedBytes checks that bytes share the input's memory just when they are most of it.
func TestSharedBytes(t *testing.T) {
	small, large := bytes.Repeat([]byte("s"), 5_000), bytes.Repeat([]byte("l"), 200_000)
	for _, tt := range []struct {
		name   string
		value  any
		shared bool
	}{
		{"plain bytes", large, true},
		{"bytes in an object", &py.Object{Callable: py.Class{Module: "m", Name: "f"}, Args: py.Tuple{large}}, true},
		{"small bytes beside", py.Tuple{small, large}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, err := pickle.Marshal(tt.value)
			if err != nil {
				t.Fatal(err)
			}
			var value any
			if err := pickle.Unmarshal(data, &value, pickle.WithSharedBytes()); err != nil {
				t.Fatal(err)
			}
			got := first(value)
			before := got[0]
			for i := range data {
				data[i] ^= 1
			}
			if changed := got[0] != before; changed != tt.shared {
				t.Errorf("shares the input's memory: %v", changed)
			}
		})
	}
}

// first returns the first bytes object of a value.
func first(v any) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case py.Tuple:
		return first(v[0])
	case *py.Object:
		return first(v.Args[0])
	}
	return nil
}

// TestDecoderKeepsNothingShared holds that what a Decoder has made is not changed by the pickles
// that follow.
func TestDecoderKeepsNothingShared(t *testing.T) {
	const size, count = 50_000, 6
	contents := map[string]func(b []byte) any{
		"bytes":       func(b []byte) any { return b },
		"a bytearray": func(b []byte) any { return &py.ByteArray{Bytes: b} },
		"a str":       func(b []byte) any { return string(b) },
		"in an object": func(b []byte) any {
			return &py.Object{Callable: py.Class{Module: "m", Name: "f"}, Args: py.Tuple{b}}
		},
		"in a dict": func(b []byte) any { return py.StrDict(py.Item{Key: "k", Value: b}) },
	}
	for name, content := range contents {
		for options, list := range map[string][]pickle.DecodeOption{
			"by default": nil, "with shared bytes": {pickle.WithSharedBytes()}, "with aliased input": {pickle.WithAliasedInput()},
			"with shared bytes and memo": {pickle.WithSharedBytes(), pickle.WithSharedMemo()},
		} {
			var stream bytes.Buffer
			var want []string
			for i := range count {
				value := content(bytes.Repeat([]byte{byte('a' + i)}, size))
				data, err := pickle.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				stream.Write(data)
				want = append(want, py.Repr(value, py.WithReprObjects()))
			}
			decoder := pickle.NewDecoder(&stream, list...)
			var got []any
			for range count {
				var value any
				if err := decoder.Decode(&value); err != nil {
					t.Fatal(err)
				}
				got = append(got, value)
			}
			for i := range got {
				if text := py.Repr(got[i], py.WithReprObjects()); text != want[i] {
					t.Errorf("%s, %s: pickle %d became %.60s...", name, options, i, text)
				}
			}
			stream.Reset()
		}
	}
}

// TestTypedKeepsNothingShared is the same for Go types.
func TestTypedKeepsNothingShared(t *testing.T) {
	type record struct {
		Data []byte
		Text string
		Any  any
	}
	const size, count = 50_000, 6
	for _, option := range []pickle.DecodeOption{pickle.WithSharedBytes(), pickle.WithAliasedInput()} {
		var stream bytes.Buffer
		for i := range count {
			b := bytes.Repeat([]byte{byte('a' + i)}, size)
			data, err := pickle.Marshal(record{b, string(b), b})
			if err != nil {
				t.Fatal(err)
			}
			stream.Write(data)
		}
		decoder := pickle.NewDecoder(&stream, option)
		var got [count]record
		for i := range got {
			if err := decoder.Decode(&got[i]); err != nil {
				t.Fatal(err)
			}
		}
		for i := range got {
			b, ok := got[i].Any.([]byte)
			if c := byte('a' + i); !ok || got[i].Data[size-1] != c || got[i].Text[size-1] != c || b[size-1] != c {
				t.Errorf("pickle %d: %c %c %c", i, got[i].Data[size-1], got[i].Text[size-1], b[size-1])
			}
		}
	}
}

// TestValuesAreKept holds that what was decoded is not changed by later pickles, nor by whoever
// takes the memory of its input.
func TestValuesAreKept(t *testing.T) {
	type record struct {
		Name string
		Data []byte
		Tags map[string]int
		Any  any
	}
	sizes := []int{0, 1, 2, 60, 300, 1100, 70_000}
	recordOf := func(n int) record {
		text := strings.Repeat(string(rune('a'+n%26)), sizes[n%len(sizes)])
		return record{text, []byte(text), map[string]int{text + "x": n}, py.NewList(text, []byte(text), int64(n)<<20, py.Tuple{float64(n), text})}
	}
	input := make([]byte, 0, 1<<20)
	var graphs []any
	var records []record
	for n := range 20 * len(sizes) {
		var err error
		if input, err = pickle.Append(input[:0], recordOf(n)); err != nil {
			t.Fatal(err)
		}
		var v any
		var r record
		if err := errors.Join(pickle.Unmarshal(input, &v), pickle.Unmarshal(input, &r)); err != nil {
			t.Fatal(err)
		}
		clear(input)
		graphs, records = append(graphs, v), append(records, r)
	}
	for n := range graphs {
		want := recordOf(n)
		graph, err := py.FromGo(want)
		if err != nil || py.Repr(graphs[n]) != py.Repr(graph) {
			t.Errorf("graph %d has become another, %v", n, err)
		}
		if py.Repr(records[n].Any) != py.Repr(want.Any) || records[n].Name != want.Name || !bytes.Equal(records[n].Data, want.Data) || !maps.Equal(records[n].Tags, want.Tags) {
			t.Errorf("record %d has become another", n)
		}
	}
}
