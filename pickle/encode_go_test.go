package pickle_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

type (
	celsius float64
	level   string
	label   struct{ text string }
	Base    struct{ ID int }
	sample  struct {
		Base
		Name    string `pickle:"title"`
		Values  []float64
		Tags    map[string]int
		Next    *sample
		Skipped int     `pickle:"-"`
		Note    *string `pickle:",omitempty"`
		Empty   []int   `pickle:"empty,omitempty"`
		HTTPURL string
	}
	pair struct {
		_ struct{} `pickle:",tuple"`
		X int
		Y any
	}
	wide struct {
		_             struct{} `pickle:",tuple"`
		A, B, C, D, E int8
	}
	optional struct {
		*Base
		Only int `pickle:"only,omitempty"`
	}
	single struct{ One int }
	// numbers and manyNumbers are tuples of numbers, few enough and too many to be written at once.
	numbers struct {
		_ struct{} `pickle:",tuple"`
		A int8
		B uint16
		C bool
		D float32
		E int64
		F float64
	}
	manyNumbers struct {
		_                                                          struct{} `pickle:",tuple"`
		A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T int64
	}
	large struct {
		_ struct{} `pickle:",tuple"`
		U uint64
	}
	holder struct {
		Numbers  numbers
		Many     manyNumbers
		Large    large
		Label    label
		List     py.List
		Tuple    py.Tuple
		Dict     *py.Dict
		Array    [2]label
		Unsigned uint64
	}
)

func (c celsius) MarshalPython() (any, error) { return py.Tuple{"C", float64(c)}, nil }
func (l *label) MarshalText() ([]byte, error) { return []byte("<" + l.text + ">"), nil }
func (l level) MarshalText() ([]byte, error)  { return []byte("level " + string(l)), nil }
func fresh(s string) string                   { return strings.Clone(s) }
func keys[K comparable](ks ...K) map[K]struct{} {
	m := map[K]struct{}{}
	for _, k := range ks {
		m[k] = struct{}{}
	}
	return m
}

// goValues are Go values that have no graph of their own.
func goValues() map[string]any {
	note := "note"
	shared := fresh("shared")
	many := map[int]string{}
	for i := range 2500 {
		many[i*3] = "v"
	}
	return map[string]any{
		"int": 5, "int8": int8(-5), "uint8": uint8(200), "uint64": uint64(math.MaxUint64), "uintptr": uintptr(7), "float32": float32(0.1),
		"complex64": complex64(1 + 2i), "level": level("x"), "big": *big.NewInt(1 << 40), "nil pointer": (*int)(nil), "pointer": &note,
		"pointer to pointer": func() **string { p := &note; return &p }(), "nil slice": []int(nil), "ints": []int{1, 300, 70000, math.MinInt64},
		"strings": []string{"a", shared, shared, fresh("shared"), ""}, "any": []any{1, "x", nil, 2.5, []int{1}, map[string]any{"k": 1}},
		"bytes": []byte("abc"), "named bytes": []celsiusByte("abc"), "byte array": [3]byte{1, 2, 3}, "array": [2]string{"a", "b"},
		"nested": [][]int{{1}, nil, {2, 3}}, "map": map[string]int{"b": 2, "a": 1, "c": 3}, "nil map": map[string]int(nil),
		"int map": map[int]string{3: "c", -1: "a"}, "uint map": map[uint16]bool{9: true, 2: false}, "float map": map[float64]int{2.5: 1, -1: 2},
		"text map": map[level]int{"b": 1, "a": 2}, "tuple map": map[wide]int{{A: 2}: 1, {A: 1}: 2}, "any map": map[any]any{"b": 1, 2: "x", true: nil},
		"large map": many, "set": keys("b", "a"), "int set": keys(5, 3, 9), "empty set": keys[int](), "one": single{4}, "map of one": map[string]single{"k": {1}},
		"struct":  sample{Base: Base{1}, Name: "n", Values: []float64{1, 2}, Tags: map[string]int{"z": 1}, Next: &sample{Note: &note, Empty: []int{1}}},
		"structs": []sample{{Name: shared}, {Name: shared}}, "tuple": pair{X: 1, Y: "y"}, "wide": wide{A: 1, E: 5}, "tuples": []*pair{{X: 1}, nil, {Y: pair{}}},
		"optional": optional{}, "optional base": &optional{Base: &Base{2}, Only: 3}, "marshaler": celsius(1.5), "pointer marshaler": []label{{"x"}},
		"marshalers": map[string]celsius{"a": 1}, "time": time.Date(2026, 11, 23, 1, 2, 3, 4000, time.FixedZone("", 3600)), "utc": []time.Time{time.Unix(0, 0).UTC(), time.Unix(1, 0).UTC()},
		"duration": -90 * time.Second, "uuid": uuid.UUID{1, 2, 3}, "rat": big.NewRat(-22, 7), "rats": []*big.Rat{big.NewRat(1, 2), nil},
		"addr": netip.MustParseAddr("10.1.2.3"), "addr6": netip.MustParseAddr("::ffff:1.2.3.4"), "prefix": netip.MustParsePrefix("10.0.0.0/8"),
		"graph inside": []any{py.NewList(1, "x"), py.Tuple{int8(1)}, py.StrDict(py.Item{Key: "k", Value: []int{1}})},
		"holder": holder{
			Numbers: numbers{A: -3, B: 700, C: true, D: 0.5, E: 1 << 40, F: -2}, Many: manyNumbers{T: 7}, Large: large{U: 1 << 63}, Label: label{"l"},
			List: py.List{Items: []any{shared}}, Tuple: py.Tuple{shared, int64(1)}, Dict: py.StrDict(py.Item{Key: "k", Value: shared}), Unsigned: math.MaxUint64,
		},
		"holders": []holder{{}, {Numbers: numbers{A: 1}}, {Unsigned: 1 << 40}}, "types": manyTypes(),
		"word": struct{ P *string }{&note}, "words": [1]*string{&note}, "word of a map": [1]map[string]int{{"a": 1}}, "no fields": []struct{}{{}},
		"graph struct": py.List{Items: []any{1}}, "big pointer": big.NewInt(3), "interface": []error{nil},
	}
}

