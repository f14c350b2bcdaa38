package py

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/pizco-go/pizco/internal/wtf8"
)

const lowerHex = "0123456789abcdef"

// quote writes a str as str.__repr__ does. Which characters are printable is Unicode's matter: Go's
// tables and a Python's may be of different versions, and then characters that only one of them
// knows come out escaped in one and plain in the other.
func (r *repr) quote(s string) {
	q := quoteFor(strings.ContainsRune(s, '\''), strings.ContainsRune(s, '"'))
	r.out = append(r.out, q)
	for len(s) > 0 && !r.full() {
		c, n := decodeCharacter(s)
		switch {
		case c == rune(q) || c == '\\':
			r.out = append(r.out, '\\', byte(c))
		case r.control(c):
		case c < 0x7F || c > 0x7F && unicode.IsPrint(c):
			r.out = append(r.out, s[:n]...)
		default:
			r.escape(c)
		}
		s = s[n:]
	}
	r.out = append(r.out, q)
}

// decodeCharacter is wtf8.Decode that takes a byte that is no UTF-8 for a surrogate as Python's
// surrogateescape does.
func decodeCharacter(s string) (rune, int) {
	if c, n := wtf8.Decode(s); n > 0 {
		return c, n
	}
	return 0xDC00 | rune(s[0]), 1
}

func quoteFor(single, double bool) byte {
	if single && !double {
		return '"'
	}
	return '\''
}

// control writes the escape of a control character, if c is one.
func (r *repr) control(c rune) bool {
	switch {
	case c == '\t':
		r.str(`\t`)
	case c == '\n':
		r.str(`\n`)
	case c == '\r':
		r.str(`\r`)
	case c < ' ':
		r.escape(c)
	default:
		return false
	}
	return true
}

func (r *repr) escape(c rune) {
	digits := 8
	switch {
	case c <= 0xFF:
		digits = 2
		r.str(`\x`)
	case c <= 0xFFFF:
		digits = 4
		r.str(`\u`)
	default:
		r.str(`\U`)
	}
	for digits--; digits >= 0; digits-- {
		r.out = append(r.out, lowerHex[c>>(4*digits)&0xF])
	}
}

// quoteBytes writes bytes as bytes.__repr__ does. That of bytearray escapes every single quote,
// needed or not.
func (r *repr) quoteBytes(b []byte, array bool) {
	q := quoteFor(bytes.IndexByte(b, '\'') >= 0, bytes.IndexByte(b, '"') >= 0)
	r.out = append(r.out, 'b', q)
	for _, c := range b {
		if r.full() {
			break
		}
		switch {
		case c == q && !array, c == '\\', c == '\'' && array:
			r.out = append(r.out, '\\', c)
		case r.control(rune(c)):
		case c >= 0x7F:
			r.escape(rune(c))
		default:
			r.out = append(r.out, c)
		}
	}
	r.out = append(r.out, q)
}
