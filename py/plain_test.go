package py_test

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

//go:embed testdata/plain.py
var plainProgram string

// plainValues are expressions whose values are plain, values that are so when the classes of lab
// are named, and values that never are.
var plainValues = [3][]string{
	{
		"None", "[1, 2.5, 3j, 'text', b'bytes', bytearray(b'x'), True, 10**40]", "(1, [2, {3: {4}}], frozenset([5]))", "...",
		"NotImplemented", "datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone.utc)", "datetime.date(2020, 1, 2)", "datetime.time(3, 4)",
		"datetime.timedelta(3)", "datetime.timezone(datetime.timedelta(hours=1), 'CET')", "decimal.Decimal('1.5')", "fractions.Fraction(1, 3)",
		"uuid.UUID(int=5)", "uuid.uuid4()", "range(5)", "slice(1, None, 2)", "pathlib.Path('/a/b')", "pathlib.PureWindowsPath('C:/a')",
		"ipaddress.ip_address('::1')", "ipaddress.ip_network('10.0.0.0/8')", "collections.OrderedDict([(1, [2])])", "collections.Counter('aab')",
		"collections.deque([1, 2], 5)", "collections.defaultdict(list, {1: [2]})", "collections.defaultdict(None)",
		"array.array('d', [1.0])", "ValueError('x', [1])", "OSError(2, 'no')", "KeyError({1: 2})", "zoneinfo.ZoneInfo('Europe/Berlin')",
		"numpy.arange(6.0).reshape(2, 3)", "numpy.float32(1)", "numpy.array(['a', 'bc'])", "numpy.zeros(2, [('a', 'i4'), ('b', 'f8', 2)])",
		"numpy.dtype('f8')", "numpy.array('2020-01-02', 'M8[D]')", "numpy.dtype([('a', '<i2')])", "numpy.asfortranarray(numpy.ones((2, 2)))",
		"[[numpy.arange(3)] * 3] * 3", "{(1, 'a'): datetime.date(2020, 1, 2)}",
	},
	{
		"lab.Point(5)", "[lab.Point({1: lab.Point()})]", "{'a': (lab.Point(decimal.Decimal(1)),)}", "lab.Text('stop')", "lab.Color.RED",
		"lab.Trouble('x')", "lab.Pair(1, [2])", "collections.OrderedDict([(1, lab.Point())])", "ValueError(lab.Point())",
	},
	{
		"os.system", "int", "len", "ValueError", "lab.Point", "[[[[os.system]]]]", "Calls(os.system, ('id',))", "Calls(eval, ('1',))",
		"Calls(str, ('stop',))", "Calls(bytes, (10**12,))", "Calls(bytearray, (10**12,))", "functools.partial(len)", "lab.Point(os.system)",
		"lab.Point(Calls(os.system, ('id',)))", "[lab.Point(len)]", "collections.defaultdict(os.getcwd)", "collections.defaultdict(lab.Point)",
		"collections.deque([len])", "collections.OrderedDict([(1, len)])", "Calls(getattr, (lab.Point, '__init__'))", "ValueError(len)",
		"{len: 1}", "{1: {2: (len,)}}", "Calls(collections.deque, (range(10**18),))", "Calls(fractions.Fraction, ('1e1000000000',))",
		"Calls(array.array, ('b', range(10**12)))", "with_state((datetime.date, (2020, 1, 2)), {'x': 1})", "numpy.array([1, None])",
		"numpy.array([len])", "numpy.dtype('O')", "numpy.zeros(1, [('a', 'O')])", "Calls(numpy.dtype, ('f8,O',))", "Calls(numpy.load, ('x',))",
		"Calls(numpy.zeros, (10**12,))", "with_state((ValueError, ('x',)), {'a': len})", "Calls(os.path.join, ('a', 'b'))",
		"Calls(lab.Color.__class__.__call__, (lab.Color, 1))", "Calls(ValueError, ('x',), None, iter([1]))",
	},
}

type plainCase struct {
	kind, expression string
	protocol         int
	value            any
}

