package py_test

import (
	"errors"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/py"
)

// celsius writes itself as a tuple.
type celsius float64

func (c celsius) MarshalPython() (any, error) { return py.Tuple{"C", float32(c)}, nil }

// label has its text form on the pointer only.
type label struct{ text string }

func (l *label) MarshalText() ([]byte, error) { return []byte("<" + l.text + ">"), nil }

type failing struct{}

func (failing) MarshalPython() (any, error) { return nil, errors.New("no thanks") }

type numbered int

type base struct{ Base int }

type record struct {
	base
	Name    string `pickle:"title"`
	Empty   []int  `pickle:",omitempty"`
	Label   label
	Next    *record
	private int
}

func TestFromGo(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), 64)
	berlin := time.FixedZone("CET", 3600)
	item := func(k string, v any) py.Item { return py.Item{Key: k, Value: v} }
	rows := []struct {
		name string
		src  any
		want any
	}{
		{"nil", nil, nil},
		{"nil pointer", (*int)(nil), nil},
		{"nil list", (*py.List)(nil), nil},
		{"bool", true, true},
		{"int", 7, int64(7)},
		{"int8", int8(-7), int64(-7)},
		{"named int", numbered(7), int64(7)},
		{"uint", uint64(math.MaxInt64), int64(math.MaxInt64)},
		{"large uint", uint64(math.MaxUint64), new(big.Int).SetUint64(math.MaxUint64)},
		{"big.Int", *big.NewInt(7), int64(7)},
		{"huge", huge, huge},
		{"float32", float32(0.5), 0.5},
		{"complex64", complex64(1i), 1i},
		{"string kind", shout("x"), "x"},
		{"bytes", []byte("x"), []byte("x")},
		{"nil bytes", []byte(nil), []byte(nil)},
		{"named bytes", netIP{1, 2}, []byte{1, 2}},
		{"array of bytes", [2]byte{1, 2}, []byte{1, 2}},
		{"pointer to array of bytes", &[2]byte{1, 2}, []byte{1, 2}},
		{"slice", []int{1, 2}, py.NewList(int64(1), int64(2))},
		{"nil slice", []int(nil), &py.List{Items: []any{}}},
		{"array", [2]bool{true}, py.NewList(true, false)},
		{"any slice", []any{1, "x", nil, []string{"y"}}, py.NewList(int64(1), "x", nil, py.NewList("y"))},
		{"map", map[string]int{"b": 2, "a": 1}, py.StrDict(item("a", int64(1)), item("b", int64(2)))},
		{"nil map", map[string]int(nil), &py.Dict{}},
		{"map of ints", map[int8]string{10: "x", -1: "y", 2: "z"}, dict(t, py.Pair{Key: int64(-1), Value: "y"}, py.Pair{Key: int64(2), Value: "z"}, py.Pair{Key: int64(10), Value: "x"})},
		{"mixed keys", map[any]any{"b": 1, 2.5: 2, 2: 3, "a": 4}, dict(t, py.Pair{Key: int64(2), Value: int64(3)}, py.Pair{Key: 2.5, Value: int64(2)}, py.Pair{Key: "a", Value: int64(4)}, py.Pair{Key: "b", Value: int64(1)})},
		{"set", map[string]struct{}{"b": {}, "a": {}}, setOf(t, "a", "b")},
		{"struct", record{base: base{1}, Name: "x", private: 1}, py.StrDict(item("base", int64(1)), item("title", "x"), item("label", "<>"), item("next", nil))},
		{"struct pointer", &record{Empty: []int{1}, Label: label{"l"}, Next: &record{}},
			py.StrDict(item("base", int64(0)), item("title", ""), item("empty", py.NewList(int64(1))), item("label", "<l>"),
				item("next", py.StrDict(item("base", int64(0)), item("title", ""), item("label", "<>"), item("next", nil))))},
		{"tuple struct", point{X: 1, Y: 2}, py.Tuple{int64(1), int64(2)}},
		{"MarshalPython", celsius(1), py.Tuple{"C", 1.0}},
		{"pointer to it", new(celsius(1)), py.Tuple{"C", 1.0}},
		{"text", &label{"x"}, "<x>"},
		{"texts", []label{{"x"}}, py.NewList("<x>")},
		{"time", time.Date(2020, 1, 2, 3, 4, 5, 6999, berlin), py.NewObject(class("datetime", "datetime"), []byte{7, 228, 1, 2, 3, 4, 5, 0, 0, 6},
			py.NewObject(class("datetime", "timezone"), timedelta(0, 3600, 0)))},
		{"duration", -time.Microsecond, timedelta(-1, 86399, 999999)},
		{"pointer to duration", new(time.Second), timedelta(0, 1, 0)},
		{"uuid", uuid.UUID{15: 1}, py.NewInstance(class("uuid", "UUID"), item("int", int64(1)))},
		{"rat", rat("-2/6"), py.NewFraction(rat("-1/3"))},
		{"addr", netip.MustParseAddr("10.0.0.1"), py.NewObject(class("ipaddress", "IPv4Address"), int64(0x0a000001))},
		{"addr 6", netip.MustParseAddr("::1"), must(py.NewIPAddress(netip.MustParseAddr("::1")))},
		{"prefix", netip.MustParsePrefix("10.0.0.0/8"), py.NewObject(class("ipaddress", "IPv4Network"), "10.0.0.0/8")},
		{"interface", netip.MustParsePrefix("fe80::1/64"), py.NewObject(class("ipaddress", "IPv6Interface"), "fe80::1/64")},
		{"class", class("m", "C"), class("m", "C")},
		{"list with a Go int", py.NewList(1, py.Tuple{uint8(2)}), py.NewList(int64(1), py.Tuple{int64(2)})},
		{"struct of this package", py.List{Items: []any{1}}, py.NewList(int64(1))},
		{"object with Go values", &py.Object{Callable: class("m", "C"), Args: py.Tuple{1}, HasState: true, State: []int{2}, ListItems: []any{3}, DictItems: []py.Pair{{Key: 4, Value: 5}}},
			&py.Object{Callable: class("m", "C"), Args: py.Tuple{int64(1)}, HasState: true, State: py.NewList(int64(2)), ListItems: []any{int64(3)}, DictItems: []py.Pair{{Key: int64(4), Value: int64(5)}}}},
	}
	for _, row := range rows {
		got, err := py.FromGo(row.src)
		if err != nil || !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %#v, %v; want %#v", row.name, got, err, row.want)
		}
	}
}

