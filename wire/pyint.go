package wire

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pythonInt reads a number as Python's int(str) does: white space around it, a sign, single
// underscores between digits, the digits and spaces of all scripts. It fails for what does not fit
// a C long, as pickle.dumps does.
func pythonInt(text string) (int64, error) {
	s := toASCIIDigits(text)
	s = strings.Trim(s, " \t\n\v\f\r")
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" || !isDigits(digits) {
		return 0, fmt.Errorf("invalid literal for int() with base 10: %q", clip(text))
	}
	n, err := strconv.ParseInt(s[:len(s)-len(digits)]+strings.ReplaceAll(digits, "_", ""), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("python int too large to convert to C long: %q", clip(text))
	}
	return n, nil
}

// isDigits reports whether s is made of ASCII digits with single underscores between them.
func isDigits(s string) bool {
	underscore := true // none may come first
	for i := range len(s) {
		switch {
		case s[i] == '_' && !underscore:
			underscore = true
		case s[i] >= '0' && s[i] <= '9':
			underscore = false
		default:
			return false
		}
	}
	return !underscore
}

// toASCIIDigits replaces decimal digits and spaces of all scripts by their ASCII forms.
func toASCIIDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf:
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return decimalDigit(r)
	}, s)
}

// decimalDigit returns the ASCII digit for a decimal digit of any script, '?' for any other
// character. Unicode lays the decimal digits of a script out in rows of ten that begin with the
// zero.
func decimalDigit(r rune) rune {
	for _, row := range unicode.Nd.R16 {
		if lo, hi := rune(row.Lo), rune(row.Hi); lo <= r && r <= hi {
			return '0' + (r-lo)%10
		}
	}
	for _, row := range unicode.Nd.R32 {
		if lo, hi := rune(row.Lo), rune(row.Hi); lo <= r && r <= hi {
			return '0' + (r-lo)%10
		}
	}
	return '?'
}
