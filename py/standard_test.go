package py_test

import (
	"bytes"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

//go:embed testdata/standard.py
var standardProgram string

// standardObjects are Python expressions and the Go values that their values fit.
func standardObjects() map[string][]any {
	type robot struct {
		Name string
		Legs int
	}
	marvin := robot{"Marvin", 2}
	id := uuid.MustParse("12345678-1234-5678-1234-567812345678")
	east := func(offset int) *time.Location { return time.FixedZone("", offset) }
	at := func(loc *time.Location) time.Time { return time.Date(2020, 1, 2, 3, 4, 5, 6000, loc) }
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	zone := "zoneinfo.ZoneInfo('Europe/Berlin')"
	return map[string][]any{
		"datetime.datetime(2020, 1, 2, 3, 4, 5, 6)":                                                               {at(time.UTC)},
		"datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone.utc)":                                        {at(time.UTC)},
		"datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone(datetime.timedelta(hours=-5, minutes=-30)))": {at(east(-19800))},
		"datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone(datetime.timedelta(hours=1), 'CET'))":        {at(east(3600))},
		"datetime.datetime(2020, 1, 2, 3, 4, 5, 6, " + zone + ")":                                                 {at(berlin)},
		"datetime.datetime(2020, 10, 25, 2, 30, 0, 0, " + zone + ")":                                              {time.Date(2020, 10, 25, 2, 30, 0, 0, east(7200))},
		"datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)":                                                     {time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)},
		"datetime.datetime.min":                             {time.Time{}},
		"datetime.date(2020, 1, 2)":                         {time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)},
		"datetime.time(3, 4, 5, 6)":                         {time.Date(1, 1, 1, 3, 4, 5, 6000, time.UTC), 3*time.Hour + 4*time.Minute + 5*time.Second + 6*time.Microsecond},
		"datetime.timedelta(days=-1, microseconds=1)":       {-24*time.Hour + time.Microsecond},
		"decimal.Decimal('1.50')":                           {"1.50", rat("3/2")},
		"decimal.Decimal('-1E+3')":                          {"-1E+3", rat("-1000")},
		"fractions.Fraction(-2, 6)":                         {"-1/3", rat("-1/3")},
		"fractions.Fraction(4)":                             {"4", rat("4")},
		"fractions.Fraction(10**30, 7)":                     {rat("1000000000000000000000000000000/7")},
		"uuid.UUID('12345678-1234-5678-1234-567812345678')": {id, [16]byte(id), id.String()},
		"uuid.UUID(int=0)":                                  {uuid.UUID{}},
		"pathlib.PurePosixPath('/usr/lib') / 'x'":           {"/usr/lib/x"},
		"pathlib.PurePosixPath()":                           {"."},
		"pathlib.PosixPath('a', '/b', 'c')":                 {"/b/c"},
		"pathlib.PurePosixPath('a//b', './c/.', '', '..')":  {"a/b/c/.."},
		"pathlib.PurePosixPath('//a', 'b')":                 {"//a/b"},
		"pathlib.PurePosixPath('///a')":                     {"/a"},
		"pathlib.PurePosixPath('.')":                        {"."},
		"pathlib.PureWindowsPath('C:', 'x')":                {"C:x"},
		"pathlib.PureWindowsPath('C:/a', '/b', './/c')":     {`C:\b\c`},
		"pathlib.PureWindowsPath('C:/a', 'D:b')":            {"D:b"},
		"pathlib.PureWindowsPath('//host/share/x')":         {`\\host\share\x`},
		"pathlib.PureWindowsPath()":                         {"."},
		"pathlib.PureWindowsPath('C:/Users', 'x')":          {`C:\Users\x`},
		"ipaddress.ip_address('10.0.0.1')":                  {netip.MustParseAddr("10.0.0.1"), "10.0.0.1"},
		"ipaddress.ip_address('fe80::1')":                   {netip.MustParseAddr("fe80::1"), "fe80::1"},
		"ipaddress.ip_network('10.0.0.0/8')":                {netip.MustParsePrefix("10.0.0.0/8")},
		"ipaddress.ip_interface('fe80::1/64')":              {netip.MustParsePrefix("fe80::1/64")},
		"range(5, 0, -2)":                                   {[]int{5, 3, 1}},
		"range(0)":                                          {[]int{}},
		"slice(None, 2)":                                    {[]*int{nil, new(2), nil}},
		"collections.deque([1, 2], 5)":                      {[]int{1, 2}},
		"collections.deque()":                               {[]int{}},
		"collections.OrderedDict([('b', 1), ('a', 2)])":     {map[string]int{"b": 1, "a": 2}, struct{ B, A int }{1, 2}},
		"collections.OrderedDict()":                         {map[string]int{}},
		"collections.Counter('aab')":                        {map[string]int{"a": 2, "b": 1}},
		"collections.Counter()":                             {map[string]int{}},
		"collections.defaultdict(list, {1: [2]})":           {map[int][]int{1: {2}}},
		"Color.RED":                     {"red"},
		"Level.HIGH":                    {3, uint8(3)},
		"Text('x')":                     {"x"},
		"Point(1, 2)":                   {point{X: 1, Y: 2}, []int{1, 2}},
		"1j":                            {1i, complex64(1i)},
		"10**30":                        {mustInt("1000000000000000000000000000000")},
		"{1, 2}":                        {map[int]struct{}{1: {}, 2: {}}},
		"frozenset({1})":                {[]int{1}},
		"bytearray(b'x')":               {[]byte("x"), [1]byte{'x'}},
		"{'name': 'Marvin', 'legs': 2}": {marvin, map[string]any{"name": "Marvin", "legs": int64(2)}},
		"Robot('Marvin', 2)":            {marvin},
		"Slotted('Marvin', 2)":          {marvin},
	}
}

