package pickle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// TestCallsBehindManyEntries reads values that are written as calls at the end of a pickle whose
// memo is large, in all sizes around the words of a set of memo entries.
func TestCallsBehindManyEntries(t *testing.T) {
	for _, n := range []int{0, 1, 62, 63, 64, 65, 255, 256, 257, 5000} {
		data := "\x80\x04](" + strings.Repeat("N\x94", n) + "\x8c\x08builtins\x94\x8c\x07complex\x94\x93\x94" +
			"G\x00\x00\x00\x00\x00\x00\x00\x00G\x00\x00\x00\x00\x00\x00\x00\x00\x86\x94R\x94e."
		var list []any
		if err := pickle.Unmarshal([]byte(data), &list); err != nil || fmt.Sprint(list[n]) != "(0+0i)" {
			t.Errorf("%d: %v, %s", n, err, py.Repr(list))
		}
	}
}

// TestNamesOfOneModule writes classes again whose module has one name for all of them, and for a
// call that makes a built-in value.
func TestNamesOfOneModule(t *testing.T) {
	for _, data := range []string{
		framed4("]\x94(\x8c\x08builtins\x94\x8c\x03str\x94\x93\x94h\x01\x8c\x04type\x94\x93\x94N\x85\x94R\x94h\x01\x8c\x03int\x94\x93\x94h\x01e."),
		framed4("]\x94(\x8c\x08builtins\x94\x8c\x03str\x94\x93\x94h\x01\x8c\x08Ellipsis\x94\x93\x94h\x01e."),
	} {
		var v any
		if err := pickle.Unmarshal([]byte(data), &v); err != nil {
			t.Fatal(err)
		}
		again(t, "a list", v, data)
	}
}
