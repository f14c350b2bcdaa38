package cli_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestBenchShowsProgress sees the line that is written over and over on a terminal, and is gone at
// the end.
func TestBenchShowsProgress(t *testing.T) {
	progress := regexp.MustCompile(`\r\x1b\[K *\d+%  \d+ calls  \d+ calls/s`)
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Robot)
		term := newTerminal(t, nil, "bench", "-d", "1000s", endpoint)
		term.WaitFor("progress", func(out string) bool { return len(progress.FindAllString(out, 3)) == 3 })
		term.typed(ctrlC, "calls/s\nlatency  min ")
		if code := term.Wait(); code != 0 {
			t.Errorf("ended with %d", code)
		}
		out := term.Output()
		last := out[strings.LastIndex(out, "\r\x1b[K"):]
		if !regexp.MustCompile(`^\r\x1b\[K\d+ calls in \S+ by 1 client: .*\d+ calls/s.*\r\nlatency  min .*  p50 .*  max \S+\r\n$`).MatchString(last) {
			t.Errorf("the end is %q", last)
		}
		// Without a terminal there is no progress.
		r := run(t, "bench", "-n", "100", "-c", "2", endpoint, "greet", "'you'")
		r.wantMatch(t, 0, "100 calls in ... by 2 clients: ... calls/s\nlatency  min ...")
		if r.stderr != "" || strings.Contains(r.stdout, "\x1b") {
			t.Errorf("%q %q", r.stdout, r.stderr)
		}
	})
}

// TestColorsAreForTerminals shows the colours that a terminal gets by default, and what turns them
// off.
func TestColorsAreForTerminals(t *testing.T) {
	for _, row := range []struct {
		env      []string
		args     []string
		coloured bool
	}{
		{nil, nil, true},
		{[]string{"NO_COLOR=1"}, nil, false},
		{[]string{"TERM=dumb"}, nil, false},
		{nil, []string{"--color", "never"}, false},
		{[]string{"NO_COLOR=1"}, []string{"--color", "always"}, true},
	} {
		term := newTerminal(t, row.env, append(row.args, "get", "nowhere", "x")...)
		if code := term.Wait(); code != 2 {
			t.Errorf("ended with %d", code)
		}
		if strings.Contains(term.Output(), "\x1b[31") != row.coloured {
			t.Errorf("%v %v: %q", row.env, row.args, term.Output())
		}
	}
}
