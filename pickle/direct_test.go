package pickle_test

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

type (
	nest    []nest
	message struct {
		_       struct{} `pickle:",tuple"`
		Word    string
		Action  string
		Options options
	}
	options struct {
		Name, Method string
		Args         py.Tuple
		Kwargs       *py.Dict
		Value        any
	}
	answer struct {
		_            struct{} `pickle:",tuple"`
		Word, Action string
		Value        any
	}
	four struct {
		_       struct{} `pickle:",tuple"`
		A, B, C float64
		D       any
	}
	linked struct {
		Value any
		Next  *linked
	}
	keyed struct {
		A int
		B string
		M map[string]any
		L []string
		P *pairs
	}
)

// plainTargets are types that have a way without a graph.
var plainTargets = append([]reflect.Type{
	reflect.TypeFor[nest](), reflect.TypeFor[message](), reflect.TypeFor[answer](), reflect.TypeFor[four](), reflect.TypeFor[linked](), reflect.TypeFor[keyed](),
	reflect.TypeFor[[]keyed](), reflect.TypeFor[[]four](), reflect.TypeFor[[][]string](), reflect.TypeFor[map[string][]int](), reflect.TypeFor[map[string]map[string]int](),
	reflect.TypeFor[map[int]string](), reflect.TypeFor[map[int32]any](), reflect.TypeFor[[]map[string]any](), reflect.TypeFor[[]py.Tuple](), reflect.TypeFor[[]bool](),
	reflect.TypeFor[[]*int](), reflect.TypeFor[[][]byte](), reflect.TypeFor[[]row](), reflect.TypeFor[map[string]int](),
}, targets...)

// ownTargets is how many of plainTargets are not among targets.
var ownTargets = len(plainTargets) - len(targets)

// plain are values whose pickles are plain, and whose parts can be taken for each other.
var plainValues = []any{
	py.Tuple{"PSMessage", "exec", py.StrDict(py.Item{Key: "name", Value: "f"}, py.Item{Key: "method", Value: "__call__"}, py.Item{Key: "args", Value: py.Tuple{int64(8), "x"}},
		py.Item{Key: "kwargs", Value: py.StrDict(py.Item{Key: "y", Value: int64(3)}, py.Item{Key: "name", Value: 2.5})})},
	py.Tuple{"PSMessage", "exec", py.StrDict(py.Item{Key: "args", Value: py.Tuple{py.Tuple{int64(1), int64(2)}}}, py.Item{Key: "kwargs", Value: &py.Dict{}}, py.Item{Key: "value", Value: py.NewList()})},
	py.Tuple{"PSMessage", "exec", py.StrDict(py.Item{Key: "args", Value: py.Tuple{}}, py.Item{Key: "name", Value: "after"})},
	py.Tuple{"PSMessage", "return", py.NewList(int64(1), py.Tuple{int64(1)}, py.NewList("a"), py.NewList())},
	py.Tuple{"PSMessage", "return", py.Tuple{int64(1), int64(2)}}, py.Tuple{"PSMessage", "return", py.Tuple{int64(1)}}, py.Tuple{"PSMessage", "return", nil},
	py.Tuple{1.5, 2.5, 3.5, py.NewList(int64(1))}, py.Tuple{1.5, 2.5, 3.5, py.Tuple{py.Tuple{"a", "b"}}}, py.NewList(py.Tuple{1.5, 2.5, 3.5, "x"}, py.Tuple{1.5, 2.5, 3.5, nil}),
	py.NewList(), py.NewList(py.NewList()), py.NewList(py.NewList(), py.NewList()), py.NewList(py.NewList(py.NewList()), py.NewList()), py.NewList("a"), py.NewList("a", "b"),
	py.NewList(py.NewList("a"), py.NewList(), py.NewList("b", "c")), py.NewList(py.NewList(), "a"), py.Tuple{py.NewList("a")}, py.Tuple{py.NewList(), py.NewList()},
	py.NewList(py.Tuple{}), py.Tuple{py.Tuple{}}, py.Tuple{py.Tuple{int64(1), int64(2)}}, py.Tuple{py.Tuple{int64(1)}, py.Tuple{int64(2)}}, py.Tuple{int64(1), int64(2), int64(3), int64(4)},
	py.NewList(py.Tuple{int64(1), int64(2)}, py.Tuple{int64(3), int64(4)}), py.NewList(true, false), py.NewList([]byte("ab"), []byte{}),
	py.StrDict(py.Item{Key: "a", Value: int64(1)}), py.StrDict(py.Item{Key: "a", Value: py.NewList()}), py.StrDict(py.Item{Key: "a", Value: py.NewList(int64(5))}),
	py.StrDict(py.Item{Key: "a", Value: py.NewList()}, py.Item{Key: "b", Value: py.NewList(int64(1), int64(2))}), py.StrDict(py.Item{Key: "a", Value: int64(1)}, py.Item{Key: "b", Value: "x"},
		py.Item{Key: "m", Value: py.StrDict(py.Item{Key: "k", Value: py.Tuple{int64(1), "a"}})}, py.Item{Key: "l", Value: py.NewList("q")}, py.Item{Key: "p", Value: py.Tuple{int64(3), int64(4)}}),
	py.StrDict(py.Item{Key: "unknown", Value: py.Tuple{int64(1), "a"}}, py.Item{Key: "a", Value: int64(7)}), py.StrDict(py.Item{Key: "unknown", Value: py.StrDict()}, py.Item{Key: "b", Value: "7"}),
	py.StrDict(py.Item{Key: "m", Value: py.StrDict()}, py.Item{Key: "l", Value: nil}, py.Item{Key: "p", Value: nil}, py.Item{Key: "a", Value: int64(1)}),
	py.StrDict(py.Item{Key: "value", Value: int64(1)}, py.Item{Key: "next", Value: py.StrDict(py.Item{Key: "value", Value: "v"}, py.Item{Key: "next", Value: nil})}),
	py.StrDict(py.Item{Key: "next", Value: py.StrDict()}, py.Item{Key: "value", Value: py.NewList(int64(1))}), py.StrDict(py.Item{Key: "é\xed\xa0\x80", Value: int64(1)}),
	py.StrDict(py.Item{Key: "a", Value: py.StrDict(py.Item{Key: "a", Value: int64(1)})}, py.Item{Key: "b", Value: py.StrDict()}),
}

