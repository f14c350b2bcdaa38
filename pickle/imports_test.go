package pickle_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
)

// hidden are pickles that hide what they do, with the uses that the scan must report. At least one
// use of each is not harmless.
var hidden = []struct{ what, pickle, uses string }{
	{"a call", "cos\nsystem\n(S'ls'\ntR.", "imported os.system 0, called os.system 19"},
	{"a name of Python 2", "c__builtin__\neval\n(S'1'\ntR.", "imported builtins.eval 0, called builtins.eval 25"},
	{"no name of Python 2 at protocol 3", "\x80\x03c__builtin__\nset\n.", "imported __builtin__.set 2"},
	{"a protocol that changes", "\x80\x04\x80\x02cposix\nsystem\nc__builtin__\neval\n\x86.", "imported posix.system 4, imported builtins.eval 18"},
	{"names in the memo", "\x80\x04\x8c\x02os\x94\x8c\x06system\x940\x30h\x00h\x01\x93.", "imported os.system 22"},
	{"a memo of two ways", "\x80\x04\x8c\x02osq\x000\x8c\x06systemq\x010\x8c\x08builtins\x940\x8c\x03set\x940h\x00h\x01\x93.", "imported os.system 43"},
	{"a memo entry that is replaced", "\x80\x04\x8c\x03setq\x05\x8c\x04evalq\x05\x8c\x08builtinsh\x05\x93.", "imported builtins.eval 29"},
	{"memo entries in another order", "\x80\x04\x8c\x06systemq\x010\x8c\x02osq\x000\x8c\x01x\x940h\x00h\x01\x93.", "imported os.system 29"},
	{"a duplicate", "\x80\x04\x8c\x02os2\x93.", "imported os.os 7"},
	{"marks between", "\x80\x04\x8c\x02os(\x8c\x01x1\x8c\x06system\x93.", "imported os.system 19"},
	{"a mark that is popped", "\x80\x04\x8c\x02os(0\x8c\x06system\x93.", "imported os.system 16"},
	{"text of protocol 0", "\x80\x04V\\u006fs\nVsystem\n\x93.", "imported os.system 19"},
	{"Python 2's str", "\x80\x04U\x02osS'sys\\x74em'\n\x93.", "imported os.system 19"},
	{"INST", "(S'ls'\nios\nsystem\n.", "imported os.system 7, called os.system 7"},
	{"OBJ", "(cos\nsystem\nU\x02lso.", "imported os.system 1, called os.system 16"},
	{"OBJ of a result", "((cos\nsystem\noo.", "imported os.system 2, called os.system 13, called <result of os.system> 14"},
	{"NEWOBJ", "\x80\x02csubprocess\nPopen\n)\x81.", "imported subprocess.Popen 2, called subprocess.Popen 21"},
	{"NEWOBJ_EX", "\x80\x04csubprocess\nPopen\n)}\x92.", "imported subprocess.Popen 2, called subprocess.Popen 22"},
	{"an extension", "\x80\x02\x82\xf0)R.", "imported <extension 240> 2, called <extension 240> 5"},
	{"a negative extension", "\x80\x02\x84\xff\xff\xff\xff.", "imported <extension -1> 2"},
	{"a persistent id", "Pid\n.", "called <persistent id> 0"},
	{"a persistent id of any kind", "K\x01Q.", "called <persistent id> 2"},
	{"a name that is computed", "\x80\x04c_codecs\nencode\nX\x02\x00\x00\x00os\x85R\x8c\x06system\x93.", "imported _codecs.encode 2, called _codecs.encode 26, imported <computed name> 35"},
	{"a name of bytes", "\x80\x04C\x02os\x8c\x06system\x93.", "imported <computed name> 14"},
	{"a name of an int", "\x80\x04K\x01\x8c\x06system\x93.", "imported <computed name> 12"},
	{"a name that cannot be shown", "\x80\x04\x8d\xe9\x03\x00\x00\x00\x00\x00\x00" + strings.Repeat("x", 1001) + "\x8c\x01y\x93.", "imported <computed name> 1015"},
	{"a dotted name", "\x80\x04\x8c\x08builtins\x8c\x0blist.append\x93.", "imported builtins.list.append 25"},
	{"getattr", "cbuiltins\ngetattr\n(cbuiltins\nlist\nS'append'\ntR)R.", "imported builtins.getattr 0, imported builtins.list 19, called builtins.getattr 45, called <result of builtins.getattr> 47"},
	{"what a harmless call returns is called", "\x80\x02cfunctools\npartial\ncbuiltins\nlist\n\x85R)R.", "imported functools.partial 2, imported builtins.list 21, called functools.partial 37, called <result of functools.partial> 39"},
	{"a constant that is called", "K\x01)R.", "called <a value> 3"},
	{"attributes of a function", "\x80\x02cnumpy\ndtype\n}\x8c\x01aK\x01sb.", "imported numpy.dtype 2, changed numpy.dtype 22"},
	{"items of a class", "\x80\x02cbuiltins\nlist\nK\x00K\x01s.", "imported builtins.list 2, changed builtins.list 21"},
	{"elements of a class", "\x80\x02cbuiltins\nlist\n(K\x00e.", "imported builtins.list 2, changed builtins.list 20"},
	{"a pickle in a pickle", "\x80\x04C\x11\x80\x03cos\nsystem\n.zzz.", "imported os.system 6"},
	{"a pickle in Python 2's str", "\x80\x02U\x0f\x80\x02cos\nsystem\n.z.", "imported os.system 6"},
	{"a pickle in a bytearray", "\x80\x05\x96\x0e\x00\x00\x00\x00\x00\x00\x00\x80\x02cos\nsystem\n..", "imported os.system 13"},
}

