package gotype

import (
	"strings"
	"unicode"
)

// Snake returns the Python spelling of a Go name: SetFactorX is set_factor_x, HTTPServer is
// http_server, UserIDs is user_ids and FunArg2 is fun_arg2. A digit belongs to the word before it.
func Snake(name string) string {
	runes := []rune(name)
	var b strings.Builder
	b.Grow(len(name) + 4)
	for i, r := range runes {
		if startsWord(runes, i) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// startsWord reports whether a word begins at runes[i] that nothing yet separates from the one
// before.
func startsWord(runes []rune, i int) bool {
	if i == 0 || !unicode.IsUpper(runes[i]) || runes[i-1] == '_' {
		return false
	}
	if !unicode.IsUpper(runes[i-1]) {
		return true
	}
	// Inside of a run of capitals the last one begins a word when a small letter follows it, as in
	// HTTPServer.
	return i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !isPluralOfInitials(runes, i+1)
}

// isPluralOfInitials reports whether runes[i] is the s of a word such as IDs.
func isPluralOfInitials(runes []rune, i int) bool {
	return runes[i] == 's' && (i+1 == len(runes) || unicode.IsUpper(runes[i+1]) || runes[i+1] == '_')
}
