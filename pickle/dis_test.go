package pickle_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
)

const disProgram = `
import base64, io, pickletools, sys
sys.stdout.reconfigure(errors='backslashreplace')
for line in sys.stdin:
    out = io.StringIO()
    try:
        pickletools.dis(base64.b64decode(line), out)
        failed = 0
    except Exception as e:
        failed = 1
    print(failed, base64.b64encode(out.getvalue().encode('utf-8', 'surrogatepass')).decode())
`

// disassembled are the pickles whose disassembly is compared with Python's: good ones and bad ones.
func disassembled() []string {
	all := append([]string{}, typedValues...)
	for _, row := range values {
		all = append(all, row.pickle)
	}
	for _, row := range malformed {
		all = append(all, row.pickle)
	}
	return append(all, "(((ttt.", "](]q\x00(K\x01eh\x00e.", "Nq\x00Nq\x00\x86.", "N(q\x00.", "(N0"+"0.", "NN.", "U\x04\xe9'\"\n.", "V\xe9\\u20ac\\ud800\\x00\n.", "S'\\x00\"\\''\n.")
}

func TestDisLive(t *testing.T) {
	rows := disassembled()
	var input strings.Builder
	for _, p := range rows {
		fmt.Fprintln(&input, base64.StdEncoding.EncodeToString([]byte(p)))
	}
	out := pyenv.Newest(t).Eval(t.Context(), t, disProgram, strings.NewReader(input.String()))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(rows) {
		t.Fatalf("%d lines for %d pickles", len(lines), len(rows))
	}
	for i, line := range lines {
		failed, text, _ := strings.Cut(line, " ")
		want, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		err = pickle.Dis(&got, []byte(rows[i]))
		if (err != nil) != (failed == "1") || got.String() != string(want) {
			t.Errorf("%q: %v, Python failed: %s\ngot\n%s\nwant\n%s", rows[i], err, failed, got.String(), want)
		}
	}
}

func ExampleDis() {
	if err := pickle.Dis(os.Stdout, []byte("\x80\x04]\x94(K\x01\x8c\x03two\x94e.")); err != nil {
		fmt.Println(err)
	}
	// Output:
	//     0: \x80 PROTO      4
	//     2: ]    EMPTY_LIST
	//     3: \x94 MEMOIZE    (as 0)
	//     4: (    MARK
	//     5: K        BININT1    1
	//     7: \x8c     SHORT_BINUNICODE 'two'
	//    12: \x94     MEMOIZE    (as 1)
	//    13: e        APPENDS    (MARK at 4)
	//    14: .    STOP
	// highest protocol among opcodes = 4
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken") }

func TestDisReportsItsWriter(t *testing.T) {
	if err := pickle.Dis(brokenWriter{}, []byte("N.")); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Fatal(err)
	}
}
