package py_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/py"
)

func TestRepr(t *testing.T) {
	self := py.NewList(int64(1))
	self.Append(self, py.Tuple{self})
	object := &py.Object{Callable: class("m", "Node")}
	object.State, object.HasState = py.StrDict(py.Item{Key: "next", Value: object}), true
	for want, v := range map[string]any{
		"None":                                  nil,
		"[1, [...], ([...],)]":                  self,
		"<m.Node object>":                       object,
		`'it\'s "x"'`:                           `it's "x"`,
		`"it's"`:                                "it's",
		`'\ud800é\u2028\x00\U0010ffff'`:         "\xed\xa0\x80é\u2028\x00\U0010ffff",
		`'\udcff'`:                              "\xff",
		"(1+2j)":                                1 + 2i,
		"123456789012345678901234567890":        rat("123456789012345678901234567890").Num(),
		"<persistent id 'x'>":                   py.PersistentID{ID: "x"},
		"[1, 2]":                                []int{1, 2},
		"<chan int>":                            make(chan int),
		"<pickle.PickleBuffer object>":          &py.Buffer{},
		"set()":                                 &py.Set{},
		"frozenset({1})":                        must(py.NewFrozenSet(int64(1))),
		"{'a': [None]}":                         py.StrDict(py.Item{Key: "a", Value: py.NewList(nil)}),
		"<class 'm.Outer.Inner'>":               class("m", "Outer.Inner"),
		"KeyError((1, 2))":                      py.NewException(class("builtins", "KeyError"), py.Tuple{py.Tuple{int64(1), int64(2)}}),
		"namespace(a=1)":                        py.NewSimpleNamespace(py.Item{Key: "a", Value: int64(1)}),
		"array('B', [1, 2])":                    must(py.NewArrayArray([]uint8{1, 2})),
		"PureWindowsPath('C:/dir/x')":           py.NewPath(py.PureWindowsPath, `C:\dir\x`),
		"datetime.timedelta(days=1, seconds=2)": py.NewTimeDeltaOf(1, 2, 0),
	} {
		if got := py.Repr(v); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestOffsetText has the offsets that datetime.time.isoformat() wrote with Python 3.13: of less
// than an hour, of a day less a microsecond, and parts of a second.
func TestOffsetText(t *testing.T) {
	for want, offset := range map[string]time.Duration{
		"+00:00": 0, "+00:30": 30 * time.Minute, "-00:30": -30 * time.Minute, "-00:01": -time.Minute, "+00:59": 59 * time.Minute,
		"+01:00": time.Hour, "-01:00": -time.Hour, "-01:30": -90 * time.Minute, "+05:45": 345 * time.Minute, "+23:59": 24*time.Hour - time.Minute,
		"-23:59": time.Minute - 24*time.Hour, "-00:00:01": -time.Second, "+00:00:59": 59 * time.Second, "-00:01:01": -61 * time.Second,
		"+00:00:00.500000": 500 * time.Millisecond, "-00:00:00.000001": -time.Microsecond, "+00:00:01.000001": time.Second + time.Microsecond,
		"+23:59:59.999999": 24*time.Hour - time.Microsecond, "-23:59:59.999999": time.Microsecond - 24*time.Hour,
	} {
		if got := py.OffsetText(offset); got != want {
			t.Errorf("%v: got %s, want %s", offset, got, want)
		}
	}
}

func TestReprWithObjects(t *testing.T) {
	node := &py.Object{Callable: class("m", "Node"), Args: py.Tuple{int64(3)}, ListItems: []any{"x"}}
	node.State, node.HasState = py.StrDict(py.Item{Key: "next", Value: node}), true
	node.DictItems = []py.Pair{{Key: "k", Value: nil}}
	for want, v := range map[string]any{
		"<m.Node(3) state={'next': ...} items=['x'] dict={'k': None}>": node,
		"[<os.system('rm -rf /')>]":                                    py.NewList(py.NewObject(class("os", "system"), "rm -rf /")),
		"<m.A() kwargs={'x': 1}>":                                      &py.Object{How: py.NewObjEx, Callable: class("m", "A"), Kwargs: py.StrDict(py.Item{Key: "x", Value: int64(1)})},
		"<<m.f()>()>":                                                  &py.Object{Callable: py.NewObject(class("m", "f"))},
		"datetime.timedelta(days=1)":                                   py.NewTimeDeltaOf(1, 0, 0),
	} {
		if got := py.Repr(v, py.WithReprObjects()); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestReprIsBounded gives Repr what would print without end.
func TestReprIsBounded(t *testing.T) {
	shared := py.NewList()
	for range 100 {
		shared = py.NewList(shared, shared)
	}
	deep := py.NewList()
	for range 100_000 {
		deep = py.NewList(deep)
	}
	for name, v := range map[string]any{
		"shared": shared, "deep": deep, "long": strings.Repeat("é", 1<<21), "int": new(big.Int).Lsh(big.NewInt(1), 1<<26), "bytes": make([]byte, 1<<24),
	} {
		got := py.Repr(v, py.WithReprLength(1000))
		if len(got) > 1100 {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
	if got, want := py.Repr("éééé", py.WithReprLength(8)), "'éé..."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := py.Repr(py.NewList(py.NewList(py.NewList())), py.WithReprDepth(2)), "[[...]]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func ExampleRepr() {
	fmt.Println(py.Repr(py.NewList("text", int64(1), 2.0, true, nil, py.Tuple{[]byte("\xff")})))
	// Output: ['text', 1, 2.0, True, None, (b'\xff',)]
}