type celsiusByte byte

// manyTypes returns two structs of each of more types than the encoder remembers the names of the
// fields of.
func manyTypes() []any {
	var values []any
	for i := range 20 {
		t := reflect.StructOf([]reflect.StructField{
			{Name: fmt.Sprintf("A%d", i), Type: reflect.TypeFor[int]()},
			{Name: fmt.Sprintf("B%d", i), Type: reflect.TypeFor[string]()},
		})
		v := reflect.New(t).Elem()
		v.Field(0).SetInt(int64(i))
		values = append(values, v.Interface(), v.Interface())
	}
	return append(values, values...)
}

type counter struct{ n int }

func (c *counter) MarshalText() ([]byte, error) {
	c.n++
	return strconv.AppendInt(nil, int64(c.n), 10), nil
}

// TestMarshalLeavesInterfaces demands that a method of a pointer cannot change what an interface
// holds.
func TestMarshalLeavesInterfaces(t *testing.T) {
	for _, v := range []any{counter{}, struct{ C counter }{}, [2]counter{}} {
		first, err := pickle.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := pickle.Marshal(v); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%T is written as %q and then as %q, %v", v, first, second, err)
		}
	}
}

// TestGoValues demands that a Go value is written as the graph that py.FromGo makes of it.
func TestGoValues(t *testing.T) {
	for name, v := range goValues() {
		graph, err := py.FromGo(v)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for proto := range 6 {
			for _, minor := range []int{6, 13} {
				opts, err := pickle.EncodeOptions(pickle.Protocol(proto), pickle.WriteAs(3, minor))
				if err != nil {
					t.Fatal(err)
				}
				want, err := pickle.Marshal(graph, opts)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if got, err := pickle.Marshal(v, opts); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s at protocol %d of 3.%d: %v\n got %q\nwant %q", name, proto, minor, err, got, want)
				}
			}
		}
	}
}

func TestMarshalRefuses(t *testing.T) {
	type cycle struct{ Next *cycle }
	loop := &cycle{}
	loop.Next = loop
	list := py.NewList()
	for range 20_000 {
		list = py.NewList(list)
	}
	self := &py.Object{Callable: py.Class{Module: "m", Name: "C"}}
	self.Args = py.Tuple{self}
	for _, row := range []struct {
		v    any
		want string
		is   error
	}{
		{make(chan int), "pizco/pickle: cannot encode chan int: type is not supported", nil},
		{map[string]any{"a": []any{1, func() {}}}, `at ["a"][1]: cannot encode func()`, nil},
		{py.Tuple{py.NewList(nil, struct{ F chan int }{})}, "at [0][1].f: cannot encode chan int", nil},
		{errors.New("x"), "an error is raised, not returned", nil},
		{loop, "value is nested too deeply", pickle.ErrTooDeep},
		{list, "value is nested too deeply", pickle.ErrTooDeep},
		{self, "value is nested too deeply", pickle.ErrTooDeep},
		{struct{ x int }{1}, "it has no exported fields", nil},
		{&py.Object{Callable: py.Class{Module: "m", Name: "C"}, Args: py.Tuple{1, make(chan int)}}, "at .Args[1]", nil},
	} {
		_, err := pickle.Marshal(row.v)
		var m *pickle.MarshalError
		if !errors.As(err, &m) || !strings.Contains(err.Error(), row.want) || row.is != nil && !errors.Is(err, row.is) {
			t.Errorf("%T: %v; want %s", row.v, err, row.want)
		}
		if err != nil && len(err.Error()) > 1000 {
			t.Errorf("%T: the error has %d bytes", row.v, len(err.Error()))
		}
	}
}

func TestEncodeOptionsRefuse(t *testing.T) {
	for _, o := range []pickle.EncodeOption{
		pickle.Protocol(6), pickle.Protocol(-2), pickle.WriteAs(2, 7), pickle.WriteAs(3, 5), pickle.WithEncodeDepth(0), pickle.WithEncodeDepth(1 << 20),
		pickle.WithExtensionCodes(map[py.Class]int32{{Module: "m", Name: "C"}: 0}),
	} {
		var option *pickle.OptionError
		if _, err := pickle.Marshal(nil, o); !errors.As(err, &option) {
			t.Errorf("%#v: %v", o, err)
		}
	}
}
