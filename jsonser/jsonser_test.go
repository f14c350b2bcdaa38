package jsonser_test

import (
	"bytes"
	"errors"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

// rows hold the bytes, the value as any, the typed values that they decode to, and the types that
// refuse them.
var rows = []struct {
	text   string
	value  any
	typed  []any
	refuse []any
}{
	{"null", nil, []any{(*int)(nil), []int(nil), map[string]int(nil)}, []any{0, "", false}},
	{"true", true, []any{true}, []any{0, ""}},
	{"1", int64(1), []any{1, uint8(1), 1.0, big.NewInt(1)}, []any{"", false, time.Duration(0)}},
	{"-9223372036854775809", mustInt("-9223372036854775809"), []any{mustInt("-9223372036854775809")}, []any{int64(0), uint64(0)}},
	{"1.0", 1.0, []any{1.0, float32(1)}, []any{0}},
	{"1e-05", 1e-5, []any{1e-5}, []any{0}},
	{"1e+16", 1e16, []any{1e16}, nil},
	{"Infinity", math.Inf(1), []any{math.Inf(1)}, []any{0}},
	{"-Infinity", math.Inf(-1), []any{math.Inf(-1)}, nil},
	{`"\u00e9\ud83d\ude00\ud800\"\\/\b\f\n\r\t\u007f"`, "é\U0001f600\xed\xa0\x80\"\\/\b\f\n\r\t\x7f", []any{"é\U0001f600\xed\xa0\x80\"\\/\b\f\n\r\t\x7f"}, []any{0, []byte{}}},
	{`"2020-01-02T03:04:05Z"`, "2020-01-02T03:04:05Z", []any{time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)}, nil},
	{"[]", &py.List{Items: []any{}}, []any{[]int{}, [0]int{}, py.Tuple{}}, []any{[1]int{}, map[string]int{}}},
	{`[1, "a", null]`, py.NewList(int64(1), "a", nil), []any{[]any{int64(1), "a", nil}}, []any{[]int{}, [2]any{}}},
	{"{}", &py.Dict{}, []any{map[string]int{}, struct{}{}}, []any{[]int{}}},
	{`{"a": 1, "b": [true]}`, py.StrDict(py.Item{Key: "a", Value: int64(1)}, py.Item{Key: "b", Value: py.NewList(true)}),
		[]any{map[string]any{"a": int64(1), "b": py.NewList(true)}, struct {
			A int
			B []bool
		}{1, []bool{true}}}, []any{map[string]int{}}},
}

func mustInt(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		panic(s)
	}
	return n
}

func TestRows(t *testing.T) {
	for _, row := range rows {
		if got, err := jsonser.Marshal(row.value); err != nil || string(got) != row.text {
			t.Errorf("Marshal(%#v): %s, %v; want %s", row.value, got, err, row.text)
		}
		var got any
		if err := jsonser.Unmarshal([]byte(row.text), &got); err != nil || !reflect.DeepEqual(got, row.value) {
			t.Errorf("%s: %#v, %v; want %#v", row.text, got, err, row.value)
		}
		for _, want := range row.typed {
			dst := reflect.New(reflect.TypeOf(want))
			err := jsonser.Unmarshal([]byte(row.text), dst.Interface())
			if got := dst.Elem().Interface(); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s to %T: %#v, %v; want %#v", row.text, want, got, err, want)
			}
		}
		for _, target := range row.refuse {
			dst := reflect.New(reflect.TypeOf(target))
			var conversion *py.ConversionError
			if err := jsonser.Unmarshal([]byte(row.text), dst.Interface()); !errors.As(err, &conversion) {
				t.Errorf("%s to %T: %v, %v", row.text, target, dst.Elem(), err)
			}
		}
	}
}

func TestMarshalGoValues(t *testing.T) {
	type inner struct {
		Values  map[int]string
		Nothing []int `pickle:",omitempty"`
	}
	for want, v := range map[string]any{
		`{"factor_x": 2, "inner": {"values": {"1": "a", "2": "b"}}, "list": []}`: struct {
			FactorX int
			Inner   *inner
			List    []string
		}{2, &inner{Values: map[int]string{2: "b", 1: "a"}}, nil},
		`[1, [2]]`: py.Tuple{1, []int{2}},
		`null`:     (*py.List)(nil),
		`0.5`:      float32(0.5),
	} {
		if got, err := jsonser.Marshal(v); err != nil || string(got) != want {
			t.Errorf("%#v: %s, %v; want %s", v, got, err, want)
		}
	}
}

