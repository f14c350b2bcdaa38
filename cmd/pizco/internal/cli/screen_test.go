package cli_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli"
)

func FuzzEscape(f *testing.F) {
	for _, text := range []string{poison, "plain", "é\tü\n", "\xff\x9b", "\xed\xa0\x80\xed\xb0\x80", "\x1b[31mred\x1b[0m", "\u00a0\u3164\u2800", "a\u0301\u200d"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line, lines, written := cli.Escape(text, false), cli.Escape(text, true), cli.EscapeWritten(text)
		for what, out := range map[string]string{"a line": line, "lines": strings.ReplaceAll(lines, "\nfaked line", ""), "what was written": strings.ReplaceAll(written, "\nfaked line", "")} {
			isHarmless(t, what, out)
			if !utf8.ValidString(out) {
				t.Errorf("%s: %q is no UTF-8", what, out)
			}
		}
		if strings.ContainsAny(line, "\n\t\r") {
			t.Errorf("a line is %q", line)
		}
		if strings.Count(lines, "\n") != strings.Count(text, "\n") {
			t.Errorf("%q has other lines than %q", lines, text)
		}
		if again := cli.Escape(line, false); again != line {
			t.Errorf("%q is escaped twice: %q", line, again)
		}
	})
}

// TestEscape shows what texts become.
func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"plain text, é, 漢字": "plain text, é, 漢字", "a\nb\tc\r": `a\nb\tc\r`, "\x1b[0m": `\x1b[0m`, "\u202eabc": `\u202eabc`,
		"\xff": `\xff`, "\xed\xb2\x80": `\udc80`, "\U000e0041": `\U000e0041`, "\u2028": `\u2028`, `C:\udata`: `C:\udata`, "\u00a0": `\u00a0`,
	} {
		if got := cli.Escape(text, false); got != want {
			t.Errorf("%q becomes %s, want %s", text, got, want)
		}
	}
}
