package jsonser

import (
	"math"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pizco-go/pizco/internal/wtf8"
	"github.com/pizco-go/pizco/py"
)

const hexDigits = "0123456789abcdef"

// appendFloat appends a float as json.dumps writes it: its repr, and names of its own for what is
// not finite.
func appendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	return py.AppendFloat(dst, f)
}

// text writes a str with all but printable ASCII escaped, characters beyond U+FFFF as the surrogate
// pairs of UTF-16.
func (e *encoder) text(s string) error {
	buf := e.buf
	buf = append(buf, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if isPlain(c) {
			i++
			continue
		}
		buf = append(buf, s[done:i]...)
		if c < utf8.RuneSelf {
			buf = appendEscape(buf, c)
			i++
			done = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size <= 1 {
			if r, size = wtf8.Decode(s[i:]); size == 0 {
				return typeError("a Go string that is not UTF-8 is not a str")
			}
		}
		buf = appendRune(buf, r)
		i += size
		done = i
	}
	buf = append(buf, s[done:]...)
	buf = append(buf, '"')
	e.buf = buf
	return nil
}

// isPlain reports whether a byte stands for itself in a JSON string.
func isPlain(c byte) bool { return plain[c] }

var plain = func() (p [256]bool) {
	for c := ' '; c <= '~'; c++ {
		p[c] = c != '"' && c != '\\'
	}
	return p
}()

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	case '\f':
		return append(dst, `\f`...)
	case '\b':
		return append(dst, `\b`...)
	}
	return appendUnit(dst, uint16(c))
}

func appendRune(dst []byte, r rune) []byte {
	if r > math.MaxUint16 {
		hi, lo := utf16.EncodeRune(r)
		return appendUnit(appendUnit(dst, uint16(hi)), uint16(lo))
	}
	return appendUnit(dst, uint16(r))
}

func appendUnit(dst []byte, u uint16) []byte {
	dst = append(dst, `\u0000`...)
	digits := dst[len(dst)-4:]
	digits[0], digits[1], digits[2], digits[3] = hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15]
	return dst
}