func TestMarshalRefuses(t *testing.T) {
	set, err := py.NewSet()
	if err != nil {
		t.Fatal(err)
	}
	loop := py.NewList()
	loop.Append(py.StrDict(py.Item{Key: "x", Value: loop}))
	deep := py.NewList()
	for range 99 {
		deep = py.NewList(deep)
	}
	deepLoop := py.NewList()
	top := deepLoop
	for range 99 {
		top = py.NewList(py.NewList(), top, py.NewList())
	}
	deepLoop.Append(py.Tuple{top})
	tests := []struct {
		v    any
		want string
	}{
		{set, "$: Object of type set is not JSON serializable"},
		{py.StrDict(py.Item{Key: "a\n", Value: py.NewList(nil, []byte("x"))}), `$["a\n"][1]: Object of type bytes is not JSON serializable`},
		{py.StrDict(py.Item{Key: strings.Repeat("k", 99), Value: set}), `$["` + strings.Repeat("k", 39) + `…"]: Object of type set is not JSON serializable`},
		{loop, `$[0]["x"]: Circular reference detected`},
		{deepLoop, "Circular reference detected"},
		{"\xff", "$: a Go string that is not UTF-8 is not a str"},
		{make(chan int), "$: pizco/py: $: cannot assign chan int to a Python value"},
		{time.Second, "$: Object of type timedelta is not JSON serializable"},
		{map[[1]int]int{{1}: 1}, "unhashable type: 'list'"},
	}
	for _, test := range tests {
		var refused *jsonser.MarshalError
		if got, err := jsonser.Marshal(test.v); !errors.As(err, &refused) || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%s, %v; want %s", got, err, test.want)
		}
	}
	if got, err := jsonser.Marshal(deep, jsonser.WithMaxDepth(100)); err != nil || len(got) != 200 {
		t.Errorf("100 levels: %s, %v", got, err)
	}
	var refused *jsonser.MarshalError
	if _, err := jsonser.Marshal(deep, jsonser.WithMaxDepth(99)); !errors.As(err, &refused) || refused.Class != "RecursionError" {
		t.Errorf("100 levels where 99 are allowed: %v", err)
	}
	bomb := py.NewList(int64(1))
	for range 60 {
		bomb = py.NewList(bomb, bomb)
	}
	if _, err := jsonser.Marshal(bomb, jsonser.WithMaxOutput(1<<20)); !errors.As(err, &refused) {
		t.Errorf("a value of 2^60 items: %v", err)
	}
}

// TestPlaces checks the places of errors in every encoding that a document can have.
func TestPlaces(t *testing.T) {
	utf8 := "[\"é\U0001f600\",\n  x]"
	want := jsonser.SyntaxError{Kind: jsonser.ExpectingValue, Char: 9, Line: 2, Column: 3}
	for offset, doc := range map[int64]string{
		13: utf8,
		16: "\xef\xbb\xbf" + utf8,
		20: "[\x00\"\x00\xe9\x00\x3d\xd8\x00\xde\"\x00,\x00\n\x00 \x00 \x00x\x00]\x00",
		22: "\xfe\xff\x00[\x00\"\x00\xe9\xd8\x3d\xde\x00\x00\"\x00,\x00\n\x00 \x00 \x00x\x00]",
		36: "[\x00\x00\x00\"\x00\x00\x00\xe9\x00\x00\x00\x00\xf6\x01\x00\"\x00\x00\x00,\x00\x00\x00\n\x00\x00\x00 \x00\x00\x00 \x00\x00\x00x\x00\x00\x00",
	} {
		want.Offset = offset
		var v any
		var syntax *jsonser.SyntaxError
		err := jsonser.Unmarshal([]byte(doc), &v)
		if !errors.As(err, &syntax) || *syntax != want {
			t.Errorf("%q: %+v; want %+v", doc, syntax, want)
		}
	}
	if got := want.Error(); got != "pizco/jsonser: Expecting value: line 2 column 3 (char 9)" {
		t.Error(got)
	}
}

