package goagent

import (
	"strings"
	"unicode"
)

// validName reports whether s is a Python identifier.
func validName(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// private reports whether a name is one that is never served.
func private(name string) bool { return strings.HasPrefix(name, "_") }

// typeName returns the name of the class of a Go type without its type parameters.
func typeName(name string) string {
	name, _, _ = strings.Cut(name, "[")
	if name == "" {
		return "object"
	}
	return name
}