func mustInt(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		panic(s)
	}
	return n
}

// askStandard sends requests to testdata/standard.py.
func askStandard(t *testing.T, python pyenv.Interpreter, requests [][]any) []string {
	t.Helper()
	var input bytes.Buffer
	for _, r := range requests {
		if err := json.NewEncoder(&input).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(string(python.Eval(t.Context(), t, standardProgram, &input))), "\n")
	if len(lines) != len(requests) {
		t.Fatalf("%d answers to %d requests", len(lines), len(requests))
	}
	answers := make([]string, len(lines))
	for i, line := range lines {
		if err := json.Unmarshal([]byte(line), &answers[i]); err != nil {
			t.Fatal(err)
		}
	}
	return answers
}

// TestAssignWhatPythonPickles takes the standard library's objects from each Python at each
// protocol into Go.
func TestAssignWhatPythonPickles(t *testing.T) {
	objects := standardObjects()
	var requests [][]any
	for expression := range objects {
		for protocol := range 5 {
			if strings.HasPrefix(expression, "Slotted") && protocol < 2 {
				continue // Python cannot
			}
			requests = append(requests, []any{"dump", expression, protocol})
		}
	}
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			missing := 0
			for i, pickled := range askStandard(t, python, requests) {
				expression, _ := requests[i][1].(string)
				if pickled == "missing" {
					missing++
					continue
				}
				for _, want := range objects[expression] {
					checkPickled(t, requests[i], pickled, want)
				}
			}
			if missing > 10 { // zoneinfo came with 3.9
				t.Errorf("%d of %d objects are missing", missing, len(requests))
			}
		})
	}
}