// plainPickles returns the pickles of plain values, and pickles that Python would write otherwise.
func plainPickles(tb testing.TB) []string {
	tb.Helper()
	var found []string
	for _, v := range append(plainValues, shared()...) {
		for _, protocol := range []int{4} {
			p, err := pickle.Marshal(v, pickle.Protocol(protocol))
			if err != nil {
				tb.Fatal(err)
			}
			found = append(found, string(p))
		}
	}
	for _, row := range values {
		found = append(found, "\x80\x04"+row.pickle)
	}
	for _, p := range typedValues {
		found = append(found, "\x80\x04"+p)
	}
	return append(found,
		"\x80\x04}\x8c\x01aK\x05}.", "\x80\x04}\x8c\x01a}.", "\x80\x04](](K\x01K\x02tK\x03e.", "\x80\x04}(\x8c\x01a}\x8c\x01bK\x01u.", "\x80\x04}(\x8c\x01a]\x8c\x01bK\x01u.", "\x80\x04}\x8c\x01a}\x8c\x01bK\x01ss.",
		"\x80\x04}(\x8c\x01aK\x01\x8c\x01aK\x02u.", "\x80\x04}\x94(\x8c\x01a\x94K\x01h\x01K\x02u.", "\x80\x04](]K\x01a]\x94K\x02ah\x00e.",
		"\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00](\x95\x04\x00\x00\x00\x00\x00\x00\x00K\x01K\x02e.", "\x80\x04]K\x01a\x95\x01\x00\x00\x00\x00\x00\x00\x00.",
		"\x80\x04}(\x8c\x01bV\xe9\nu.", "\x80\x04]q\x01K\x05a.", "\x80\x04]r\x00\x00\x00\x00K\x05a.", "\x80\x04"+strings.Repeat("]", 400)+"N"+strings.Repeat("a", 399)+".",
		"\x80\x04"+strings.Repeat("](", 40)+strings.Repeat("e", 40)+".", "\x80\x04"+strings.Repeat("]", 40)+".", "\x80\x04]"+strings.Repeat("]a", 40)+".", "\x80\x05]\x94(\x8c\x01a\x94h\x01h\x01e.")
}