type netIP []byte

func TestFromGoRefuses(t *testing.T) {
	type cycle struct{ Next *cycle }
	loop := &cycle{}
	loop.Next = loop
	for want, v := range map[string]any{
		"$: cannot assign chan int to a Python value":                                    make(chan int),
		"$[0]: cannot assign func() to a Python value":                                   []any{func() {}},
		"$.f: cannot assign func() to a Python value":                                    struct{ F func() }{func() {}},
		"$: cannot assign *errors.errorString to a Python value: an error is raised":     errors.New("x"),
		"$: cannot assign py_test.failing to a Python value: no thanks":                  failing{},
		`$["x"]: cannot assign py_test.failing to a Python value: no thanks`:             map[string]any{"x": failing{}},
		"it is nested too deeply, or holds itself":                                       loop,
		"$: cannot assign struct { x int } to a Python value: it has no exported fields": struct{ x int }{1},
		"unhashable type: 'list'":                                                        map[[2]string]int{{"b", "a"}: 1},
		"different keys become equal":                                                    map[any]int{1: 1, 1.0: 2},
		"there is no date 10000-1-1":                                                     time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		"is not a valid address":                                                         netip.Addr{},
		"is not a network":                                                               netip.Prefix{},
	} {
		var conversion *py.ConversionError
		if got, err := py.FromGo(v); !errors.As(err, &conversion) || !strings.Contains(err.Error(), want) {
			t.Errorf("%#v: %v, %v; want %s", v, got, err, want)
		}
	}
}

func TestFromGoKeepsIdentity(t *testing.T) {
	inner := py.NewList()
	clean := py.Tuple{inner, inner, "x", new(big.Int).Lsh(big.NewInt(1), 64)}
	inner.Append(clean)
	got, err := py.FromGo(clean)
	if same, ok := got.(py.Tuple); err != nil || !ok || &same[0] != &clean[0] {
		t.Fatalf("a graph of Python values is copied: %v", err)
	}
	inner.Append(7) // a Go int
	got, err = py.FromGo(clean)
	if err != nil {
		t.Fatal(err)
	}
	made := got.(py.Tuple)
	list := made[0].(*py.List)
	back := list.Items[0].(py.Tuple)
	if &made[0] == &clean[0] || made[1] != made[0] || &back[0] != &made[0] || list.Items[1] != int64(7) {
		t.Error("the copy is not of the same shape")
	}
	if inner.Items[1] != 7 {
		t.Error("the original was changed")
	}
}