func TestUnmarshalLimits(t *testing.T) {
	nested := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	number := strings.Repeat("9", 1000)
	tests := []struct {
		doc  string
		opt  jsonser.DecodeOption
		want jsonser.Kind
	}{
		{nested, jsonser.WithMaxDepth(100), 0},
		{nested, jsonser.WithMaxDepth(99), jsonser.TooDeep},
		{strings.Repeat(`{"a":[`, 50) + strings.Repeat("]}", 50), jsonser.WithMaxDepth(99), jsonser.TooDeep},
		{number, jsonser.WithMaxIntDigits(1000), 0},
		{"-" + number, jsonser.WithMaxIntDigits(1000), 0},
		{number, jsonser.WithMaxIntDigits(999), jsonser.TooManyDigits},
		{number + ".0", jsonser.WithMaxIntDigits(999), 0},
		{strings.Repeat("[", 1<<20), jsonser.WithMaxDepth(50_000), jsonser.TooDeep},
	}
	for _, test := range tests {
		var v any
		var syntax *jsonser.SyntaxError
		err := jsonser.Unmarshal([]byte(test.doc), &v, test.opt)
		if errors.As(err, &syntax) != (test.want != 0) || test.want != 0 && syntax.Kind != test.want {
			t.Errorf("%.20s: %v, want %v", test.doc, err, test.want)
		}
	}
	var v any
	var option *jsonser.OptionError
	for _, opt := range []jsonser.DecodeOption{jsonser.WithMaxDepth(0), jsonser.WithMaxDepth(1 << 20), jsonser.WithMaxIntDigits(1)} {
		if err := jsonser.Unmarshal([]byte("1"), &v, opt); !errors.As(err, &option) {
			t.Errorf("an option out of range: %v", err)
		}
	}
	for _, opt := range []jsonser.EncodeOption{jsonser.WithMaxDepth(0), jsonser.WithMaxOutput(0)} {
		if _, err := jsonser.Marshal(1, opt); !errors.As(err, &option) {
			t.Errorf("an option out of range: %v", err)
		}
	}
}

// TestIdentity checks that equal names are one string and equal values are not.
func TestIdentity(t *testing.T) {
	var v any
	if err := jsonser.Unmarshal([]byte(`[{"name": "name"}, {"name": "name"}, {"n\u0061me": "x"}]`), &v); err != nil {
		t.Fatal(err)
	}
	var names, values []string
	for _, item := range v.(*py.List).Items {
		pair := item.(*py.Dict).Pairs()[0]
		names, values = append(names, pair.Key.(string)), append(values, pair.Value.(string))
	}
	if !sameString(names[0], names[1]) || !sameString(names[0], names[2]) {
		t.Error("equal names are different strings")
	}
	if sameString(names[0], values[0]) || sameString(values[0], values[1]) {
		t.Error("equal values share a string")
	}
}

// sameString reports whether two equal strings are one object.
func sameString(a, b string) bool {
	return raw.OfString(a) == raw.OfString(b)
}

func TestUnmarshalTarget(t *testing.T) {
	for _, target := range []any{nil, 0, (*any)(nil), (*int)(nil)} {
		if err := jsonser.Unmarshal([]byte("1"), target); err == nil {
			t.Errorf("%#v is taken for a target", target)
		}
	}
	kept := any("kept")
	if err := jsonser.Unmarshal([]byte("[1"), &kept); err == nil || kept != "kept" {
		t.Errorf("a bad document leaves %v, %v", kept, err)
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, doc := range loaded() {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var v any
		if err := jsonser.Unmarshal(doc, &v); err != nil {
			var syntax *jsonser.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > int64(len(doc)) {
				t.Fatalf("%v", err)
			}
			return
		}
		written, err := jsonser.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var again any
		if err := jsonser.Unmarshal(written, &again); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if twice, err := jsonser.Marshal(again); err != nil || !bytes.Equal(twice, written) {
			t.Fatalf("%s, then %s, %v", written, twice, err)
		}
	})
}
