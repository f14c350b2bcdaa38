package pickle_test

import (
	"math"
	"math/big"
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

func bigInt(s string) *big.Int {
	i, ok := new(big.Int).SetString(s, 0)
	if !ok {
		panic(s)
	}
	return i
}

func set(elements ...any) *py.Set {
	s, err := py.NewSet(elements...)
	if err != nil {
		panic(err)
	}
	return s
}

func frozenSet(elements ...any) *py.FrozenSet {
	s, err := py.NewFrozenSet(elements...)
	if err != nil {
		panic(err)
	}
	return s
}

// values are pickles and the graphs that they decode to. Where no row says otherwise, CPython wrote
// the bytes or reads them as the same value.
var values = []struct {
	pickle string
	want   any
}{
	{"N.", nil},
	{"I01\n.", true},
	{"I00\n.", false},
	{"\x80\x02\x88.", true},
	{"\x80\x02\x89.", false},
	{"I42\n.", int64(42)},
	{"I-0\n.", false}, // as C's unpickler has it
	{"I010\n.", int64(8)},
	{"I0x1F\n.", int64(31)},
	{"I 5 \n.", int64(5)},
	{"I9223372036854775808\n.", bigInt("9223372036854775808")},
	{"L12L\n.", int64(12)},
	{"L-12345678901234567890L\n.", bigInt("-12345678901234567890")},
	{"L5\n.", int64(5)},
	{"K\xff.", int64(255)},
	{"M\x00\x01.", int64(256)},
	{"J\xff\xff\xff\xff.", int64(-1)},
	{"\x8a\x00.", int64(0)},
	{"\x8a\x01\xff.", int64(-1)},
	{"\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80.", int64(math.MinInt64)},
	{"\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00.", bigInt("0x8000000000000000")},
	{"\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\x00.", bigInt("0xffffffffffffffff")},
	{"\x8b\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff.", bigInt("-0x10000000000000000")},
	{"\x8a\x0a\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00.", int64(1)},
	{"F1.5\n.", 1.5},
	{"F-inf\n.", math.Inf(-1)},
	{"G?\xf8\x00\x00\x00\x00\x00\x00.", 1.5},
	{"S'a\\x41\\101\\n\\q\\\\'\n.", "aAA\n\\q\\"},
	{"S\"it's\"\n.", "it's"},
	{"U\x02hi.", "hi"},
	{"T\x02\x00\x00\x00hi.", "hi"},
	{"Va\\u00e9\xe9\\U0001f600\\n\\\\u0041\n.", "aéé😀\\n\\\\u0041"},
	{"V\\ud800\n.", "\xed\xa0\x80"},
	{"X\x03\x00\x00\x00\xed\xa0\x80.", "\xed\xa0\x80"},
	{"\x8c\x02\xc3\xa9.", "é"},
	{"\x8d\x01\x00\x00\x00\x00\x00\x00\x00a.", "a"},
	{"C\x02ab.", []byte("ab")},
	{"B\x02\x00\x00\x00ab.", []byte("ab")},
	{"\x8e\x02\x00\x00\x00\x00\x00\x00\x00ab.", []byte("ab")},
	{"\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.", &py.ByteArray{Bytes: []byte("ab")}},
	{"c_codecs\nencode\n(V\xe9\nVlatin1\ntR.", []byte("\xe9")},
	{"c__builtin__\nbytes\n)R.", []byte{}},
	{"c__builtin__\nbytearray\n(c_codecs\nencode\n(Va\nVlatin1\ntRtR.", &py.ByteArray{Bytes: []byte("a")}},
	{"c__builtin__\nbytearray\n(V\xff\nVlatin-1\ntR.", &py.ByteArray{Bytes: []byte("\xff")}},
	{"c__builtin__\ncomplex\n(F1.0\nF-2.0\ntR.", complex(1, -2)},
	{"c__builtin__\ntype\n(NtR.", py.Class{Module: "builtins", Name: "NoneType"}},
	{"c__builtin__\ntype\n(c__builtin__\nEllipsis\ntR.", py.Class{Module: "builtins", Name: "ellipsis"}},
	{").", py.Tuple{}},
	{"(t.", py.Tuple{}},
	{"(I1\nI2\nt.", py.Tuple{int64(1), int64(2)}},
	{"K\x01\x85.", py.Tuple{int64(1)}},
	{"NN\x86.", py.Tuple{nil, nil}},
	{"NNN\x87.", py.Tuple{nil, nil, nil}},
	{"].", py.NewList()},
	{"(lp0\nI1\naI2\na.", py.NewList(int64(1), int64(2))},
	{"(I1\nI2\nl.", py.NewList(int64(1), int64(2))},
	{"](K\x01K\x02e.", py.NewList(int64(1), int64(2))},
	{"](e.", py.NewList()},
	{"}.", py.StrDict()},
	{"(dVa\nI1\ns.", py.StrDict(py.Item{Key: "a", Value: int64(1)})},
	{"(Va\nI1\nVb\nNd.", py.StrDict(py.Item{Key: "a", Value: int64(1)}, py.Item{Key: "b"})},
	{"}(Va\nI1\nVa\nI2\nu.", py.StrDict(py.Item{Key: "a", Value: int64(2)})},
	{"\x8f.", set()},
	{"\x8f(K\x01K\x02K\x01\x90.", set(int64(1), int64(2))},
	{"(K\x01\x91.", frozenSet(int64(1))},
	{"c__builtin__\nset\n((lI1\natR.", set(int64(1))},
	{"c__builtin__\nfrozenset\n((lI1\natR.", frozenSet(int64(1))},
	{"c__builtin__\nEllipsis\n.", py.Ellipsis},
	{"cbuiltins\nNotImplemented\n.", py.NotImplemented},
	{"c__builtin__\nxrange\n.", py.Class{Module: "builtins", Name: "range"}},
	{"\x80\x03c__builtin__\nxrange\n.", py.Class{Module: "__builtin__", Name: "xrange"}},
	{"\x80\x04\x8c\x01m\x8c\x03A.B\x93.", py.Class{Module: "m", Name: "A.B"}},
	{"cm\nf\n(K\x01tR.", py.NewObject(py.Class{Module: "m", Name: "f"}, int64(1))},
	{"cm\nC\n)\x81}Va\nK\x01sb.", &py.Object{How: py.NewObj, Callable: py.Class{Module: "m", Name: "C"}, Args: py.Tuple{},
		State: py.StrDict(py.Item{Key: "a", Value: int64(1)}), HasState: true}},
	{"cm\nC\n)}Vk\nNs\x92.", &py.Object{How: py.NewObjEx, Callable: py.Class{Module: "m", Name: "C"}, Args: py.Tuple{},
		Kwargs: py.StrDict(py.Item{Key: "k"})}},
	{"(I1\nim\nC\n.", &py.Object{How: py.Inst, Callable: py.Class{Module: "m", Name: "C"}, Args: py.Tuple{int64(1)}}},
	{"(cm\nC\nI1\no.", &py.Object{How: py.Obj, Callable: py.Class{Module: "m", Name: "C"}, Args: py.Tuple{int64(1)}}},
	{"cm\nC\n)R(K\x01eVk\nNs.", &py.Object{Callable: py.Class{Module: "m", Name: "C"}, Args: py.Tuple{},
		ListItems: []any{int64(1)}, DictItems: []py.Pair{{Key: "k"}}}},
	{"cm\nC\n)Rq\x00cm\nset\nh\x00K\x05\x86R0.", &py.Object{Callable: py.Class{Module: "m", Name: "C"}, Args: py.Tuple{},
		State: int64(5), HasState: true, StateSetter: py.Class{Module: "m", Name: "set"}}},
	{"Pid\n.", py.PersistentID{ID: "id"}},
	{"K\x07Q.", py.PersistentID{ID: int64(7)}},
	{"NK\x010.", nil},
	{"N(K\x010" + "0.", nil},
	{"N(K\x01K\x021.", nil},
	{"](K\x012e.", py.NewList(int64(1), int64(1))},
	{"\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.", nil},
	{"N.trailing", nil},
}

func TestUnmarshalAny(t *testing.T) {
	for _, row := range values {
		var got any
		if err := pickle.Unmarshal([]byte(row.pickle), &got); err != nil {
			t.Errorf("%q: %v", row.pickle, err)
			continue
		}
		if !reflect.DeepEqual(got, row.want) {
			t.Errorf("%q: got %#v, want %#v", row.pickle, got, row.want)
		}
	}
}