// messages are pickles of the message type with parts that are written in all ways, whether Python
// has them or not.
func messages() []string {
	const begin, end = "\x80\x04\x8c\x01w\x94\x8c\x01a\x94}\x94(", "u\x87\x94."
	name, method, args, kwargs := "\x8c\x04name\x94", "\x8c\x06method\x94", "\x8c\x04args\x94", "\x8c\x06kwargs\x94"
	found := []string{
		begin + end, begin + name + "\x8c\x01f\x94" + end, begin + method + "\x8c\x01m\x94" + name + "\x8c\x00\x94" + args + ")" + end,
		begin + name + "\x8c\x01f\x94" + method + "h\x04" + kwargs + "}\x94\x8c\x01k\x94h\x04s" + end, begin + name + "h\x03" + args + "h\x03h\x00\x86\x94" + end,
		begin + name + "\x8c\x01f" + kwargs + "}\x94h\x02Ns" + end, begin + name + "\x8c\x02\xc3\xa9\x94" + end, begin + name + "\x8c\x01\xe9\x94" + end,
		begin + name + "X\x01\x00\x00\x00f\x94" + name + "\x8c\x01g\x94" + end, begin + "\x8c\x01z\x94](N\x88e" + name + "\x8c\x01f\x94" + args + "NN\x86\x94" + end,
		begin + "\x8c\x01z\x94K\x01" + args + "h\x00h\x04h\x03\x87\x94" + end, begin + name + "\x8c\x01f\x94h\x03\x8c\x01g\x94" + end, begin + "h\x00N" + end,
		begin + args + "NN\x86\x94N\x86\x94" + end, begin + args + "NNNN\x87\x94" + end, begin + args + "NN" + end, begin + args + "N\x86\x94" + end, begin + args + "(NNNNt\x94" + end,
		begin + kwargs + "}\x94" + name + "\x8c\x01f\x94" + end, begin + kwargs + "}\x94(" + name + "\x8c\x01f\x94K\x01NuK" + end, begin + kwargs + "}\x94(\x8c\x01x\x94NNG\x40\x00\x00\x00\x00\x00\x00\x00u" + end,
		begin + kwargs + "}\x94(NNNNu" + end, begin + kwargs + "}\x94)Ns" + end, begin + kwargs + "}\x94]Ns" + end, begin + kwargs + "}\x94" + name + "Ns\x94" + end, begin + kwargs + "}\x94(Nu" + end,
		begin + kwargs + "}\x94N}\x94ss" + end, begin + name + "\x8c\x01f\x94\x94" + end, begin + name + "\x8c\x01f\x94q\x05" + end, begin + name + "\x8c\x01f\x95\x04\x00\x00\x00\x00\x00\x00\x00\x94" + end,
		begin + name + "N" + end, begin + name + "\x8c\x01f\x94u\x87.", begin + "u\x86\x94.", begin + "s\x87\x94.", begin + name + "\x8c\xff", begin + args + "\x8c\x01", begin + kwargs + "}", begin + args,
		"\x80\x04\x8c\x01w\x94\x8c\x01a\x94}\x94" + name + "\x8c\x01f\x94s\x87\x94.", "\x80\x04\x8c\x01w\x94\x8c\x01a\x94}\x94\x87\x94.", "\x80\x04\x8c\x01w\x8c\x01a}(\x8c\x04name\x8c\x01fu\x87.",
		"\x80\x04\x95\x09\x00\x00\x00\x00\x00\x00\x00\x8c\x01w\x94NN\x87\x94.", "\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00\x8c\x01w\x94NN\x87\x94.", "\x80\x04\x8c\x01w\x94h\x00M\x01\x02\x87\x94.",
	}
	for _, value := range []string{
		"N", "\x88", "\x89", "K\x01", "M\x01\x02", "J\xff\xff\xff\xff", "J\x05\x00\x00\x00", "\x8a\x05\x01\x02\x03\x04\x05", "G\x3f\xf8\x00\x00\x00\x00\x00\x00", "\x8c\x01v\x94", "h\x00", ")",
		"K\x01\x85\x94", "}\x94", "}\x94h\x00Ns", "]\x94h\x00a", "C\x01b\x94", "\x8c\x01v\x94\x8c\x01v\x94\x86\x94", "(NNNNt\x94", "h\x02", "\x8f\x94", "\x8c\x08a string\x94", "\x8c\x09a string\xe9\x94",
	} {
		found = append(found, begin+"\x8c\x05value\x94"+value+end, begin+"\x8c\x05value\x94"+value+name+"\x8c\x01f\x94"+end, "\x80\x04\x8c\x01w\x94\x8c\x01a\x94"+value+"\x87\x94.",
			"\x80\x04"+value+"\x8c\x01a\x94N\x87\x94.", "\x80\x04}\x94(\x8c\x01a\x94"+value+"\x8c\x01l\x94"+value+"\x8c\x01m\x94"+value+"\x8c\x01b\x94"+value+"u.")
	}
	return found
}

