package pickle_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// judge is the program that reads pickles as CPython's C unpickler does, one a line in base64, and
// answers with its verdict.
const judge = "pickle_judge.py"

// verdict is what Python says about a pickle.
type verdict struct {
	// Repr is the repr of the value.
	Repr *string
	// Silent is why the judge has no opinion: the pickle names a class that it does not know, or
	// has CPython hang, crash or take all memory.
	Silent string
	// Error is the exception.
	Error string
}

// disagrees returns how decoding data differs from Python's verdict, empty when it does not.
func disagrees(data []byte, v verdict, options ...pickle.DecodeOption) string {
	var value any
	err := pickle.Unmarshal(data, &value, options...)
	var limit *pickle.LimitError
	switch {
	case v.Silent != "" || errors.As(err, &limit) || errors.Is(err, py.ErrTooComplex):
		return ""
	case v.Error != "" && err == nil && !lenient(v.Error, value):
		return fmt.Sprintf("accepted as %s, but Python says %s", py.Repr(value), v.Error)
	case v.Error == "" && err != nil && nulInLine(data, err):
		return ""
	case v.Error == "" && err != nil:
		return fmt.Sprintf("refused: %v, but Python reads %s", err, deref(v.Repr))
	case v.Error == "" && v.Repr != nil && !ordered(value) && py.Repr(value) != *v.Repr:
		return fmt.Sprintf("read as %s, but Python reads %s", py.Repr(value), *v.Repr)
	}
	return ""
}

// nulInLine reports whether what was refused is a line with a NUL in it, where C's number parsers
// see the end of the text.
func nulInLine(data []byte, err error) bool {
	var syntax *pickle.SyntaxError
	if !errors.As(err, &syntax) {
		return false
	}
	line, _, _ := bytes.Cut(data[syntax.Offset:], []byte("\n"))
	switch syntax.Opcode.String() {
	case "INT", "LONG", "FLOAT", "GET", "PUT":
		return bytes.IndexByte(line, 0) >= 0
	}
	return false
}

func deref(s *string) string {
	if s == nil {
		return "a long value"
	}
	return *s
}

// lenient are the pickles that this package reads on purpose although Python fails: calls whose
// arguments the class itself refuses, since nothing is called here, and ints of text that are
// longer than Python's own limit.
func lenient(exception string, value any) bool {
	switch {
	case strings.HasPrefix(exception, "TypeError") && holdsObject(value):
		return true
	case strings.Contains(exception, "Exceeds the limit"):
		return true
	}
	return holdsObject(value)
}

// holdsObject reports whether there is an object in a graph that Python would have called something
// for.
func holdsObject(v any) bool { return objectFinder{}.holds(v, 0) }

// objectFinder holds the containers that it has looked into: shared ones can make a graph that
// takes for ever to walk.
type objectFinder map[any]bool

func (f objectFinder) holds(v any, depth int) bool {
	if depth > 100 {
		return true
	}
	id := v
	var parts []any
	switch v := v.(type) {
	case *py.Object, py.Class, py.PersistentID:
		return true
	case py.Tuple:
		id, parts = raw.OfSlice(v), v
	case *py.List:
		parts = v.Items
	case *py.Dict:
		for _, pair := range v.Pairs() {
			parts = append(parts, pair.Key, pair.Value)
		}
	case *py.Set:
		parts = slices.Collect(v.All())
	case *py.FrozenSet:
		parts = slices.Collect(v.All())
	}
	if len(parts) == 0 || f[id] {
		return false
	}
	f[id] = true
	return slices.ContainsFunc(parts, func(part any) bool { return f.holds(part, depth+1) })
}

// ordered reports whether the repr of a graph depends on the order of a set, or on objects.
func ordered(v any) bool {
	text := py.Repr(v)
	return strings.Contains(text, "{") && !strings.Contains(text, ":") || strings.Contains(text, "set(") || holdsObject(v)
}

// protocol5 finds the opcodes of protocol 5 in a quoted pickle.
var protocol5 = regexp.MustCompile(`\\x9[678]`)

func TestAgainstPython(t *testing.T) {
	rows := disassembled()
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			var input strings.Builder
			for _, p := range rows {
				fmt.Fprintln(&input, base64.StdEncoding.EncodeToString([]byte(p)))
			}
			program, err := os.ReadFile(python.Script(judge))
			if err != nil {
				t.Fatal(err)
			}
			out := python.Eval(t.Context(), t, string(program), strings.NewReader(input.String()))
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")[1:]
			if len(lines) != len(rows) {
				t.Fatalf("%d verdicts for %d pickles", len(lines), len(rows))
			}
			judged := 0
			old := python.Version == "3.6" || python.Version == "3.7"
			for i, line := range lines {
				var v verdict
				if err := json.Unmarshal([]byte(line), &v); err != nil {
					t.Fatal(err)
				}
				if old && protocol5.MatchString(strconv.QuoteToASCII(rows[i])) && v.Error != "" {
					continue // protocol 5 is younger
				}
				if v.Silent == "" {
					judged++
				}
				if why := disagrees([]byte(rows[i]), v); why != "" {
					t.Errorf("%q: %s", rows[i], why)
				}
			}
			if judged < len(rows)/2 {
				t.Errorf("Python has an opinion on %d of %d pickles only", judged, len(rows))
			}
			t.Logf("Python has an opinion on %d of %d pickles", judged, len(rows))
		})
	}
}

