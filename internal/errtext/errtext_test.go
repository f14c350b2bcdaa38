package errtext_test

import (
	"testing"

	"github.com/pizco-go/pizco/internal/errtext"
)

func TestBare(t *testing.T) {
	for text, want := range map[string]string{
		"pizco/py: unhashable type: 'list'":   "unhashable type: 'list'",
		"pizco/interop/graph: no such node":   "no such node",
		"pizco/a path with spaces: is a file": "pizco/a path with spaces: is a file",
		"pizco/py":                            "pizco/py",
		"open f: not found":                   "open f: not found",
		"":                                    "",
	} {
		if got := errtext.Bare(text); got != want {
			t.Errorf("Bare(%q) = %q, want %q", text, got, want)
		}
	}
}
