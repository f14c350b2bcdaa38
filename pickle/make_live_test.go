package pickle_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/interop/corpus"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// made are expressions and the Go values that must be written as Python writes them, at every
// protocol.
func made(t *testing.T) []struct {
	expr  string
	v     any
	since int
} {
	class := func(module, name string) py.Class { return py.Class{Module: module, Name: name} }
	must := func(o *py.Object, err error) *py.Object {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	dict := func(pairs ...py.Pair) *py.Dict {
		d, err := py.NewDict(pairs...)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	item := func(k string, v any) py.Item { return py.Item{Key: k, Value: v} }
	utc := py.NewTimeZone(0, "")
	east := py.NewTimeZone(5*time.Hour+30*time.Minute, "")
	clock := py.Clock{Hour: 23, Minute: 59, Second: 58, Microsecond: 999_999}
	fold := py.Clock{Hour: 1, Fold: true}
	return []struct {
		expr  string
		v     any
		since int
	}{
		{"datetime.date(2026, 11, 23)", must(py.NewDate(2026, 11, 23)), 0},
		{"datetime.time(23, 59, 58, 999999)", must(py.NewTime(clock, nil)), 0},
		{"datetime.time(1, fold=1)", must(py.NewTime(fold, nil)), 0},
		{"datetime.time(1, fold=1, tzinfo=datetime.timezone.utc)", must(py.NewTime(fold, utc)), 0},
		{"datetime.datetime(2026, 11, 23, 23, 59, 58, 999999)", must(py.NewDateTime(2026, 11, 23, clock, nil)), 0},
		{"datetime.datetime(2026, 1, 2, 1, fold=1)", must(py.NewDateTime(2026, 1, 2, fold, nil)), 0},
		{"datetime.datetime(2026, 1, 2, 1, fold=1, tzinfo=datetime.timezone(datetime.timedelta(seconds=19800)))", must(py.NewDateTime(2026, 1, 2, fold, east)), 0},
		{"[datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc), datetime.datetime(2026, 1, 3, tzinfo=datetime.timezone.utc)]",
			[]time.Time{time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)}, 0},
		{"datetime.timedelta(-1, 86399, 999999)", py.NewTimeDelta(-time.Microsecond), 0},
		{"datetime.timedelta(999999999, 0, 1)", py.NewTimeDeltaOf(999_999_999, 0, 1), 0},
		{"datetime.timezone(datetime.timedelta(hours=-3), 'BRT')", py.NewTimeZone(-3*time.Hour, "BRT"), 0},
		{"datetime.timezone.utc", utc, 0},
		{"zoneinfo.ZoneInfo('UTC')", py.NewZoneInfo("UTC"), 9},
		{"time.struct_time((2026, 11, 23, 1, 2, 3, 0, 327, 0, 'CET', 3600))", py.NewStructTime([9]int{2026, 11, 23, 1, 2, 3, 0, 327, 0}, "CET", 3600), 0},
		{"decimal.Decimal('1.50')", must(py.NewDecimal("1.50")), 0},
		{"decimal.Decimal('-Infinity')", must(py.NewDecimal("-Infinity")), 0},
		{"decimal.Decimal('1E+3')", must(py.NewDecimal("1E+3")), 0},
		{"fractions.Fraction(-22, 7)", py.NewFraction(big.NewRat(-22, 7)), 0},
		{"fractions.Fraction(3)", py.NewFraction(big.NewRat(3, 1)), 0},
		{"uuid.UUID('12345678-1234-5678-1234-567812345678')", py.NewUUID(uuid.MustParse("12345678-1234-5678-1234-567812345678")), 0},
		{"[uuid.UUID(int=5), uuid.UUID(int=1 << 127)]", []uuid.UUID{{15: 5}, {0: 0x80}}, 0},
		{"collections.OrderedDict([('b', 1), ('a', 2)])", py.NewOrderedDict(py.Pair{Key: "b", Value: int64(1)}, py.Pair{Key: "a", Value: int64(2)}), 0},
		{"collections.defaultdict(list, k=1)", py.NewDefaultDict(class("builtins", "list"), py.Pair{Key: "k", Value: int64(1)}), 0},
		{"collections.defaultdict(None)", py.NewDefaultDict(nil), 0},
		{"collections.Counter('aab')", py.NewCounter(dict(py.Pair{Key: "a", Value: int64(2)}, py.Pair{Key: "b", Value: int64(1)})), 0},
		{"collections.deque([1, 2, 3])", py.NewDeque(int64(1), int64(2), int64(3)), 0},
		{"collections.deque([1], 5)", py.NewBoundedDeque(5, int64(1)), 0},
		{"[Point(1, 2), Point(3, 4)]", py.NewList(py.NewNamedTuple(class("__main__", "Point"), int64(1), int64(2)), py.NewNamedTuple(class("__main__", "Point"), int64(3), int64(4))), 0},
		{"[Color.RED, Color.GREEN]", py.NewList(py.NewEnumMember(class("__main__", "Color"), int64(1)), py.NewEnumMember(class("__main__", "Color"), int64(2))), 0},
		{"range(1, 10, 2)", py.NewRange(int64(1), int64(10), int64(2)), 0},
		{"slice(None, 5, None)", py.NewSlice(nil, int64(5), nil), 0},
		{"functools.partial(int, '10', base=2)", py.NewPartial(class("builtins", "int"), py.Tuple{"10"}, item("base", int64(2))), 0},
		{"types.SimpleNamespace(a=1)", py.NewSimpleNamespace(item("a", int64(1))), 0},
		{"types.SimpleNamespace()", py.NewSimpleNamespace(), 0},
		{"pathlib.PurePosixPath('/usr/lib/x.so')", py.NewPath(py.PurePosixPath, "/usr/lib/x.so"), 0},
		{"pathlib.PosixPath('a/b')", py.NewPath(py.PosixPath, "a/b"), 0},
		{"pathlib.PurePosixPath()", py.NewPath(py.PurePosixPath, ""), 0},
		{"pathlib.PureWindowsPath(r'C:\\dir\\file.txt')", py.NewPath(py.PureWindowsPath, `C:\dir\file.txt`), 0},
		{"ipaddress.ip_address('127.0.0.1')", must(py.NewIPAddress(netip.MustParseAddr("127.0.0.1"))), 0},
		{"ipaddress.ip_address('2001:db8::1')", must(py.NewIPAddress(netip.MustParseAddr("2001:db8::1"))), 0},
		{"ipaddress.ip_network('10.0.0.0/8')", must(py.NewIPNetwork(netip.MustParsePrefix("10.0.0.0/8"))), 0},
		{"ipaddress.ip_interface('2001:db8::1/32')", must(py.NewIPInterface(netip.MustParsePrefix("2001:db8::1/32"))), 0},
		{"array.array('d', [0.5, -1.0])", must(py.NewArrayArray([]float64{0.5, -1})), 0},
		{"array.array('i', [1, -1])", must(py.NewArrayArray([]int32{1, -1})), 0},
		{"array.array('B', b'abc')", must(py.NewArrayArray([]uint8("abc"))), 0},
		{"array.array('Q', [1 << 63])", must(py.NewArrayArray([]uint64{1 << 63})), 0},
		{"ValueError('message', 2)", py.NewException(class("builtins", "ValueError"), py.Tuple{"message", int64(2)}), 0},
		{"KeyError()", py.NewException(class("builtins", "KeyError"), nil), 0},
		{"AttributeError('no x')", py.NewException(class("builtins", "AttributeError"), py.Tuple{"no x"}), 0},
		{"OSError(2, 'No such file', 'name.txt')", py.NewException(class("builtins", "FileNotFoundError"), py.Tuple{int64(2), "No such file", "name.txt"}), 0},
		{"attrs(ValueError('x1'), extra=[1])", py.NewException(class("builtins", "ValueError"), py.Tuple{"x1"}, item("extra", py.NewList(int64(1)))), 0},
		{"attrs(AttributeError('x1'), extra=[1])", py.NewException(class("builtins", "AttributeError"), py.Tuple{"x1"}, item("extra", py.NewList(int64(1)))), 0},
		{"attrs(Plain(), a=1, b='two')", py.NewInstance(class("__main__", "Plain"), item("a", int64(1)), item("b", "two")), 0},
		{"Plain()", py.NewInstance(class("__main__", "Plain")), 0},
		{"[Outer.Inner, Outer.Inner, Outer]", py.NewList(class("__main__", "Outer.Inner"), class("__main__", "Outer.Inner"), class("__main__", "Outer")), 0},
		{"[type(None), type(...), type(NotImplemented), ..., NotImplemented]", py.NewList(class("builtins", "NoneType"), class("builtins", "ellipsis"), class("builtins", "NotImplementedType"), py.Ellipsis, py.NotImplemented), 0},
		{"[int, dict, 1j, bytearray(b'xy'), b'xy', {5}, frozenset([6])]", py.NewList(class("builtins", "int"), class("builtins", "dict"), 1i, &py.ByteArray{Bytes: []byte("xy")}, []byte("xy"), set(int64(5)), frozenSet(int64(6))), 0},
	}
}

const makeProgram = `
import array, collections, datetime, decimal, enum, fractions, functools, ipaddress, pathlib, pickle, sys, time, types, uuid
try:
    import zoneinfo
except ImportError:
    pass

class Plain(object): pass
class Outer(object):
    class Inner(object): pass
class Color(enum.Enum):
    RED = 1
    GREEN = 2
Point = collections.namedtuple('Point', 'x y')

def attrs(obj, **kw):
    obj.__dict__.update(kw)
    return obj

for line in sys.stdin:
    value = eval(line)
    print(' '.join(pickle.dumps(value, p).hex() for p in range(pickle.HIGHEST_PROTOCOL + 1)))
`

func TestMadeLive(t *testing.T) {
	rows := made(t)
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			source, err := corpus.ParseSource(python.Version)
			if err != nil {
				t.Fatal(err)
			}
			var input strings.Builder
			var asked []int
			for i, row := range rows {
				if row.since <= source.Minor {
					asked = append(asked, i)
					fmt.Fprintln(&input, row.expr)
				}
			}
			out := bufio.NewScanner(bytes.NewReader(python.Eval(t.Context(), t, makeProgram, strings.NewReader(input.String()))))
			out.Buffer(nil, 1<<20)
			for _, i := range asked {
				if !out.Scan() {
					t.Fatal("Python printed fewer lines than it was asked for")
				}
				compareMade(t, rows[i].expr, rows[i].v, source.Minor, strings.Fields(out.Text()))
			}
		})
	}
}

