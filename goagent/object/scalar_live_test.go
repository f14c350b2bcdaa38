package object

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

//go:embed testdata/scalar_calls.py
var scalarCalls string

// TestScalarMethods plays what a live Python has played: methods of str, bytes and numbers, by
// exec.
func TestScalarMethods(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			var calls []any
			if err := pickle.Unmarshal(python.Eval(t.Context(), t, scalarCalls, bytes.NewReader(nil)), &calls); err != nil {
				t.Fatal(err)
			}
			if len(calls) < 10_000 {
				t.Errorf("%d calls", len(calls))
			}
			failed := 0
			for _, call := range calls {
				if failed += playScalar(t, call); failed == 40 {
					t.Fatal("and more")
				}
			}
		})
	}
}

// playScalar returns 1 where a call comes to something else than in Python.
func playScalar(t *testing.T, played any) int {
	t.Helper()
	parts, _ := played.(py.Tuple)
	method, _ := parts[1].(string)
	args, _ := parts[2].(py.Tuple)
	kwargs, _ := parts[3].(*py.Dict)
	outcome, _ := parts[4].(py.Tuple)
	o := &Served{class: "Thing", settings: &Settings{}}
	got, err := execGraph(o, parts[0], methodCall{method: method, args: args, kwargs: kwargs})
	var raised *pyerr.Error
	switch {
	case err == nil && outcome[0] == "returned" && reflect.TypeOf(got) == reflect.TypeOf(outcome[1]) && py.Repr(got) == py.Repr(outcome[1]):
		return 0
	case errors.As(err, &raised) && outcome[0] == "raised" && string(raised.Class) == outcome[1]:
		return 0
	}
	t.Errorf("%s.%s(*%s, **%s): %s, %v; Python: %s", py.Repr(parts[0]), method, py.Repr(args), py.Repr(kwargs), py.Repr(got), err, py.Repr(outcome))
	return 1
}

// TestScalarNames compares the public names of Python's str, bytes and numbers with the names that
// are served for them.
func TestScalarNames(t *testing.T) {
	values := map[string]any{"str": "", "bytes": []byte{}, "int": int64(1), "bool": true, "float": 1.0, "complex": 1i}
	const program = `
import json
kinds = [str, bytes, int, bool, float, complex]
print(json.dumps({kind.__name__: [name for name in dir(kind) if not name.startswith('_')] for kind in kinds}))
`
	for _, python := range pyenv.Interpreters(t) {
		var names map[string][]string
		if err := json.Unmarshal(python.Eval(t.Context(), t, program, bytes.NewReader(nil)), &names); err != nil {
			t.Fatal(err)
		}
		for kind, value := range values {
			if len(names[kind]) == 0 {
				t.Errorf("Python %s has no %s", python, kind)
			}
			for _, name := range names[kind] {
				o := &Served{class: "Thing", settings: &Settings{}}
				if _, err := execGraph(o, value, methodCall{method: name}); errors.Is(err, pyerr.AttributeError) {
					t.Errorf("Python %s has %s.%s, which is not served", python, kind, name)
				}
			}
		}
	}
}

// TestScalarRefusals has what is not done as in Python named by an error.
func TestScalarRefusals(t *testing.T) {
	for _, tt := range []struct {
		value  any
		method string
		args   py.Tuple
		want   string
	}{
		{"{:>10}", "format", py.Tuple{int64(1)}, "specification '>10'"},
		{"{0.real}", "format", py.Tuple{int64(1)}, "'.real'"},
		{"{!a}", "format", py.Tuple{int64(1)}, "conversion '!a'"},
		{"{:{}}", "format", py.Tuple{int64(1)}, "field within a field"},
		{"ä", "encode", py.Tuple{"cp1252"}, "'cp1252'"},
		{"\u00e4", "encode", py.Tuple{"ascii", "namereplace"}, "'namereplace'"},
		{[]byte{0xff}, "decode", py.Tuple{"utf-8", "surrogateescape"}, "'surrogateescape'"},
		{"a", "translate", py.Tuple{py.NewList("x")}, "list"},
	} {
		o := &Served{class: "Thing", settings: &Settings{}}
		_, err := execGraph(o, tt.value, methodCall{method: tt.method, args: tt.args})
		if !errors.Is(err, pyerr.NotImplementedError) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.method) {
			t.Errorf("%s(%s): %v, want an error that names it", tt.method, py.Repr(tt.args), err)
		}
	}
}

// TestScalarBudget has small arguments ask for much text.
func TestScalarBudget(t *testing.T) {
	long := strings.Repeat("a", 10_000)
	for _, tt := range []struct {
		value  any
		method string
		args   py.Tuple
	}{
		{"a", "ljust", py.Tuple{int64(1) << 40}},
		{"a", "zfill", py.Tuple{int64(1) << 40}},
		{"\t\t", "expandtabs", py.Tuple{int64(1) << 40}},
		{long, "replace", py.Tuple{"", long + long}},
		{long, "join", py.Tuple{strings.Repeat("a", 100_000)}},
		{long, "translate", py.Tuple{mustDict(t, int64('a'), long+long)}},
		{int64(1), "to_bytes", py.Tuple{int64(1) << 40, "big"}},
		{[]byte("a"), "center", py.Tuple{int64(1) << 62}},
	} {
		o := &Served{class: "Thing", settings: &Settings{}}
		if _, err := execGraph(o, tt.value, methodCall{method: tt.method, args: tt.args}); !errors.Is(err, pyerr.RuntimeError) {
			t.Errorf("%s: %v, want a RuntimeError", tt.method, err)
		}
	}
}

