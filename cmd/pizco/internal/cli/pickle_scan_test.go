package cli_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

const (
	dateCall   = "cdatetime\ndate\n(I2026\nI11\nI23\ntR."
	systemCall = "cos\nsystem\n(S'ls'\ntR."
)

func TestPickleScan(t *testing.T) {
	for _, row := range []struct {
		stdin  string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"N.", nil, 0, "", ""},
		{"", nil, 5, "", "the input is empty"},
		{dateCall + dateCall, nil, 0, "datetime.date: imported 2 times from 0 on, called 2 times from 31 on\n", ""},
		{
			dateCall + systemCall, nil, 1,
			"datetime.date: imported at 0, called at 31\nos.system: imported at 33, called at 52; not on the list\n", "1 name is not on the list",
		},
		{systemCall, []string{"--allow", "os.system"}, 0, "os.system: imported at 0, called at 19\n", ""},
		{
			systemCall, []string{"-o", "json"}, 1,
			`[{"name": "os.system", "listed": false, "imported": {"count": 1, "first": 0}, "called": {"count": 1, "first": 19}}]` + "\n", "1 name is",
		},
		{dateCall[:31], nil, 5, "datetime.date: imported at 0\n", "the input ends within the pickle"},
		{"N." + dateCall[:31], nil, 5, "datetime.date: imported at 2\n", "the pickle at 2: "},
		{systemCall[:20], nil, 1, "os.system: imported at 0, called at 19; not on the list\n", "the rest cannot be read: at offset 20"},
		{"cos\nsystem\ncos\npopen\n\x86.", nil, 1, "os.system: imported at 0; not on the list\nos.popen: imported at 11; not on the list\n", "2 names are"},
		{"cos\n\x1b[2Jx\n.", nil, 1, "os.\\x1b[2Jx: imported at 0; not on the list\n", "1 name is"},
		{"Pid\n.", []string{"--allow", "<persistent id>"}, 0, "<persistent id>: called at 0\n", ""},
		{"\x80\x02cnumpy\ndtype\n}b.", []string{"--allow", "numpy.dtype"}, 0, "numpy.dtype: imported at 2, changed at 16\n", ""},
	} {
		r := runWith(t, settings{stdin: row.stdin}, append([]string{"pickle", "scan"}, row.args...)...)
		if r.code != row.code || r.stdout != row.stdout || !strings.Contains(r.stderr, row.stderr) || row.stderr == "" && r.stderr != "" {
			t.Errorf("%q %q: exit code %d, want %d\n%s%swant\n%s%s", row.stdin, row.args, r.code, row.code, r.stdout, r.stderr, row.stdout, row.stderr)
		}
	}
}

// TestPickleScanLive scans values of the standard library, as each Python writes them.
func TestPickleScanLive(t *testing.T) {
	const values = `
import collections, datetime, decimal, fractions, ipaddress, pathlib, pickle, sys, uuid
values = [
    {1}, b'a', bytearray(b'a'), 1j, range(3), OSError(2, 'no'), ValueError('x'), collections.OrderedDict(a=1), collections.Counter('ab'),
    collections.deque([1]), datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(1), decimal.Decimal('1.5'), fractions.Fraction(1, 3),
    ipaddress.ip_address('127.0.0.1'), pathlib.PurePosixPath('a'), uuid.UUID(int=1),
]
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    for value in values:
        pickle.dump(value, sys.stdout.buffer, protocol)
`
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			t.Parallel()
			data := python.Eval(t.Context(), t, values, strings.NewReader(""))
			r := runWith(t, settings{stdin: string(data)}, "pickle", "scan")
			if r.code != 0 || !strings.Contains(r.stdout, "uuid.UUID: imported ") {
				t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
			}
		})
	}
}