// pickledPlainValues are plainValues as each Python pickles them at each protocol.
func pickledPlainValues(t *testing.T, python pyenv.Interpreter) []plainCase {
	t.Helper()
	input, err := json.Marshal(plainValues)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), python.PizcoPython, "-c", plainProgram)
	command.Stdin = bytes.NewReader(input)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err, stderr.String())
	}
	var cases []plainCase
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var c plainCase
		var data string
		if err := json.Unmarshal(lines.Bytes(), &[]any{&c.kind, &c.expression, &c.protocol, &data}); err != nil {
			t.Fatal(err)
		}
		pickled, err := hex.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := pickle.Unmarshal(pickled, &c.value); err != nil {
			t.Fatal(c.expression, err)
		}
		cases = append(cases, c)
	}
	return cases
}

// TestCheckPlain takes what each Python pickles for plain or not.
func TestCheckPlain(t *testing.T) {
	inLab := func(c py.Class) bool { return c.Module == "lab" && !strings.Contains(c.Name, ".") }
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			cases := pickledPlainValues(t, python)
			if len(cases) < 300 {
				t.Fatalf("only %d pickles", len(cases))
			}
			for _, c := range cases {
				byDefault, named := py.CheckPlain(c.value, nil), py.CheckPlain(c.value, inLab)
				if (byDefault == nil) != (c.kind == "plain") || (named == nil) != (c.kind != "refused") {
					t.Errorf("%s at protocol %d, which is %s: %v; with the classes of lab: %v", c.expression, c.protocol, c.kind, byDefault, named)
				}
				var refusal *py.NotPlainError
				if byDefault != nil && (!errors.As(byDefault, &refusal) || refusal.Holds == "") {
					t.Errorf("%s: %v says nothing", c.expression, byDefault)
				}
			}
		})
	}
}

// TestCheckPlainGo takes what no Python pickles by itself for plain or not.
func TestCheckPlainGo(t *testing.T) {
	system := py.Class{Module: "os", Name: "system"}
	call := py.NewObject(system, "id")
	type own struct {
		Name string
		Any  any
		next *own
	}
	holdsItself := &py.List{}
	holdsItself.Append(holdsItself, int64(1))
	deep := py.NewList(int64(1))
	wide := py.NewList()
	for range 2000 {
		deep = py.NewList(deep, deep)
		wide.Append(py.NewList())
	}
	wide.Append(call)
	cycle := &own{Name: "cycle"}
	cycle.Any = cycle
	for name, c := range map[string]struct {
		value any
		plain bool
	}{
		"a list that holds itself":            {holdsItself, true},
		"shared lists, two for each level":    {deep, true},
		"a call behind many values":           {wide, false},
		"a persistent id":                     {py.NewList(py.PersistentID{ID: "x"}), false},
		"a registered struct":                 {&own{Name: "x", Any: int64(1)}, true},
		"a registered struct that holds":      {py.NewList(&own{Any: py.NewList(call)}), false},
		"a registered struct that holds kind": {py.NewList(&own{Any: &own{Any: system}}), false},
		"a registered struct in itself":       {cycle, true},
		"an object that calls an object":      {&py.Object{Callable: call}, false},
		"a state that is set by a function":   {&py.Object{Callable: py.Class{Module: "lab", Name: "Point"}, StateSetter: system}, false},
		"a nested class":                      {py.NewObject(py.Class{Module: "lab", Name: "os.system"}, "id"), false},
		"ZoneInfo by a call with a state": {&py.Object{
			Callable: &py.Object{Callable: py.Class{Module: "builtins", Name: "getattr"}, Args: py.Tuple{py.Class{Module: "zoneinfo", Name: "ZoneInfo"}, "_unpickle"}, State: call},
			Args:     py.Tuple{"UTC", true},
		}, false},
	} {
		inLab := func(c py.Class) bool { return c == py.Class{Module: "lab", Name: "Point"} }
		if err := py.CheckPlain(c.value, inLab); (err == nil) != c.plain {
			t.Errorf("%s: %v", name, err)
		}
	}
	_ = cycle.next
}
