package arrays_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/internal/arrays"
	"github.com/pizco-go/pizco/py"
)

// TestHostileNPY refuses files of another kind, that contradict themselves, and that are too large.
func TestHostileNPY(t *testing.T) {
	file := func(header, data string) []byte {
		return append([]byte("\x93NUMPY\x01\x00"+string([]byte{byte(len(header)), byte(len(header) >> 8)})+header), data...)
	}
	for name, content := range map[string][]byte{
		"empty":       nil,
		"text":        []byte("1,2,3\n4,5,6\n"),
		"version":     []byte("\x93NUMPY\x09\x00\x01\x00 "),
		"cut":         []byte("\x93NUMPY\x01\x00\xff\x00{"),
		"long header": []byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"),
		"objects":     file("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "x"),
		"no dict":     file("[1]", ""),
		"code":        file("{'descr': open('x'), 'fortran_order': False, 'shape': (1,), }", ""),
		"shape":       file("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", ""),
		"short":       file("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "12345678"),
		"large":       file("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999,), }", ""),
		"huge":        file("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999, 99999999, 99999999), }", ""),
		"dimensions":  file("{'descr': '<f8', 'fortran_order': False, 'shape': ("+strings.Repeat("1,", 65)+"), }", "12345678"),
	} {
		var wrong *arrays.NPYError
		if a, err := arrays.ReadNPY(bytes.NewReader(content), 1<<20); !errors.As(err, &wrong) {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
}

// TestSummaryPlot holds that no peak is lost.
func TestSummaryPlot(t *testing.T) {
	numbers := make([]float64, 1_000_003)
	numbers[777_777], numbers[3] = 5, -7
	a, err := py.NewArray(numbers)
	if err != nil {
		t.Fatal(err)
	}
	s, err := arrays.Summarize(a.NDArray(), 600, func() error { return nil })
	if err != nil || len(s.Plot.Low) != 600 || *s.Plot.Low[0] != -7 || *s.Plot.High[777_777*600/1_000_003] != 5 || s.Min != -7.0 || s.Max != 5.0 {
		t.Errorf("%+v, %v", s, err)
	}
	gone := errors.New("gone")
	if _, err := arrays.Summarize(a.NDArray(), 600, func() error { return gone }); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
}

// TestFromNumbers makes arrays of lists of numbers, and of nothing else.
func TestFromNumbers(t *testing.T) {
	for literal, want := range map[string]string{
		"[1, 2]": "i8 [2]", "[1, 2.5]": "f8 [2]", "[(1, 2), (3, 4j)]": "c16 [2 2]", "[True, False]": "b1 [2]", "[[[1.0]]]": "f8 [1 1 1]",
		"[True, 1]": "", "[1, True]": "", "['x']": "", "[[1], [2, 3]]": "", "[[1], 2]": "", "[1, None]": "", "3": "", "{}": "", "[1, 99999999999999999999]": "",
	} {
		v, err := py.ParseLiteral(literal)
		if err != nil {
			t.Fatal(err)
		}
		a, ok := arrays.FromNumbers(v)
		got := ""
		if ok {
			got = fmt.Sprint(a.DType.Kind, " ", a.Shape)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", literal, got, want)
		}
	}
}

// TestParseSlice tells slices from keys that are texts or numbers.
func TestParseSlice(t *testing.T) {
	for _, text := range []string{"", "1", "left", "1,2", "a:b", "1:2:3:4", "'1:2'", "1:2,x", "1.5:2", "99999999999999999999:"} {
		if key, ok := arrays.ParseSlice(text); ok {
			t.Errorf("%q is %s", text, py.Repr(key))
		}
	}
	for text, want := range map[string]string{
		"0:1000:10": "slice(0, 1000, 10)", ":": "slice(None, None, None)", "-3:": "slice(-3, None, None)", "::-1": "slice(None, None, -1)",
		"0:2,1": "(slice(0, 2, None), 1)", "...": "Ellipsis", "...,0": "(Ellipsis, 0)",
	} {
		if key, ok := arrays.ParseSlice(text); !ok || py.Repr(key) != want {
			t.Errorf("%q is %s, %v", text, py.Repr(key), ok)
		}
	}
}

// TestCSV writes what becomes a table, and refuses what does not.
func TestCSV(t *testing.T) {
	never := func() error { return nil }
	for literal, want := range map[string]string{
		"[1, 2.5, 'x', None]": "1\n2.5\nx\n\"\"\n", "[(1, 2), (3, 4)]": "1,2\n3,4\n", "{'t': [1, 2], 'u': (0.5, 1.5)}": "t,u\n1,0.5\n2,1.5\n", "3": "3\n", "[]": "",
		"[(1, 2), (3,)]": "!", "{'t': [1, 2], 'u': (0.5,)}": "!", "[[1, [2]]]": "!", "{1}": "!", "{'t': 1, 'u': {'x': 1}}": "!",
	} {
		v, err := py.ParseLiteral(literal)
		if err != nil {
			t.Fatal(err)
		}
		checkCSV(t, literal, v, want)
	}
	if _, err := arrays.AppendCSV(nil, py.NewList(int64(1), int64(2)), 3, never); err == nil {
		t.Error("too much is written")
	}
}

func checkCSV(t *testing.T, name string, v any, want string) {
	t.Helper()
	out, err := arrays.AppendCSV(nil, v, 1<<20, func() error { return nil })
	var none *arrays.FormError
	if want == "!" {
		if !errors.As(err, &none) {
			t.Errorf("%s: %q, %v", name, out, err)
		}
		return
	}
	if err != nil || string(out) != want {
		t.Errorf("%s: %q, %v; want %q", name, out, err, want)
	}
}