func TestScanUsesHidden(t *testing.T) {
	for _, row := range hidden {
		var got []string
		listed := true
		n, err := pickle.ScanUses([]byte(row.pickle+"tail"), func(u pickle.Use) {
			got = append(got, fmt.Sprintf("%v %s %d", u.Kind, u.Target(), u.Offset))
			listed = listed && u.Harmless()
		})
		if err != nil || n != len(row.pickle) || listed || strings.Join(got, ", ") != row.uses {
			t.Errorf("%s: %d of %d, %v, harmless: %t\ngot  %s\nwant %s", row.what, n, len(row.pickle), err, listed, strings.Join(got, ", "), row.uses)
		}
	}
}

// TestScanUsesBroken checks that what Python runs before it notices a fault is reported.
func TestScanUsesBroken(t *testing.T) {
	const call = "cos\nsystem\n(S'ls'\ntR"
	for _, end := range []string{"", "0.", "e.", "t.", "h\x05.", "g-1\n.", "T\xff\xff\xff\xff.", "\x95\xff\x00\x00\x00\x00\x00\x00\x00.", "\xff.", "p00\n.", "(o.", "(S'ls'\nios\nsyste"} {
		uses := 0
		_, err := pickle.ScanUses([]byte(call+end), func(pickle.Use) { uses++ })
		var syntax *pickle.SyntaxError
		if uses < 2 || !errors.As(err, &syntax) || syntax.Offset < int64(len(call)) {
			t.Errorf("%q: %d uses, %v", end, uses, err)
		}
		if end == "" && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("the end: %v", err)
		}
	}
	nested := "N."
	for range 20 {
		nested = fmt.Sprintf("\x80\x03B%c\x00\x00\x00%s.", rune(len(nested)), nested)
	}
	if _, err := pickle.ScanUses([]byte(nested), func(pickle.Use) {}); len(nested) < 128 || err == nil {
		t.Errorf("pickles within each other 20 deep: %v", err)
	}
}

// finders prints what Python's unpickler looks up, with nothing imported: each name is a class that
// takes anything.
const finders = `
import base64, json, pickle, sys, _compat_pickle
class Anything(object):
    def __new__(cls, *args, **kwargs): return object.__new__(cls)
    def __init__(self, *args, **kwargs): pass
    def __call__(self, *args, **kwargs): return Anything()
    def __setstate__(self, state): pass
    def __setitem__(self, key, value): pass
    def append(self, value): pass
    def extend(self, values): pass
    def add(self, value): pass
class Finder(pickle._Unpickler):
    def find_class(self, module, name):
        if self.proto < 3:
            if (module, name) in _compat_pickle.NAME_MAPPING:
                module, name = _compat_pickle.NAME_MAPPING[module, name]
            elif module in _compat_pickle.IMPORT_MAPPING:
                module = _compat_pickle.IMPORT_MAPPING[module]
        found.append(module + '.' + name)
        return type('Found', (Anything,), {})
    def persistent_load(self, pid):
        return Anything()
import io
for line in sys.stdin:
    found, failed = [], False
    try:
        Finder(io.BytesIO(base64.b64decode(line))).load()
    except Exception as e:
        failed = True
    print(json.dumps([failed, found]))
`

// TestScanUsesAgainstPython compares the imports with the ones of Python's unpickler: the same when
// it succeeds, and never fewer when it fails.
func TestScanUsesAgainstPython(t *testing.T) {
	rows := disassembled()
	for _, row := range hidden {
		rows = append(rows, row.pickle)
	}
	var input strings.Builder
	for _, p := range rows {
		fmt.Fprintln(&input, base64.StdEncoding.EncodeToString([]byte(p)))
	}
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			t.Parallel()
			lines := bufio.NewScanner(strings.NewReader(string(python.Eval(t.Context(), t, finders, strings.NewReader(input.String())))))
			for _, row := range rows {
				if !lines.Scan() {
					t.Fatal("too few lines")
				}
				var failed bool
				var want []string
				if err := json.Unmarshal(lines.Bytes(), &[]any{&failed, &want}); err != nil {
					t.Fatal(err)
				}
				compareImports(t, row, failed, want)
			}
		})
	}
}

func compareImports(t *testing.T, row string, failed bool, want []string) {
	t.Helper()
	var got []string
	n, err := pickle.ScanUses([]byte(row), func(u pickle.Use) {
		if u.Kind == pickle.Imported && !strings.HasPrefix(u.Name, "<") {
			got = append(got, u.Target())
		}
	})
	if !failed && (err != nil || n == 0) && !strings.Contains(row, "\x95") { // which Python's own ignores
		t.Errorf("%q: Python reads it: %v", row, err)
	}
	missing := want
	for _, name := range got {
		if len(missing) > 0 && missing[0] == name {
			missing = missing[1:]
		}
	}
	within := strings.Count(row, "\x80") > 1 // a pickle in a pickle, perhaps
	if len(missing) > 0 && len(missing[0]) < 1000 || !failed && !within && len(got) > len(want) {
		t.Errorf("%q: got %q, Python found %q", row, got, want)
	}
}

// TestScanUsesOfNumPy scans what numpy writes for its arrays, scalars, dtypes and types.
func TestScanUsesOfNumPy(t *testing.T) {
	for _, row := range numpyRows(t) {
		_, err := pickle.ScanUses(row.Pickle, func(u pickle.Use) {
			if !u.Harmless() && row.Name != "other/ufunc" {
				t.Errorf("%v: %v %s", &row, u.Kind, u.Target())
			}
		})
		if err != nil {
			t.Errorf("%v: %v", &row, err)
		}
	}
}