// shared are values that hold others more than once, and batches around their limits.
func shared() []any {
	text, list := strings.Repeat("shared ", 3), py.NewList(int64(1))
	many := make([]any, 0, 2001)
	for i := range 2001 {
		many = append(many, fmt.Sprint("item ", i))
	}
	rows, err := py.FromGo(rows()[:30])
	if err != nil {
		panic(err)
	}
	return []any{
		py.NewList(text, text), py.Tuple{text, text, text}, py.NewList(list, list), py.Tuple{list, list}, rows,
		py.StrDict(py.Item{Key: text, Value: text}), py.NewList(many[:999]...), py.NewList(many[:1000]...), py.NewList(many[:1001]...), py.NewList(many...),
		py.NewList(py.NewList(many[:1000]...), py.Tuple{"a", "b", "c", "d"}),
	}
}

// sameWithout compares decoding with its direct ways and without.
func sameWithout(data []byte, target reflect.Type, opts ...pickle.DecodeOption) error {
	got, want := reflect.New(target), reflect.New(target)
	errGot, errWant := pickle.Unmarshal(data, got.Interface(), opts...), pickle.UnmarshalByGraph(data, want.Interface(), opts...)
	switch {
	case fmt.Sprint(errGot) != fmt.Sprint(errWant):
		return fmt.Errorf("%q into %v: %v, by the graph %v", data, target, errGot, errWant)
	case errGot == nil && !sameGo(got.Interface(), want.Interface()):
		return fmt.Errorf("%q into %v: %#v, by the graph %#v", data, target, got.Elem(), want.Elem())
	}
	return nil
}

func TestDirectWaysAreTheGraph(t *testing.T) {
	taken := map[reflect.Type]int{}
	limits := [][]pickle.DecodeOption{{pickle.WithAliasedInput()}, {pickle.WithMaxDepth(2)}, {pickle.WithMaxMemo(2)}, {pickle.WithMaxElements(20)}}
	for n, p := range plainPickles(t) {
		for i, target := range plainTargets {
			if (n+i)%shrunk != 0 && taken[target] > 0 {
				continue
			}
			if i >= ownTargets && len(p) > 20 {
				break
			}
			if pickle.UnmarshalDirectly([]byte(p), reflect.New(target).Interface()) {
				taken[target]++
			} else if i >= ownTargets {
				continue
			}
			if err := sameWithout([]byte(p), target); err != nil {
				t.Error(err)
			}
			for _, limit := range limits {
				if len(p) > 40 || !pickle.UnmarshalDirectly([]byte(p), reflect.New(target).Interface(), limit...) {
					continue
				}
				if err := sameWithout([]byte(p), target, limit...); err != nil {
					t.Error(err)
				}
			}
		}
	}
	for _, target := range plainTargets[:ownTargets] {
		if taken[target] == 0 {
			t.Errorf("no pickle goes directly into %v", target)
		}
	}
}

func TestDirectMessages(t *testing.T) {
	for _, p := range messages() {
		for _, target := range plainTargets[:ownTargets] {
			if target.Kind() != reflect.Struct {
				continue
			}
			for _, opts := range [][]pickle.DecodeOption{nil, {pickle.WithAliasedInput()}} {
				if err := sameWithout([]byte(p), target, opts...); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// FuzzDirectWays looks for pickles that the direct ways read otherwise than the graph.
func FuzzDirectWays(f *testing.F) {
	for _, p := range append(plainPickles(f), messages()...) {
		if len(p) < 80 {
			f.Add([]byte(p))
		}
	}
	options := small(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, target := range plainTargets {
			for i, opts := range [][]pickle.DecodeOption{{options}, nil, {pickle.WithAliasedInput()}} {
				if i > 0 && target.Kind() != reflect.Struct { // only for structs, small limits lead elsewhere
					break
				}
				if !pickle.UnmarshalDirectly(data, reflect.New(target).Interface(), opts...) {
					continue
				}
				if err := sameWithout(data, target, opts...); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// TestDecodingBesideTheCollector decodes while garbage is collected all the time: what is on the
// stack of the machine is kept alive by other means.
func TestDecodingBesideTheCollector(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	want := rows()
	data, err := pickle.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	short := []byte(plainPickles(t)[4])
	var message any
	if err := pickle.UnmarshalByGraph(short, &message); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		var graph, small any
		var got, again []row
		if err := pickle.Unmarshal(data, &graph); err != nil || !pickle.UnmarshalDirectly(data, &got) {
			t.Fatal("the pickle is not taken directly", err)
		}
		if err := py.Assign(&again, graph); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(again, want) {
			t.Fatal("other values")
		}
		if err := pickle.Unmarshal(short, &small); err != nil || !reflect.DeepEqual(small, message) {
			t.Fatal(err, small)
		}
	}
}