// TestThereAndBack takes Go values through Python's and back.
func TestThereAndBack(t *testing.T) {
	for _, v := range []any{
		true, 7, uint64(math.MaxUint64), float32(0.1), 1e300, 2i, "text", []byte("b"), [3]byte{1, 2, 3},
		[]int{1, 2}, [][]string{{"a"}, {}}, map[string][]int{"a": {1}}, map[int]struct{}{1: {}, 2: {}}, point{X: 1, Y: 2},
		options{Name: "n", Args: []int{1}, Inner: &options{Args: []int{}}}, time.Date(2020, 1, 2, 3, 4, 5, 6000, time.UTC), time.Hour + time.Microsecond, -time.Hour,
		time.Duration(math.MaxInt64).Truncate(time.Microsecond), time.Time{},
		uuid.New(), rat("22/7"), netip.MustParseAddr("fe80::1"), netip.MustParsePrefix("10.0.0.1/8"), big.NewInt(7),
	} {
		graph, err := py.FromGo(v)
		if err != nil {
			t.Errorf("%v: %v", v, err)
			continue
		}
		back := reflect.New(reflect.TypeOf(v))
		if err := py.Assign(back.Interface(), graph); err != nil || !reflect.DeepEqual(back.Elem().Interface(), v) {
			t.Errorf("%#v comes back as %#v, %v", v, back.Elem(), err)
		}
	}
}

func TestOffsetsSurvive(t *testing.T) {
	for _, offset := range []int{0, 3600, -3600, 19800, -1, 86399, -86399} {
		at := time.Date(2020, 6, 1, 12, 0, 0, 0, time.FixedZone("", offset))
		graph, err := py.FromGo(at)
		if err != nil {
			t.Fatal(err)
		}
		var back time.Time
		if err := py.Assign(&back, graph); err != nil || !back.Equal(at) {
			t.Errorf("%v comes back as %v, %v", at, back, err)
		}
		if _, got := back.Zone(); got != offset {
			t.Errorf("offset %d comes back as %d", offset, got)
		}
	}
}

// TestZones reads wall-clock times of zones with a name, with Python's rules for times that come
// twice or never.
func TestZones(t *testing.T) {
	zone := func(key string) *py.Object { return py.NewObject(class("zoneinfo", "ZoneInfo._unpickle"), key, true) }
	getattr := py.NewObject(class("builtins", "getattr"), class("zoneinfo", "ZoneInfo"), "_unpickle")
	old := &py.Object{Callable: getattr, Args: py.Tuple{"Europe/Berlin", true}}
	rows := []struct {
		packed []byte
		zone   *py.Object
		want   string
	}{
		{[]byte{7, 228, 1, 2, 3, 0, 0, 0, 0, 0}, zone("Europe/Berlin"), "2020-01-02T03:00:00+01:00"},
		{[]byte{7, 228, 7, 2, 3, 0, 0, 0, 0, 0}, old, "2020-07-02T03:00:00+02:00"},
		{[]byte{7, 228, 10, 25, 2, 30, 0, 0, 0, 0}, zone("Europe/Berlin"), "2020-10-25T02:30:00+02:00"},        // comes twice
		{[]byte{7, 228, 10 | 0x80, 25, 2, 30, 0, 0, 0, 0}, zone("Europe/Berlin"), "2020-10-25T02:30:00+01:00"}, // fold
		{[]byte{7, 228, 3, 29, 2, 30, 0, 0, 0, 0}, zone("Europe/Berlin"), "2020-03-29T03:30:00+02:00"},         // never: 02:30+01:00
		{[]byte{7, 228, 3 | 0x80, 29, 2, 30, 0, 0, 0, 0}, zone("Europe/Berlin"), "2020-03-29T01:30:00+01:00"},  // never: 02:30+02:00
		{[]byte{7, 228, 1, 2, 3, 0, 0, 0, 0, 0}, py.NewObject(class("pytz", "_UTC")), "2020-01-02T03:00:00Z"},
		{[]byte{7, 228, 1, 2, 3, 0, 0, 0, 0, 0}, py.NewObject(class("datetime", "timezone"), timedelta(-1, 82800, 0), "X"), "2020-01-02T03:00:00-01:00"},
	}
	for _, row := range rows {
		var got time.Time
		err := py.Assign(&got, py.NewObject(class("datetime", "datetime"), row.packed, row.zone))
		if text := got.Format(time.RFC3339); err != nil || text != row.want {
			t.Errorf("%v: %s, %v; want %s", row.packed, text, err, row.want)
		}
	}
	var loc *time.Location
	if err := py.Assign(&loc, zone("Europe/Berlin")); err != nil || loc.String() != "Europe/Berlin" {
		t.Errorf("a zone: %v, %v", loc, err)
	}
	for _, key := range []string{"", "Local", "../../etc/passwd", "/etc/localtime", "No/Where"} {
		if err := py.Assign(&loc, zone(key)); err == nil {
			t.Errorf("zone %q is taken for %v", key, loc)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
