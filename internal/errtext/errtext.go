// Package errtext cuts the texts of errors for readers outside of this program.
package errtext

import "strings"

// Bare returns the text of an error without the prefix of this module's packages, such as
// "pizco/py: ". A text without one is returned as it is.
func Bare(text string) string {
	if rest, ok := strings.CutPrefix(text, "pizco/"); ok {
		if pkg, after, ok := strings.Cut(rest, ": "); ok && !strings.Contains(pkg, " ") {
			return after
		}
	}
	return text
}