const testerProgram = `
import base64, contextlib, io, json, pickle, sys
sys.modules.setdefault('_testcapi', None)
from test import pickletester
for name in sorted(dir(pickletester)):
    data = getattr(pickletester, name)
    if not isinstance(data, bytes) or not data.endswith(b'.'):
        continue
    for encoding in ('ASCII', 'latin1'):
        try:
            value = pickle.loads(data, encoding=encoding)
        except Exception as e:
            print(json.dumps([name, encoding, base64.b64encode(data).decode(), None, repr(e)]))
            continue
        again = base64.b64encode(pickle.dumps(value, 4)).decode()
        print(json.dumps([name, encoding, base64.b64encode(data).decode(), again, None]))
`

// TestPickletesterData decodes the pickles that CPython's own tests hold, and compares each with
// what CPython writes for the value that it reads from it.
func TestPickletesterData(t *testing.T) {
	python := pyenv.Newest(t)
	out := python.Eval(t.Context(), t, testerProgram, strings.NewReader(""))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	read := 0
	for _, line := range lines {
		var row [5]*string
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		name := *row[0] + " as " + *row[1]
		data, err := base64.StdEncoding.DecodeString(*row[2])
		if err != nil {
			t.Fatal(err)
		}
		encoding := pickle.ASCII
		if *row[1] == "latin1" {
			encoding = pickle.Latin1
		}
		var got any
		err = pickle.Unmarshal(data, &got, pickle.WithStringEncoding(encoding))
		if row[3] == nil {
			if err == nil && !holdsObject(got) {
				t.Errorf("%s: accepted, but Python says %s", name, *row[4])
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := base64.StdEncoding.DecodeString(*row[3])
		if err != nil {
			t.Fatal(err)
		}
		var want any
		if err := pickle.Unmarshal(again, &want); err != nil {
			t.Errorf("%s, written again: %v", name, err)
			continue
		}
		if py.Repr(got) != py.Repr(want) {
			t.Errorf("%s: %s, want %s", name, py.Repr(got), py.Repr(want))
		}
		read++
	}
	if read < 20 {
		t.Fatalf("only %d of the test's pickles were compared", read)
	}
	t.Log(read, "pickles")
}

// TestJudgeOutlivesHostilePickles has the judge read what CPython itself hangs on or dies of, and
// what it does not.
func TestJudgeOutlivesHostilePickles(t *testing.T) {
	t.Parallel()
	process := pyenv.Newest(t).Start(t, judge)
	process.Ready(&struct{}{})
	for _, row := range []struct{ name, pickle, want string }{
		{"a repr that is endless", "N" + strings.Repeat("2\x86", 60) + ".", "hangs"},
		{"a hash too deep for C's stack", "})" + strings.Repeat("\x85", 400_000) + "Ns.", "crashes hangs"}, // whatever comes first
		{"a memo of a gigabyte", "Nr\x00\x00\x00\x04.", "MemoryError"},
	} {
		if v := ask(t, process, []byte(row.pickle)); v.Silent == "" || !strings.Contains(row.want, v.Silent) {
			t.Errorf("%s: %+v, want %s", row.name, v, row.want)
		}
	}
	if v := ask(t, process, []byte("N.")); v.Repr == nil || *v.Repr != "None" {
		t.Errorf("None is read as %+v", v)
	}
}

// ask returns the judge's verdict on a pickle.
func ask(t *testing.T, process *pyenv.Process, data []byte) verdict {
	t.Helper()
	if err := process.WriteLine(base64.StdEncoding.EncodeToString(data)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	line, err := process.ReadLine(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var v verdict
	if err := json.Unmarshal([]byte(line), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// FuzzAgainstPython compares with a Python that runs beside it.
func FuzzAgainstPython(f *testing.F) {
	addSeeds(f)
	python := pyenv.Newest(f).Start(f, judge)
	python.Ready(&struct{}{})
	options := small(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if why := disagrees(data, ask(t, python, data), options, pickle.WithBuffers(), pickle.WithExtensions(nil)); why != "" {
			t.Fatalf("%q: %s", data, why)
		}
	})
}