func compareMade(t *testing.T, expr string, v any, minor int, pickles []string) {
	t.Helper()
	for proto, text := range pickles {
		want, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := pickle.Marshal(v, pickle.Protocol(proto), pickle.WriteAs(3, minor))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s at protocol %d: %v\n got %q\nwant %q", expr, proto, err, got, want)
		}
	}
}

// TestNanoseconds holds what becomes of what Python's times cannot hold: a time is cut to the
// microsecond before it, a duration towards zero.
func TestNanoseconds(t *testing.T) {
	moment := time.Date(2026, 11, 23, 23, 59, 58, 999_999_999, time.UTC)
	for _, row := range []struct{ v, cut any }{
		{moment, moment.Add(-999)}, {time.Unix(-1, 1).UTC(), time.Unix(-1, 0).UTC()}, {time.Duration(1999), time.Microsecond},
		{time.Duration(-1999), -time.Microsecond}, {time.Duration(-1), time.Duration(0)}, {[]time.Time{moment}, []time.Time{moment.Add(-999)}},
		{struct{ At time.Duration }{1_000_999}, struct{ At time.Duration }{time.Millisecond}},
	} {
		got, err := pickle.Marshal(row.v)
		want, errCut := pickle.Marshal(row.cut)
		if err != nil || errCut != nil || !bytes.Equal(got, want) {
			t.Errorf("%v is %q, %v; want %q, %v", row.v, got, err, want, errCut)
		}
		value, err := py.FromGo(row.v)
		cut, errCut := py.FromGo(row.cut)
		if err != nil || errCut != nil || py.Repr(value) != py.Repr(cut) {
			t.Errorf("%v is %s, %v; want %s, %v", row.v, py.Repr(value), err, py.Repr(cut), errCut)
		}
	}
}
