package pickle

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pizco-go/pizco/internal/wtf8"
)

// parseFloat reads a float as Python's repr writes it: decimal, "inf" or "nan", nothing around it.
// Like Python it refuses a number that is too large.
func parseFloat(s string) (float64, bool) {
	if strings.ContainsAny(s, "xXpP_") {
		return 0, false
	}
	if unsigned := strings.TrimPrefix(s, "-"); strings.EqualFold(unsigned, "nan") {
		return math.Copysign(math.NaN(), float64(len(unsigned)-len(s))), true
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// appendUnescaped appends the bytes of a Python 2 string literal, which is given without its
// quotes. For an invalid literal it returns what is wrong.
func appendUnescaped(dst, s []byte) ([]byte, string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			dst = append(dst, s[i])
			continue
		}
		i++
		if i == len(s) {
			return nil, `a string ends with \`
		}
		switch c := s[i]; c {
		case '\n':
		case '\\', '\'', '"':
			dst = append(dst, c)
		case 'x':
			if i+2 >= len(s) {
				return nil, `invalid \x escape in a string`
			}
			v, err := strconv.ParseUint(string(s[i+1:i+3]), 16, 8)
			if err != nil {
				return nil, `invalid \x escape in a string`
			}
			dst = append(dst, byte(v))
			i += 2
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v := 0
			end := min(i+3, len(s))
			for ; i < end && s[i] >= '0' && s[i] <= '7'; i++ {
				v = v<<3 | int(s[i]-'0')
			}
			i--
			dst = append(dst, byte(v))
		default:
			if at := strings.IndexByte("abtnvfr", c); at >= 0 {
				dst = append(dst, "\a\b\t\n\v\f\r"[at])
			} else {
				dst = append(dst, '\\', c)
			}
		}
	}
	return dst, ""
}

// appendRawUnicode appends the UTF-8 of a text in Python's raw-unicode-escape encoding. For an
// invalid text it returns what is wrong.
func appendRawUnicode(dst, s []byte) ([]byte, string) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '\\' || i+1 == len(s) {
			dst = utf8.AppendRune(dst, rune(c))
			continue
		}
		i++
		var digits int
		switch s[i] {
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		default:
			dst = append(dst, '\\')
			dst = utf8.AppendRune(dst, rune(s[i]))
			continue
		}
		if i+digits >= len(s) {
			return nil, "a Unicode escape is cut off"
		}
		v, err := strconv.ParseUint(string(s[i+1:i+1+digits]), 16, 32)
		if err != nil || v > utf8.MaxRune {
			return nil, "invalid Unicode escape"
		}
		dst = wtf8.Append(dst, rune(v))
		i += digits
	}
	return dst, ""
}
