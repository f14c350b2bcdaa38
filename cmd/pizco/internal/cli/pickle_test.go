package cli_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// literals are written by pickle encode and by each Python, which must agree.
var literals = []string{
	"None", "[True, False, 0, 255, 65536, -1]", "123456789012345678901234567890", "[1.5, -0.0, 1e999, 1j]",
	"['a', 'a', 'ab', 'ab', '', 'é', '\\ud800', 'α']", "[b'', b'a', b'a', b'ab', b'\\xff']", "((), (1,), (1, 2), (1, 2, 3, 4))",
	"{'a': {'b': [{}, []]}, 1: 2}", "{1}",
}

// TestPickleEncodeAgainstPython compares with pickle.dumps(ast.literal_eval(text)) of each Python,
// at each protocol.
func TestPickleEncodeAgainstPython(t *testing.T) {
	const program = `
import ast, pickle, sys
text = sys.stdin.read()
for protocol in range(5):
    print(pickle.dumps(ast.literal_eval(text), protocol).hex())
`
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			t.Parallel()
			text := "[" + strings.Join(literals, ", ") + "]"
			out := python.Eval(t.Context(), t, program, strings.NewReader(text))
			for protocol, want := range strings.Fields(string(out)) {
				run(t, "pickle", "encode", "-e", text, "-p", strconv.Itoa(protocol), "--as", python.Version, "--format", "hex").want(t, 0, want+"\n", "")
			}
		})
	}
}

// TestPickleFiles reads several pickles that a Python wrote to one file, from the file and from the
// standard input.
func TestPickleFiles(t *testing.T) {
	const program = `
import collections, datetime, decimal, pickle, sys
class Arm(object):
    pass
arm = Arm()
arm.name = 'left'
for protocol in range(5):
    for value in [{'a': [1, (2, 3)]}, datetime.date(2026, 11, 23), decimal.Decimal('1.50'), collections.OrderedDict([('x', 1)]), arm]:
        pickle.dump(value, sys.stdout.buffer, protocol)
`
	lines := "{'a': [1, (2, 3)]}\ndatetime.date(2026, 11, 23)\nDecimal('1.50')\nOrderedDict({'x': 1})\n"
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			t.Parallel()
			data := python.Eval(t.Context(), t, program, strings.NewReader(""))
			file := filepath.Join(t.TempDir(), "values.pickle")
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			decoded := run(t, "pickle", "decode", file)
			if decoded.code != 0 || strings.Count(decoded.stdout, lines) != 5 || strings.Count(decoded.stdout, "state={'name': 'left'}>\n") != 5 {
				t.Errorf("%d\n%s%s", decoded.code, decoded.stdout, decoded.stderr)
			}
			runWith(t, settings{stdin: string(data)}, "pickle", "decode", "-").want(t, 0, decoded.stdout, "")
			runWith(t, settings{stdin: string(data)}, "pickle", "reencode", "--as", python.Version).want(t, 0, string(data), "")
			run(t, "pickle", "reencode", "--check", "--as", python.Version, file).want(t, 0, "", "")
			again := runWith(t, settings{stdin: string(data)}, "pickle", "reencode", "-p", "2")
			if r := runWith(t, settings{stdin: again.stdout}, "pickle", "decode"); strings.Count(r.stdout, lines) != 5 {
				t.Errorf("through protocol 2:\n%s%s", r.stdout, r.stderr)
			}
		})
	}
}

func TestPickleErrors(t *testing.T) {
	for _, row := range []struct {
		stdin string
		args  []string
		want  string
	}{
		{"", []string{"decode"}, "the input is empty"},
		{"I1\n", []string{"decode"}, "offset 3"},
		{"\x80\x09.", []string{"decode"}, "protocol"},
		{"zz", []string{"decode", "--input", "hex"}, "the input: encoding/hex: invalid byte"},
		{"C\x01\xff.", []string{"decode", "--encoding", "ascii"}, ""},
		{"[1,", []string{"encode"}, "the input is not a python value: line 1, column 1: '[' was never closed"},
		{"[1,", []string{"encode", "--from", "json"}, "the input is not a json value: "},
		{"I1\n.", []string{"reencode", "--check", "--protocol", "2"}, "the pickle would be written differently from offset 0 on"},
	} {
		r := runWith(t, settings{stdin: row.stdin}, append([]string{"pickle"}, row.args...)...)
		if row.want == "" {
			if r.code != 0 {
				t.Errorf("%q: exit code %d, %s", row.stdin, r.code, r.stderr)
			}
			continue
		}
		if r.code != 5 || !strings.Contains(r.stderr, row.want) {
			t.Errorf("%q: exit code %d, %s", row.stdin, r.code, r.stderr)
		}
	}
}

// TestPickleIsSafe decodes what would run a command in Python, and what would fill the memory.
func TestPickleIsSafe(t *testing.T) {
	run := func(stdin string, args ...string) result {
		return runWith(t, settings{stdin: stdin}, append([]string{"pickle", "decode", "--input", "hex"}, args...)...)
	}
	hexed := hex.EncodeToString
	run(hexed([]byte("cos\nsystem\n(S'touch /tmp/owned'\ntR.")), "-o", "json").want(t, 0,
		`{"class": "os.system", "args": ["touch /tmp/owned"]}`+"\n", "")
	if r := run(hexed([]byte("\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f."))); r.code != 5 || !strings.HasPrefix(r.stderr, "pizco: ") {
		t.Errorf("a bytes of 2**63-1: exit code %d, %s", r.code, r.stderr)
	}
	// Lists that hold the last one twice, a hundred times over: printed out they would not fit
	// anywhere.
	bomb := "\x80\x02]q\x00" + strings.Repeat("h\x00h\x00\x86q\x00", 100) + "."
	if r := run(hexed([]byte(bomb)), "-o", "json"); r.code != 5 || !strings.Contains(r.stderr, "--max-output prints more") {
		t.Errorf("a bomb: exit code %d, %.100s%s", r.code, r.stdout, r.stderr)
	}
}