func mustDict(t *testing.T, key, value any) *py.Dict {
	t.Helper()
	d := &py.Dict{}
	if err := d.Set(key, value); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestTextCharacters compares what is said of each character with a live Python, where both know
// the character; of ideographs and the like, of one in sixteen. The tables are of Unicode 15.1.
func TestTextCharacters(t *testing.T) {
	const program = `
import json, unicodedata
asks = ['isalpha', 'isdecimal', 'isdigit', 'isnumeric', 'islower', 'isupper', 'istitle', 'isspace', 'isprintable', 'isidentifier', 'isalnum']
maps = ['upper', 'lower', 'title', 'casefold', 'swapcase']
known = [chr(i) for i in range(0x110000) if not 0xd800 <= i < 0xe000 and unicodedata.category(chr(i)) not in ('Cn', 'Co')]
print(json.dumps({'unicode': [int(n) for n in unicodedata.unidata_version.split('.')], 'text': ''.join(known), 'asks': {m: ''.join('01'[getattr(c, m)()] for c in known) for m in asks},
                  'maps': {m: [getattr(c, m)() for c in known] for m in maps}}))
`
	var live struct {
		Unicode []int
		Text    string
		Asks    map[string]string
		Maps    map[string][]string
	}
	python := pyenv.Newest(t)
	if err := json.Unmarshal(python.Eval(t.Context(), t, program, bytes.NewReader(nil)), &live); err != nil {
		t.Fatal(err)
	}
	o := &Served{class: "Thing", settings: &Settings{}}
	ask := func(c rune, method string) any {
		got, err := execGraph(o, string(c), methodCall{method: method})
		if err != nil {
			t.Fatalf("%q.%s(): %v", c, method, err)
		}
		return got
	}
	differ := map[string][]rune{}
	for i, c := range slices.Collect(runes(live.Text)) {
		if !isPrintable(c) && c > 0xffff {
			continue // Go's Unicode may be the older one
		}
		const sample = 16 // of ideographs and syllables, which have no case
		if plain := live.Maps["upper"][i] == live.Maps["lower"][i] && live.Asks["isnumeric"][i] == '0'; plain && c >= 0x3400 && i%sample != 0 {
			continue
		}
		for method, answers := range live.Asks {
			if (ask(c, method) == (answers[i] == '1')) == changedSince(live.Unicode, method, c) {
				differ[method] = append(differ[method], c)
			}
		}
		for method, answers := range live.Maps {
			if (ask(c, method) == answers[i]) == changedSince(live.Unicode, method, c) {
				differ[method] = append(differ[method], c)
			}
		}
	}
	for method, characters := range differ {
		if !unknownToOne(characters) {
			t.Errorf("Python %s says otherwise than %s() of %d characters, such as %+q", python, method, len(characters), characters[:min(len(characters), 20)])
		}
	}
}

// unicodeChanges are the characters that a version of Unicode gave other properties, after 9.0, the
// one of Python 3.6. An older Python has to answer otherwise for each of them.
var unicodeChanges = []struct {
	version     []int
	methods     string
	first, last rune
}{
	{[]int{11, 0}, "islower upper swapcase", 0x10d0, 0x10fa}, // Georgian got capitals
	{[]int{11, 0}, "islower upper swapcase", 0x10fd, 0x10ff},
	{[]int{12, 0}, "isalpha isidentifier isalnum", 0x1cf2, 0x1cf3},
	{[]int{12, 0}, "upper title swapcase", 0x282, 0x282},
	{[]int{12, 0}, "upper title swapcase", 0x1d8e, 0x1d8e},
	{[]int{12, 0}, "upper title swapcase", 0xa794, 0xa794},
	{[]int{15, 0}, "islower", 0x10fc, 0x10fc},
	{[]int{15, 0}, "islower", 0xa7f2, 0xa7f4},
	{[]int{15, 0}, "islower", 0xab69, 0xab69},
	{[]int{15, 1}, "isnumeric", 0x4e24, 0x4e24},
	{[]int{15, 1}, "isnumeric", 0x4eac, 0x4eac},
	{[]int{15, 1}, "isnumeric", 0x4fe9, 0x4fe9},
	{[]int{15, 1}, "isnumeric", 0x5006, 0x5006},
	{[]int{15, 1}, "isnumeric", 0x62d0, 0x62d0},
	{[]int{15, 1}, "isnumeric", 0x6d1e, 0x6d1e},
	{[]int{15, 1}, "isnumeric", 0x7695, 0x7695},
	{[]int{15, 1}, "isnumeric", 0x79ed, 0x79ed},
	{[]int{15, 1}, "isnumeric", 0x920e, 0x920e},
	{[]int{15, 1}, "isnumeric", 0x94a9, 0x94a9},
}

// changedSince reports whether what a method says of a character changed after a version of
// Unicode.
func changedSince(version []int, method string, c rune) bool {
	for _, change := range unicodeChanges {
		if c >= change.first && c <= change.last && slices.Compare(version, change.version) < 0 &&
			slices.Contains(strings.Fields(change.methods), method) {
			return true
		}
	}
	return false
}

// unknownToOne reports whether all characters are of Unicode 15.1, which Go does not know yet:
// ideographic description characters.
func unknownToOne(characters []rune) bool {
	return !slices.ContainsFunc(characters, func(c rune) bool { return (c < 0x2ffc || c > 0x2fff) && c != 0x31ef })
}

func runes(s string) func(yield func(rune) bool) {
	return func(yield func(rune) bool) {
		for _, c := range s {
			if !yield(c) {
				return
			}
		}
	}
}
