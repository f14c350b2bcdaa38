package cli_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestPickleDisAgainstPython compares with pickletools.dis of the newest Python, for a file of
// several pickles.
func TestPickleDisAgainstPython(t *testing.T) {
	const values = `
import datetime, io, pickle, pickletools, sys
pickles = [pickle.dumps([{'a': (1, 2.5)}, datetime.date(2026, 11, 23), 'x' * 300], protocol) for protocol in range(6)]
`
	python := pyenv.Newest(t)
	data := python.Eval(t.Context(), t, values+"sys.stdout.buffer.write(b''.join(pickles))", strings.NewReader(""))
	want := python.Eval(t.Context(), t, values+`
start = 0
for data in pickles:
    print('pickle at', start)
    pickletools.dis(data)
    start += len(data)
`, strings.NewReader(""))
	runWith(t, settings{stdin: string(data)}, "pickle", "dis").want(t, 0, string(want), "")
	r := runWith(t, settings{stdin: string(data) + "]z"}, "pickle", "dis")
	if r.code != 5 || !strings.HasPrefix(r.stdout, string(want)) || !strings.Contains(r.stderr, "pizco: ") {
		t.Errorf("a broken pickle at the end: exit code %d\n%s%s", r.code, r.stdout[len(want):], r.stderr)
	}
}

func TestTapDisassembles(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		tapped := start(t, "tap", "--dis", exampleAnyPort, p.serve(t, pyenv.Robot))
		askThroughTap(t, "", tapped)
		tapped.WaitFor("the instructions", func(out string) bool {
			return strings.Contains(out, "BINUNICODE") && strings.Contains(out, "highest protocol among opcodes")
		})
		if code := tapped.Interrupt(); code != 0 {
			t.Errorf("ended with %d", code)
		}
	})
}
