package py_test

import (
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/py"
)

type point struct {
	_    struct{} `pickle:",tuple"`
	X, Y int
}

type options struct {
	Name  string
	Args  []int
	Inner *options
	Any   any
}

// shout takes any str in capitals.
type shout string

func (s *shout) UnmarshalPython(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("cannot shout %s", py.TypeName(v))
	}
	*s = shout(strings.ToUpper(text))
	return nil
}

func class(module, name string) py.Class { return py.Class{Module: module, Name: name} }

func dict(t testing.TB, pairs ...py.Pair) *py.Dict {
	t.Helper()
	d, err := py.NewDict(pairs...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func setOf(t testing.TB, elements ...any) *py.Set {
	t.Helper()
	s, err := py.NewSet(elements...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func timedelta(days, secs, micros int64) *py.Object {
	return py.NewObject(class("datetime", "timedelta"), days, secs, micros)
}

func withState(o *py.Object, state any) *py.Object {
	o.State, o.HasState = state, true
	return o
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

// TestAssign stores each Python value in zero values of the types of what it has to become.
func TestAssign(t *testing.T) {
	list := py.NewList(int64(1), int64(2))
	one := py.StrDict(py.Item{Key: "a", Value: int64(1)})
	robot := withState(&py.Object{How: py.NewObj, Callable: class("m", "Robot")}, py.StrDict(
		py.Item{Key: "name", Value: "Marvin"}, py.Item{Key: "_secret", Value: nil}))
	id := uuid.MustParse("12345678-1234-5678-1234-567812345678")
	bits, _ := new(big.Int).SetString("12345678123456781234567812345678", 16)
	rows := []struct {
		name string
		src  any
		want []any
	}{
		{"None", nil, []any{(*int)(nil), []string(nil), map[string]int(nil), (*options)(nil)}},
		{"bool", true, []any{true, new(true)}},
		{"int", int64(7), []any{7, uint8(7), 7.0, *big.NewInt(7), big.NewInt(7), new(new(7))}},
		{"float", 0.5, []any{0.5, float32(0.5)}},
		{"complex", 1 + 2i, []any{1 + 2i, complex64(1 + 2i)}},
		{"str", "héllo", []any{"héllo", shout("HÉLLO"), new(shout("HÉLLO"))}},
		{"str as text", "10.0.0.1", []any{netip.MustParseAddr("10.0.0.1")}},
		{"bytes", []byte("ab"), []any{[]byte("ab"), [2]byte{'a', 'b'}}},
		{"bytearray", &py.ByteArray{Bytes: []byte("ab")}, []any{[]byte("ab"), [2]byte{'a', 'b'}, &py.ByteArray{Bytes: []byte("ab")}}},
		{"buffer", &py.Buffer{Bytes: []byte("ab")}, []any{[]byte("ab")}},
		{"list", list, []any{list, *list, []int{1, 2}, []any{int64(1), int64(2)}, [2]int8{1, 2}, point{X: 1, Y: 2}, py.Tuple{int64(1), int64(2)}, map[int]struct{}{1: {}, 2: {}}}},
		{"tuple", py.Tuple{int64(1), "x"}, []any{py.Tuple{int64(1), "x"}, []any{int64(1), "x"}, struct {
			_ struct{} `pickle:",tuple"`
			N int
			S *string
		}{N: 1, S: new("x")}}},
		{"empty tuple", py.Tuple{}, []any{py.Tuple{}, []int{}, [0]int{}}},
		{"nested", py.NewList(list, list), []any{[][]int{{1, 2}, {1, 2}}, [2]point{{X: 1, Y: 2}, {X: 1, Y: 2}}}},
		{"set", setOf(t, int64(1), int64(2)), []any{map[int]struct{}{1: {}, 2: {}}, []int{1, 2}, map[any]struct{}{int64(1): {}, int64(2): {}}}},
		{"frozenset", frozen(t, "a"), []any{map[string]struct{}{"a": {}}, []string{"a"}, frozen(t, "a")}},
		{"dict", one, []any{one, *one, map[string]int{"a": 1}, map[any]any{"a": int64(1)}, struct{ A int }{1}, struct{ B int }{}}},
		{"dict of ints", dict(t, py.Pair{Key: int64(1), Value: "x"}), []any{map[int]string{1: "x"}, struct{ A int }{}}},
		{"options", py.StrDict(py.Item{Key: "name", Value: "x"}, py.Item{Key: "args", Value: list}, py.Item{Key: "inner", Value: py.StrDict(py.Item{Key: "any", Value: list})}),
			[]any{options{Name: "x", Args: []int{1, 2}, Inner: &options{Any: list}}}},
		{"class", class("builtins", "int"), []any{class("builtins", "int")}},
		{"ellipsis", py.Ellipsis, []any{py.Ellipsis}},
		{"object", robot, []any{robot, *robot, struct{ Name string }{"Marvin"}}},
		{"object with slots", withState(&py.Object{How: py.NewObj, Callable: class("m", "Robot")}, py.Tuple{nil, py.StrDict(py.Item{Key: "name", Value: "Marvin"})}),
			[]any{struct{ Name string }{"Marvin"}}},
		{"enum", py.NewObject(class("m", "Color"), "red"), []any{"red"}},
		{"nested enum", &py.Object{Callable: py.NewObject(class("builtins", "getattr"), class("m", "Outer"), "Inner"), Args: py.Tuple{int64(3)}}, []any{3, uint8(3)}},
		{"namedtuple", &py.Object{How: py.NewObj, Callable: class("m", "P"), Args: py.Tuple{int64(1), int64(2)}}, []any{point{X: 1, Y: 2}, []int{1, 2}}},
		{"namedtuple 0", py.NewObject(class("copyreg", "_reconstructor"), class("m", "P"), class("builtins", "tuple"), py.Tuple{int64(1), int64(2)}), []any{point{X: 1, Y: 2}, []int{1, 2}}},
		{"dict subclass 0", py.NewObject(class("copyreg", "_reconstructor"), class("m", "D"), class("builtins", "dict"), one), []any{map[string]int{"a": 1}, *one}},
		{"str subclass 0", py.NewObject(class("copyreg", "_reconstructor"), class("m", "S"), class("builtins", "str"), "x"), []any{"x"}},
		{"list subclass", &py.Object{How: py.NewObj, Callable: class("m", "L"), ListItems: []any{int64(1)}}, []any{[]int{1}}},
		{"datetime", py.NewObject(class("datetime", "datetime"), []byte{7, 228, 1, 2, 3, 4, 5, 0, 0, 6}),
			[]any{time.Date(2020, 1, 2, 3, 4, 5, 6000, time.UTC), new(time.Date(2020, 1, 2, 3, 4, 5, 6000, time.UTC))}},
		{"Python 2's datetime", py.NewObject(class("datetime", "datetime"), "\x07\u00e4\x01\x02\x03\x04\x05\x00\x00\x06"), []any{time.Date(2020, 1, 2, 3, 4, 5, 6000, time.UTC)}},
		{"date", py.NewObject(class("datetime", "date"), []byte{7, 228, 1, 2}), []any{time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)}},
		{"time", py.NewObject(class("datetime", "time"), []byte{1, 2, 3, 0, 0, 4}),
			[]any{time.Date(1, 1, 1, 1, 2, 3, 4000, time.UTC), time.Hour + 2*time.Minute + 3*time.Second + 4*time.Microsecond}},
		{"timedelta", timedelta(-1, 86399, 999999), []any{-time.Microsecond, new(-time.Microsecond)}},
		{"Decimal", py.NewObject(class("decimal", "Decimal"), "1.50"), []any{"1.50", rat("3/2"), *rat("3/2")}},
		{"Fraction", py.NewObject(class("fractions", "Fraction"), "1/3"), []any{rat("1/3"), "1/3"}},
		{"Fraction 3.11", py.NewObject(class("fractions", "Fraction"), int64(-2), int64(1)), []any{rat("-2"), "-2"}},
		{"UUID", withState(&py.Object{How: py.NewObj, Callable: class("uuid", "UUID")}, py.StrDict(py.Item{Key: "int", Value: bits})), []any{id, &id, id.String(), [16]byte(id)}},
		{"path", py.NewObject(class("pathlib", "PosixPath"), "/", "usr", "bin"), []any{"/usr/bin"}},
		{"path 3.13", py.NewObject(class("pathlib._local", "PurePosixPath"), "a/", "b/c"), []any{"a/b/c"}},
		{"absolute path wins", py.NewObject(class("pathlib", "PurePosixPath"), "a", "/b"), []any{"/b"}},
		{"Windows path", py.NewObject(class("pathlib", "PureWindowsPath"), `C:\`, "Users", "x"), []any{`C:\Users\x`}},
		{"no path", py.NewObject(class("pathlib", "PurePosixPath")), []any{"."}},
		{"IPv4Address", py.NewObject(class("ipaddress", "IPv4Address"), int64(0x0a000001)), []any{netip.MustParseAddr("10.0.0.1"), "10.0.0.1"}},
		{"IPv6Address", py.NewObject(class("ipaddress", "IPv6Address"), "::1"), []any{netip.MustParseAddr("::1")}},
		{"IPv6Address 3.10", py.NewObject(class("ipaddress", "IPv6Address"), int64(1)), []any{netip.MustParseAddr("::1")}},
		{"IPv4Network", py.NewObject(class("ipaddress", "IPv4Network"), "10.0.0.0/8"), []any{netip.MustParsePrefix("10.0.0.0/8")}},
		{"range", py.NewObject(class("builtins", "range"), int64(5), int64(0), int64(-2)), []any{[]int{5, 3, 1}, [3]int8{5, 3, 1}}},
		{"empty range", py.NewObject(class("builtins", "range"), int64(5), int64(5), int64(1)), []any{[]int{}}},
		{"slice", py.NewObject(class("builtins", "slice"), nil, int64(2), nil), []any{[]*int{nil, new(2), nil}}},
		{"deque", &py.Object{Callable: class("collections", "deque"), Args: py.Tuple{py.Tuple{}, int64(5)}, ListItems: []any{int64(1)}}, []any{[]int{1}}},
		{"OrderedDict", &py.Object{Callable: class("collections", "OrderedDict"), DictItems: one.Pairs()}, []any{map[string]int{"a": 1}, one, struct{ A int }{1}}},
		{"Python 2's OrderedDict", py.NewObject(class("collections", "OrderedDict"), py.NewList(py.NewList("a", int64(1)))), []any{map[string]int{"a": 1}}},
		{"empty OrderedDict", py.NewObject(class("collections", "OrderedDict")), []any{map[string]int{}}},
		{"Counter", py.NewObject(class("collections", "Counter"), one), []any{map[string]uint{"a": 1}, *one}},
		{"defaultdict", &py.Object{Callable: class("collections", "defaultdict"), Args: py.Tuple{class("builtins", "list")}, DictItems: one.Pairs()}, []any{map[string]int{"a": 1}}},
	}
	for _, row := range rows {
		for _, want := range row.want {
			dst := reflect.New(reflect.TypeOf(want))
			err := py.Assign(dst.Interface(), row.src)
			if got := dst.Elem().Interface(); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s to %T: %+v, %v; want %+v", row.name, want, got, err, want)
			}
		}
		var anything any
		if err := py.Assign(&anything, row.src); err != nil || reflect.TypeOf(anything) != reflect.TypeOf(row.src) {
			t.Errorf("%s to any: %v, %v", row.name, anything, err)
		}
	}
}

// TestAssignRefuses gives the whole message for each value that does not fit, since users of Python
// read it.
func TestAssignRefuses(t *testing.T) {
	loop := py.NewList()
	loop.Append(loop)
	type endless []endless
	rows := []struct {
		src    any
		target any
		want   string
	}{
		{"x", 0, "$: cannot assign str to int"},
		{nil, 0, "$: cannot assign NoneType to int"},
		{true, 0, "$: cannot assign bool to int"},
		{int64(1), false, "$: cannot assign int to bool"},
		{1.0, 0, "$: cannot assign float to int"},
		{int64(300), uint8(0), "$: cannot assign int to uint8: 300 is out of range"},
		{int64(1<<53 + 1), 0.0, "$: cannot assign int to float64: 9007199254740993 has no exact float64"},
		{int64(5), time.Duration(0), "$: cannot assign int to time.Duration: a plain number has no unit"},
		{[]byte("x"), "", "$: cannot assign bytes to string"},
		{"x", []byte(nil), "$: cannot assign str to []uint8"},
		{"x", shout(""), ""},
		{int64(1), shout(""), "$: cannot assign int to py_test.shout: cannot shout int"},
		{nil, shout(""), "$: cannot assign NoneType to py_test.shout: cannot shout NoneType"},
		{"nowhere", netip.Addr{}, `$: cannot assign str to netip.Addr: ParseAddr("nowhere"): unable to parse IP`},
		{py.NewList(int64(1), "x"), []int(nil), "$[1]: cannot assign str to int"},
		{py.NewList(int64(1)), [2]int{}, "$: cannot assign list to [2]int: it has 1 items"},
		{py.NewList(int64(1)), point{}, "$: cannot assign list to py_test.point: it has 1 items instead of 2"},
		{py.NewList(int64(1), "y"), point{}, "$.y: cannot assign str to int"},
		{py.NewList(int64(1)), options{}, "$: cannot assign list to py_test.options"},
		{py.NewList(int64(1)), map[int]int(nil), "$: cannot assign list to map[int]int"},
		{py.NewList(py.Tuple{"x"}), map[any]struct{}(nil), "$[0]: cannot assign tuple to interface {}: it cannot be a key of a Go map"},
		{py.NewList(), "", "$: cannot assign list to string"},
		{py.NewList(), time.Time{}, "$: cannot assign list to time.Time"},
		{py.Tuple{}, py.List{}, "$: cannot assign tuple to py.List"},
		{py.StrDict(), []int(nil), "$: cannot assign dict to []int"},
		{py.StrDict(), time.Time{}, "$: cannot assign dict to time.Time"},
		{py.StrDict(), py.Set{}, "$: cannot assign dict to py.Set"},
		{py.StrDict(), point{}, "$: cannot assign dict to py_test.point: the struct is a tuple"},
		{py.StrDict(py.Item{Key: "a", Value: "x"}), map[string]int(nil), `$["a"]: cannot assign str to int`},
		{dict(t, py.Pair{Key: int64(1)}), map[string]any(nil), "$[1]: cannot assign int to string"},
		{dict(t, py.Pair{Key: 1.25}, py.Pair{Key: 1.25 + 1e-12}), map[float32]any(nil), "$: cannot assign dict to map[float32]interface {}: different keys become equal"},
		{py.StrDict(py.Item{Key: "options", Value: py.StrDict(py.Item{Key: "args", Value: py.NewList("x")})}),
			struct{ Options map[string][]int }{}, `$.options["args"][0]: cannot assign str to int`},
		{loop, endless(nil), "it is nested too deeply, or holds itself"},
		{class("builtins", "int"), "", "$: cannot assign type to string"},
		{py.Ellipsis, 0, "$: cannot assign ellipsis to int"},
		{py.NewObject(class("builtins", "ValueError"), "x"), "", "$: cannot assign ValueError to string"},
		{py.NewObject(class("m", "Pair"), "x", "y"), options{}, "$: cannot assign Pair to py_test.options: the object has no attributes"},
		{py.NewObject(class("m", "Color"), "red"), 0, "$: cannot assign Color to int"},
		{timedelta(0, 1, 0), 0, "$: cannot assign timedelta to int"},
		{timedelta(0, 1, 0), time.Time{}, "$: cannot assign timedelta to time.Time: it is not a datetime, date or time"},
		{timedelta(110000, 0, 0), time.Duration(0), "$: cannot assign timedelta to time.Duration: 110000 days are out of range"},
		{timedelta(0, -1, 0), time.Duration(0), "$: cannot assign timedelta to time.Duration: its packed form is not valid"},
		{py.NewObject(class("datetime", "datetime"), []byte{7, 228, 13, 2, 3, 4, 5, 0, 0, 6}), time.Time{}, "its packed form is not valid"},
		{py.NewObject(class("datetime", "datetime"), []byte{7, 228, 2, 30, 3, 4, 5, 0, 0, 6}), time.Time{}, "its packed form is not valid"},
		{py.NewObject(class("datetime", "datetime"), "x"), time.Time{}, "its packed form is not valid"},
		{py.NewObject(class("datetime", "datetime"), []byte{7, 228, 1, 2, 3, 4, 5, 0, 0, 6}, "x"), time.Time{}, "the time zone is not known: it is a str"},
		{py.NewObject(class("decimal", "Decimal"), "NaN"), big.Rat{}, "$: cannot assign Decimal to big.Rat"},
		{py.NewObject(class("decimal", "Decimal"), "1e999999999"), big.Rat{}, "$: cannot assign Decimal to big.Rat"},
		{py.NewObject(class("decimal", "Decimal"), "1.5"), 0.0, "$: cannot assign Decimal to float64"},
		{py.NewObject(class("builtins", "range"), int64(0), int64(1<<40), int64(1)), []int(nil), "$: cannot assign range to []int"},
		{py.NewObject(class("ipaddress", "IPv4Address"), int64(1<<32)), "", "$: cannot assign IPv4Address to string"},
		{withState(&py.Object{How: py.NewObj, Callable: class("uuid", "UUID")}, py.StrDict(py.Item{Key: "int", Value: int64(-1)})), uuid.UUID{}, "$: cannot assign UUID to uuid.UUID"},
	}
	for _, row := range rows {
		dst := reflect.New(reflect.TypeOf(row.target))
		err := py.Assign(dst.Interface(), row.src)
		if row.want == "" {
			if err != nil {
				t.Errorf("%v to %T: %v", row.src, row.target, err)
			}
			continue
		}
		var conversion *py.ConversionError
		if !errors.As(err, &conversion) || !strings.HasSuffix(err.Error(), row.want) || !strings.HasPrefix(err.Error(), "pizco/py: $") {
			t.Errorf("to %T: %v, want %s", row.target, err, row.want)
		}
	}
}

func TestAssignNeedsAPointer(t *testing.T) {
	for _, dst := range []any{nil, 0, (*int)(nil), struct{}{}} {
		var conversion *py.ConversionError
		if err := py.Assign(dst, int64(1)); !errors.As(err, &conversion) {
			t.Errorf("Assign(%#v): %v", dst, err)
		}
	}
	if err := py.AssignValue(reflect.ValueOf(1), int64(1)); err == nil {
		t.Error("AssignValue takes a value that cannot be set")
	}
}

func TestAssignKeepsOtherFields(t *testing.T) {
	o := options{Name: "kept", Inner: &options{Name: "kept too"}, Args: []int{1, 2, 3}}
	inner := o.Inner
	src := py.StrDict(
		py.Item{Key: "args", Value: py.NewList(int64(9))}, py.Item{Key: "unknown", Value: nil},
		py.Item{Key: "inner", Value: py.StrDict(py.Item{Key: "any", Value: true})})
	if err := py.Assign(&o, src); err != nil {
		t.Fatal(err)
	}
	if o.Name != "kept" || o.Inner != inner || inner.Name != "kept too" || inner.Any != true || !reflect.DeepEqual(o.Args, []int{9}) {
		t.Errorf("%+v, %+v", o, inner)
	}
	err := py.Assign(&o, src, py.DisallowUnknownKeys())
	if err == nil || !strings.Contains(err.Error(), `$["unknown"]`) {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestAssignCopies(t *testing.T) {
	b, items := []byte("abc"), []any{int64(1)}
	var bytes []byte
	var list []any
	var whole py.List
	for dst, src := range map[any]any{&bytes: b, &list: py.Tuple(items), &whole: &py.List{Items: items}} {
		if err := py.Assign(dst, src); err != nil {
			t.Fatal(err)
		}
	}
	b[0], items[0] = 'x', int64(2)
	if string(bytes) != "abc" || list[0] != int64(1) || whole.Items[0] != int64(1) {
		t.Errorf("targets share memory with their source: %s %v %v", bytes, list, whole)
	}
}

func TestAssignIsBounded(t *testing.T) {
	bomb := py.NewList(int64(1))
	for range 40 {
		bomb = py.NewList(bomb, bomb)
	}
	row := make([]any, 3000)
	for i := range row {
		row[i] = int64(i)
	}
	wide := py.NewList(row...)
	for range 2 {
		same := make([]any, 3000)
		for i := range same {
			same[i] = wide
		}
		wide = py.NewList(same...)
	}
	for name, try := range map[string]func() error{
		"deep": func() error {
			var v [][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][]any
			return py.Assign(&v, bomb)
		},
		"wide":  func() error { var v [][][]int; return py.Assign(&v, wide) },
		"bytes": func() error { var v [][]byte; return py.Assign(&v, shared(make([]byte, 4<<20))) },
		"ints":  func() error { var v []big.Int; return py.Assign(&v, shared(new(big.Int).Lsh(big.NewInt(1), 1<<25))) },
		"rats": func() error {
			var v []big.Rat
			return py.Assign(&v, py.NewList(slices.Repeat([]any{py.NewObject(class("decimal", "Decimal"), "1e-4000")}, 100_000)...))
		},
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), "too many times") {
			t.Errorf("%s: %v", name, err)
		}
	}
	large := make([]any, 3<<19)
	for i := range large {
		large[i] = int64(i)
	}
	var ints []int
	if err := py.Assign(&ints, py.NewList(large...)); err != nil || len(ints) != len(large) {
		t.Errorf("a large list: %v", err)
	}
	bigs := make([]any, 100)
	for i := range bigs {
		bigs[i] = new(big.Int).Lsh(big.NewInt(1), 1<<20)
	}
	var numbers []*big.Int
	if err := py.Assign(&numbers, py.NewList(bigs...)); err != nil || numbers[99].BitLen() != 1<<20+1 {
		t.Errorf("large ints: %v", err)
	}
}

// shared is a list that holds the same value a thousand times.
func shared(v any) *py.List { return py.NewList(slices.Repeat([]any{v}, 1000)...) }

func BenchmarkAssign(b *testing.B) {
	floats := make([]any, 1000)
	texts := make([]any, 1000)
	for i := range floats {
		floats[i], texts[i] = float64(i), "text"
	}
	record := py.StrDict(py.Item{Key: "name", Value: "x"}, py.Item{Key: "args", Value: py.NewList(int64(1), int64(2))})
	b.Run("1000 floats", func(b *testing.B) { benchmarkAssign[[]float64](b, py.NewList(floats...)) })
	b.Run("1000 strings", func(b *testing.B) { benchmarkAssign[[]string](b, py.NewList(texts...)) })
	b.Run("struct", func(b *testing.B) { benchmarkAssign[options](b, record) })
	b.Run("int", func(b *testing.B) { benchmarkAssign[int](b, int64(1)) })
}

func benchmarkAssign[T any](b *testing.B, src any) {
	b.ReportAllocs()
	var v T
	for b.Loop() {
		if err := py.Assign(&v, src); err != nil {
			b.Fatal(err)
		}
	}
}