func checkPickled(t *testing.T, request []any, pickled string, want any) {
	t.Helper()
	data, err := hex.DecodeString(pickled)
	if err != nil {
		t.Fatal(err)
	}
	var graph any
	if err := pickle.Unmarshal(data, &graph); err != nil {
		t.Errorf("%v: %v", request, err)
		return
	}
	dst := reflect.New(reflect.TypeOf(want))
	if err := py.Assign(dst.Interface(), graph); err != nil || !sameValue(dst.Elem().Interface(), want) {
		t.Errorf("%v to %T: %v, %v; want %v", request, want, dst.Elem(), err, want)
	}
	direct := reflect.New(reflect.TypeOf(want))
	if err := pickle.Unmarshal(data, direct.Interface()); err != nil || !sameValue(direct.Elem().Interface(), want) {
		t.Errorf("%v straight to %T: %v, %v; want %v", request, want, direct.Elem(), err, want)
	}
}

// sameValue compares times by moment and offset, and anything else deeply.
func sameValue(a, b any) bool {
	at, ok := a.(time.Time)
	if !ok {
		return reflect.DeepEqual(a, b)
	}
	bt, ok := b.(time.Time)
	if !ok || !at.Equal(bt) {
		return false
	}
	_, aOffset := at.Zone()
	_, bOffset := bt.Zone()
	return aOffset == bOffset
}

// TestPythonLoadsWhatFromGoMakes has each Python compare Go values, at each protocol, with values
// of its own.
func TestPythonLoadsWhatFromGoMakes(t *testing.T) {
	cet := time.FixedZone("CET", 3600)
	values := map[string]any{
		"datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone.utc)":                          time.Date(2020, 1, 2, 3, 4, 5, 6999, time.UTC),
		"datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone(datetime.timedelta(hours=1)))": time.Date(2020, 1, 2, 3, 4, 5, 6000, cet),
		"datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc)":                                  time.Time{},
		"datetime.timedelta(days=-1, microseconds=1)":                                               -24*time.Hour + time.Microsecond,
		"datetime.timedelta(0)":                                                time.Duration(0),
		"uuid.UUID('12345678-1234-5678-1234-567812345678')":                    uuid.MustParse("12345678-1234-5678-1234-567812345678"),
		"fractions.Fraction(-1, 3)":                                            rat("-1/3"),
		"fractions.Fraction(4)":                                                *rat("4"),
		"ipaddress.ip_address('10.0.0.1')":                                     netip.MustParseAddr("10.0.0.1"),
		"ipaddress.ip_address('fe80::1')":                                      netip.MustParseAddr("fe80::1"),
		"ipaddress.ip_network('10.0.0.0/8')":                                   netip.MustParsePrefix("10.0.0.0/8"),
		"ipaddress.ip_interface('10.0.0.1/8')":                                 netip.MustParsePrefix("10.0.0.1/8"),
		"ipaddress.ip_network('fe80::/64')":                                    netip.MustParsePrefix("fe80::/64"),
		"{'name': 'Marvin', 'args': [1, 2], 'inner': None, 'any': {'a', 'b'}}": options{Name: "Marvin", Args: []int{1, 2}, Any: map[string]struct{}{"b": {}, "a": {}}},
		"(1, 2)":               point{X: 1, Y: 2},
		"{1: 'a', 10: 'b'}":    map[uint8]string{10: "b", 1: "a"},
		"18446744073709551615": ^uint64(0),
		"b'ab'":                [2]byte{'a', 'b'},
		"[1j, 0.5, True]":      []any{complex64(1i), float32(0.5), true},
		"('C', 1.0)":           celsius(1),
		"'<x>'":                label{"x"},
	}
	var requests [][]any
	for expression, v := range values {
		graph, err := py.FromGo(v)
		if err != nil {
			t.Fatal(err)
		}
		for protocol := range 5 {
			data, err := pickle.Marshal(graph, pickle.Protocol(protocol))
			if err != nil {
				t.Errorf("%s: %v", expression, err)
				continue
			}
			requests = append(requests, []any{"load", expression, hex.EncodeToString(data)})
		}
	}
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			for i, answer := range askStandard(t, python, requests) {
				if answer != "same" {
					t.Errorf("%v: Python has %s", requests[i], answer)
				}
			}
		})
	}
}
