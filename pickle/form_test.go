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
