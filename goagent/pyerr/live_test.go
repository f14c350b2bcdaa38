package pyerr

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
)

// liveExceptions are expressions of Python and, where there is one, the error of Go that becomes
// the same exception.
var liveExceptions = []struct {
	expression string
	err        error
}{
	{"ValueError()", ValueError},
	{"ValueError('bad age')", ValueError.New("bad age")},
	{"ValueError('bad age', 42)", ValueError.New("bad age", 42)},
	{"ValueError('two\\nlines')", ValueError.New("two\nlines")},
	{"ValueError(None)", ValueError.New(nil)},
	{"ValueError('')", ValueError.New("")},
	{"ValueError(1.5, [1, 'a'], {'k': (True,)}, b'x')", nil},
	{"KeyError('\\u6e29\\n')", KeyError.New("\u6e29\n")},
	{"OSError(12345, 'odd', b'f')", OSError.New(12345, "odd", []byte("f"))},
	{"RuntimeError('out of paper')", errors.New("out of paper")},
	{"KeyError('k')", KeyError.New("k")},
	{"KeyError(\"it's\")", KeyError.New("it's")},
	{"KeyError(3)", KeyError.New(3)},
	{"KeyError('a', 'b')", KeyError.New("a", "b")},
	{"KeyError()", KeyError},
	{"IndexError('list index out of range')", IndexError.New("list index out of range")},
	{"AttributeError('x')", AttributeError.New("x")},
	{"AttributeError()", AttributeError},
	{"raised(getattr, Nothing(), 'x')", missing("Nothing", "x")},
	{"raised(setattr, 'a', 'upper', 1)", AttributeError.New("'str' object attribute 'upper' is read-only")},
	{"ImportError('no', name='m', path='p')", ImportError.New("no").With("name", "m").With("path", "p")},
	{"raised(__import__, 'nonexistent_module')", ModuleNotFoundError.New("No module named 'nonexistent_module'").With("name", "nonexistent_module")},
	{"OSError()", OSError},
	{"OSError('only text')", OSError.New("only text")},
	{"OSError(2, 'No such file')", OSError.New(2, "No such file")},
	{"OSError(2, 'No such file', 'f')", FileNotFoundError.New(2, "No such file", "f")},
	{"OSError(2, 'No such file', 'f', None, 'g')", FileNotFoundError.New(2, "No such file", "f", nil, "g")},
	{"OSError(1, 2, 3, 4, 5, 6)", nil},
	{"TimeoutError('late')", TimeoutError.New("late")},
	{"ConnectionResetError(104, 'reset')", ConnectionResetError.New(104, "reset")},
	{"StopIteration(3)", StopIteration.New(3)},
	{"SystemExit(2)", SystemExit.New(2)},
	{"UnicodeDecodeError('utf-8', b'a\\xff', 1, 2, 'bad')", UnicodeDecodeError.New("utf-8", []byte("a\xff"), 1, 2, "bad")},
	{"UnicodeDecodeError('utf-8', b'abc', 0, 3, 'bad')", nil},
	{"UnicodeEncodeError('ascii', 'a\\xe9', 1, 2, 'bad')", UnicodeEncodeError.New("ascii", "a\u00e9", 1, 2, "bad")},
	{"UnicodeEncodeError('ascii', '\\u6e29\\U0001f600', 1, 2, 'bad')", nil},
	{"UnicodeEncodeError('utf-8', '\\ud800x', 0, 1, 'surrogates not allowed')", nil},
	{"UnicodeTranslateError('\\u6e29b', 0, 1, 'bad')", nil},
	{"UnicodeTranslateError('abc', 0, 2, 'bad')", nil},
	{"SyntaxError('bad')", SyntaxError.New("bad")},
	{"SyntaxError('bad', ('/a/f.py', 3, 1, 'x'))", nil},
	{"SyntaxError('bad', (None, 3, 1, 'x'))", nil},
	{"__import__('json').JSONDecodeError('Expecting value', 'ab', 1)", nil},
	{"__import__('subprocess').CalledProcessError(3, ['ls'])", nil},
	{"__import__('decimal').InvalidOperation('x')", nil},
	{"__import__('queue').Empty()", nil},
	{"__import__('socket').timeout('timed out')", nil},
	{"__import__('concurrent.futures').futures.CancelledError()", CancelledError},
	{"__import__('io').UnsupportedOperation('read')", nil},
	{"__import__('struct').error('x')", nil},
	{"ExceptionGroup('several', [ValueError(1), KeyError('k')])", nil},
	{"BaseExceptionGroup('one', [KeyboardInterrupt()])", nil},
	{"ValueError(KeyError('k'))", nil},
	{"UserWarning('w')", UserWarning.New("w")},
}

