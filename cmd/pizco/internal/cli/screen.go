package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pizco-go/pizco/internal/wtf8"
)

// Much of what the tool prints comes from peers, and a terminal obeys what it is shown. So each
// text has one of two types: string, which is escaped when it is printed, or shown, which has been
// escaped. Behind that a screen lets pass only printable text, line ends, tabs and the tool's own
// colours. --raw turns both off.

// shown is text as it may be printed: what came from outside is escaped in it.
type shown string

// line returns a text as part of a line: whatever is not printable is escaped, line ends and tabs
// too.
func (s style) line(text string) shown { return s.escaped(text, false) }

// lines returns a text that has several lines, such as a traceback: line ends and tabs stay.
func (s style) lines(text string) shown { return s.escaped(text, true) }

func (s style) escaped(text string, lines bool) shown {
	if s.raw {
		return shown(text)
	}
	return shown(escape(text, lines))
}

// escape writes what is not printable as Python's repr does: \n, \x1b, \u202e. Bytes that are no
// UTF-8 are \x.., lone surrogates \ud800.
func escape(text string, lines bool) string {
	return escapeAs(text, lines, func(c byte) string { return fmt.Sprintf(`\x%02x`, c) }, escapeOf)
}

// escapeAs writes a text. invalid writes a byte that is not UTF-8, and hidden a character that does
// not pass.
func escapeAs(text string, lines bool, invalid func(byte) string, hidden func(rune) string) string {
	if isPrintable(text, lines) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := wtf8.Decode(text)
		switch {
		case size == 0:
			b.WriteString(invalid(text[0]))
			size = 1
		case passes(r, lines):
			b.WriteString(text[:size])
		default:
			b.WriteString(hidden(r))
		}
		text = text[size:]
	}
	return b.String()
}

func isPrintable(text string, lines bool) bool {
	for _, r := range text {
		if r == utf8.RuneError || !passes(r, lines) {
			return false
		}
	}
	return true
}

// passes reports whether a character is shown as it is. Characters that no font shows do not pass,
// such as control characters, marks of direction, joiners and line separators, nor does unassigned
// Unicode.
func passes(r rune, lines bool) bool {
	switch {
	case r == ' ':
		return true
	case r == '\n' || r == '\t':
		return lines
	case isInvisible(r):
		return false
	}
	return unicode.IsPrint(r)
}

// isInvisible reports whether a character counts as printable and yet shows nothing, or a blank.
func isInvisible(r rune) bool {
	switch r {
	case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0:
		return true
	}
	return r >= 0x180b && r <= 0x180f || r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef
}

func escapeOf(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// screen is a standard stream. What is written to it is escaped once more: a text that was never
// made ready is not obeyed either.
type screen struct {
	stream io.Writer
	tool   *tool
}

// colour is what style.paint writes.
var colour = regexp.MustCompile(`^\x1b\[[0-9;]{1,12}m`)

// Write prints text. The colours of the tool pass where it uses some.
func (s *screen) Write(p []byte) (int, error) {
	if s.tool.settings.raw || isPlain(p) {
		return s.stream.Write(p)
	}
	var b strings.Builder
	coloured := s.tool.style(s).enabled
	for rest := p; len(rest) > 0; {
		i := bytes.IndexByte(rest, 0x1b)
		if i < 0 {
			i = len(rest)
		}
		b.WriteString(escapeJSON(string(rest[:i])))
		if rest = rest[i:]; len(rest) == 0 {
			break
		}
		own := colour.Find(rest)
		if own == nil || !coloured {
			b.WriteString(`\u001b`)
			rest = rest[1:]
			continue
		}
		b.Write(own)
		rest = rest[len(own):]
	}
	if _, err := io.WriteString(s.stream, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// isPlain reports whether a text is printable ASCII in lines.
func isPlain(p []byte) bool {
	for _, c := range p {
		if (c < ' ' || c > '~') && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// escapeJSON escapes as JSON does, since what has not been made ready may be the log in JSON.
func escapeJSON(text string) string {
	return escapeAs(text, true, func(c byte) string { return fmt.Sprintf(`\u%04x`, 0xdc00+rune(c)) }, func(r rune) string {
		if r < 0x10000 {
			return fmt.Sprintf(`\u%04x`, r)
		}
		r -= 0x10000
		return fmt.Sprintf(`\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	})
}

// printf prints to the standard output. Strings, errors and whatever else has a text are escaped as
// parts of a line; what is shown is not.
func (t *tool) printf(format string, args ...any) error {
	return t.printTo(t.stdout, format, args...)
}

func (t *tool) printTo(to *screen, format string, args ...any) error {
	style := t.style(to)
	ready := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case shown:
			ready[i] = string(arg)
		case string:
			ready[i] = string(style.line(arg))
		case error:
			ready[i] = string(style.line(arg.Error()))
		case fmt.Stringer:
			ready[i] = string(style.line(arg.String()))
		default:
			ready[i] = arg
		}
	}
	_, err := fmt.Fprintf(to, format, ready...)
	return err
}

// control writes what only the tool itself says to a terminal, such as to clear a line, around text
// that is shown.
func (t *tool) control(to *screen, before string, text shown, after string) error {
	_, err := io.WriteString(to.stream, before+string(text)+after)
	return err
}

// shownError returns the text of an error on a line, or of several joined errors on a line each.
func (s style) shownError(err error) shown {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) || errorText(err) != joinedText(joined.Unwrap()) {
		return s.line(errorText(err))
	}
	var texts []string
	for _, err := range joined.Unwrap() {
		texts = append(texts, string(s.shownError(err)))
	}
	return shown(strings.Join(texts, "\n"))
}

func joinedText(errs []error) string {
	var texts []string
	for _, err := range errs {
		texts = append(texts, errorText(err))
	}
	return strings.Join(texts, "\n")
}
