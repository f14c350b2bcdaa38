// Package naming has the names that peers see: identifiers of Python, the tags of fields, and
// classes with their modules.
package naming

import (
	"strings"
	"unicode"
)

// Valid reports whether s is a Python identifier.
func Valid(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// Private reports whether a name is one that is never served.
func Private(name string) bool { return strings.HasPrefix(name, "_") }

// CutClass splits the full name of a class into module and class at the last dot. It returns false
// if there is no dot.
func CutClass(name string) (module, class string, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return name, "", false
	}
	return name[:i], name[i+1:], true
}