type pythonException struct {
	Expression string
	Pickles    map[string]string
	Str, Line  string
	Bases      []Class
}

func TestExceptionsLikePython(t *testing.T) {
	program, err := os.ReadFile("testdata/exceptions.py")
	if err != nil {
		t.Fatal(err)
	}
	var input bytes.Buffer
	ours := map[string]error{}
	for _, tt := range liveExceptions {
		fmt.Fprintln(&input, tt.expression)
		ours[tt.expression] = tt.err
	}
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			var version Version
			if _, err := fmt.Sscanf(python.Version, "%d.%d", &version.Major, &version.Minor); err != nil {
				t.Fatal(err)
			}
			out := python.Eval(t.Context(), t, string(program), bytes.NewReader(input.Bytes()))
			documents := json.NewDecoder(bytes.NewReader(out))
			var first struct {
				Tree map[Class][]Class
			}
			if err := documents.Decode(&first); err != nil {
				t.Fatal(err)
			}
			compareTree(t, first.Tree)
			n := 0
			for documents.More() {
				var e pythonException
				if err := documents.Decode(&e); err != nil {
					t.Fatal(err)
				}
				compareException(t, version, e, ours[e.Expression], first.Tree)
				n++
			}
			if n < len(liveExceptions)-2 {
				t.Errorf("Python made only %d exceptions of %d", n, len(liveExceptions))
			}
		})
	}
}

// compareTree holds errors.Is against issubclass for every pair of built-in classes, and sees that
// each class has its constant.
func compareTree(t *testing.T, tree map[Class][]Class) {
	t.Helper()
	names, err := os.ReadFile("names.go")
	if err != nil {
		t.Fatal(err)
	}
	for class := range tree {
		if !bytes.Contains(names, fmt.Appendf(nil, "\t%s Class = %q\n", string(class), string(class))) {
			t.Errorf("there is no constant for %s", class)
		}
	}
	for class, bases := range tree {
		for base := range tree {
			if want := slices.Contains(bases, base); errors.Is(class, base) != want {
				t.Errorf("errors.Is(%s, %s) is %v, Python says %v", class, base, !want, want)
			}
		}
	}
}

func compareException(t *testing.T, version Version, e pythonException, ours error, tree map[Class][]Class) {
	t.Helper()
	for protocol, text := range e.Pickles {
		raw, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := pickle.Unmarshal(raw, &v); err != nil {
			t.Fatalf("%s: protocol %s: %v", e.Expression, protocol, err)
		}
		remote, ok := Parse(v)
		if !ok {
			t.Errorf("%s: protocol %s: not taken as an exception", e.Expression, protocol)
			continue
		}
		if knownText(e) && remote.Message != e.Str {
			t.Errorf("%s: protocol %s: Message is %q, want %q", e.Expression, protocol, remote.Message, e.Str)
		}
		if knownText(e) && e.Line != "" && remote.Error() != e.Line && protocol != "0" && protocol != "1" && protocol != "2" {
			t.Errorf("%s: protocol %s: Error() is %q, want %q", e.Expression, protocol, remote.Error(), e.Line)
		}
		compareBases(t, e, protocol, remote, tree)
		if ours != nil {
			n, _ := strconv.Atoi(protocol)
			got, err := pickle.Marshal(Reduce(ours, version), pickle.Protocol(n), pickle.WriteAs(version.Major, version.Minor))
			if err != nil || !bytes.Equal(got, raw) {
				t.Errorf("%s: protocol %s: Go raises\n%q, %v, Python\n%q", e.Expression, protocol, got, err, raw)
			}
		}
	}
}

// knownText reports whether the text of an exception can be told from its arguments: that of
// subprocess.CalledProcessError comes from attributes that it does not pickle as arguments.
func knownText(e pythonException) bool {
	return !strings.Contains(e.Expression, "CalledProcessError") && !strings.Contains(e.Expression, "JSONDecodeError")
}

// compareBases compares errors.Is with isinstance. Protocols below 3 have the classes of Python 2,
// which are fewer.
func compareBases(t *testing.T, e pythonException, protocol string, remote *RemoteError, tree map[Class][]Class) {
	t.Helper()
	for base := range tree {
		want := slices.Contains(e.Bases, base)
		lost := protocol < "3" && want
		if got := errors.Is(remote, base); got != want && !lost {
			t.Errorf("%s: protocol %s: errors.Is(%s) is %v", e.Expression, protocol, base, got)
		}
	}
}
