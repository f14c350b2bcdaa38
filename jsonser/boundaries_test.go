package jsonser_test

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

// boundaries is written by testdata/boundaries/make.py.
//
//go:embed testdata/boundaries/python-3.13.tsv
var boundaries string

// TestBoundaries writes and reads the numbers, characters and containers at which JSON changes, as
// Python's json does.
func TestBoundaries(t *testing.T) {
	rows := 0
	for line := range strings.Lines(boundaries) {
		rows++
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		value, text := literal(t, columns[0]), columns[1]
		if got, err := jsonser.Marshal(value); err != nil || string(got) != text {
			t.Errorf("%s: wrote %s, %v, want %s", columns[0], got, err, text)
		}
		var read any
		if err := jsonser.Unmarshal([]byte(text), &read); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got, want := py.Repr(read), py.Repr(literal(t, columns[2])); got != want {
			t.Errorf("%s: read %s, want %s", text, got, want)
		}
		if len(text) > 1 && !strings.ContainsAny(text[:1], "-0123456789") {
			if err := jsonser.Unmarshal([]byte(text[:len(text)-1]), &read); err == nil {
				t.Errorf("%s: read without its end", text)
			}
		}
	}
	if rows < 200 {
		t.Errorf("%d rows", rows)
	}
}

func literal(t *testing.T, text string) any {
	t.Helper()
	value, err := py.ParseLiteral(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

// TestOutputLimit writes exactly as much as is allowed, and a byte more.
func TestOutputLimit(t *testing.T) {
	for text, value := range map[string]any{`"abc"`: "abc", "[1, 2]": []int{1, 2}, `{"a": 1}`: map[string]int{"a": 1}, "12345": 12345, "null": nil, `"\u00e9"`: "é"} {
		if got, err := jsonser.Marshal(value, jsonser.WithMaxOutput(len(text))); err != nil || string(got) != text {
			t.Errorf("%s within %d bytes: %s, %v", text, len(text), got, err)
		}
		if got, err := jsonser.Marshal(value, jsonser.WithMaxOutput(len(text)-1)); err == nil {
			t.Errorf("%s within %d bytes: %s", text, len(text)-1, got)
		}
	}
}

// TestUTF16Ends reads UTF-16 that ends in every place: after a high surrogate, and within a unit.
func TestUTF16Ends(t *testing.T) {
	text := []byte{'"', 0, 0x3d, 0xd8, 0x00, 0xde, '"', 0} // "😀"
	var got any
	if err := jsonser.Unmarshal(text, &got); err != nil || got != "😀" {
		t.Errorf("got %v, %v", got, err)
	}
	for n := range len(text) - 1 {
		if err := jsonser.Unmarshal(text[:n], &got); err == nil {
			t.Errorf("% x: read as %v", text[:n], got)
		}
	}
}

// TestSharedAtDepths writes a container that stands twice in one at every depth up to 70: it is
// written twice, and only one that holds itself is refused.
func TestSharedAtDepths(t *testing.T) {
	for depth := range 70 {
		for _, shared := range []any{py.NewList(int64(1)), py.StrDict(py.Item{Key: "a", Value: int64(1)})} {
			inner := py.NewList(shared, shared, py.NewList(shared))
			var outer any = inner
			for range depth {
				outer = py.NewList(outer)
			}
			text, err := jsonser.Marshal(outer)
			if err != nil || strings.Count(string(text), "1") != 3 {
				t.Errorf("%d: %s, %v", depth, text, err)
			}
			inner.Items = append(inner.Items, outer)
			if text, err := jsonser.Marshal(outer); err == nil || !strings.Contains(err.Error(), "Circular reference detected") {
				t.Errorf("%d: %.100s, %v", depth, text, err)
			}
		}
	}
}
