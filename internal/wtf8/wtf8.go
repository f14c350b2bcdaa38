// Package wtf8 reads and writes the UTF-8 of Python's str, in which a lone surrogate stands as the
// three bytes that Python's error handler "surrogatepass" gives it.
package wtf8

import (
	"fmt"
	"unicode/utf8"
)

const (
	surrogateMin = 0xD800
	surrogateMax = 0xDFFF
)

// IsSurrogate reports whether r is a surrogate code point.
func IsSurrogate(r rune) bool { return r >= surrogateMin && r <= surrogateMax }

// Decode returns the first code point of s and its size in bytes, which is 0 when s begins with
// none.
func Decode[T ~string | ~[]byte](s T) (r rune, size int) {
	if len(s) > 0 && s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	if r, size := utf8.DecodeRuneInString(string(s[:min(len(s), utf8.UTFMax)])); r != utf8.RuneError || size > 1 {
		return r, size
	}
	if len(s) >= 3 && s[0] == 0xED && s[1]&0xE0 == 0xA0 && s[2]&0xC0 == 0x80 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return utf8.RuneError, 0
}

// Next is [Decode] for a text that may be invalid: a byte that is no part of a code point is
// utf8.RuneError, of size 1. The size is 0 only for an empty text.
func Next(s string) (r rune, size int) {
	if r, size = Decode(s); size == 0 && s != "" {
		return utf8.RuneError, 1
	}
	return r, size
}

// Escape returns a code point as Python's error handler "backslashreplace" writes it.
func Escape(r rune) string {
	switch {
	case r <= 0xFF:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xFFFF:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// Append appends a code point, which may be a surrogate.
func Append(dst []byte, r rune) []byte {
	if IsSurrogate(r) {
		return append(dst, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0xBF, 0x80|byte(r)&0xBF)
	}
	return utf8.AppendRune(dst, r)
}

// Invalid returns the offset of the first byte that is no part of a code point, or -1 when all are.
func Invalid(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := Decode(b[i:])
		if size == 0 {
			return i
		}
		i += size
	}
	return -1
}

// Count returns the number of code points in b, which must be valid.
func Count(b []byte) int {
	n := 0
	for _, c := range b {
		if c&0xC0 != 0x80 {
			n++
		}
	}
	return n
}
