package jsonser_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/jsonser"
)

// TestMemory holds that a document takes no more than 64 MiB and 24 times its size, by default, and
// what WithMaxMemory says otherwise.
func TestMemory(t *testing.T) {
	const (
		size   = 3 << 20
		growth = 2.5 // slices that grow leave their former memory behind
	)
	list := func(item string) string { return "[" + strings.Repeat(item+",", size/len(item)) + "1]" }
	var names strings.Builder
	for i := 0; names.Len() < size; i++ {
		fmt.Fprintf(&names, `"%x":1,`, i)
	}
	for name, row := range map[string]struct {
		document string
		refused  jsonser.Kind
	}{
		"numbers": {list("1"), 0}, "floats": {list("1e1"), 0}, "long ints": {list("99999999999999999999"), 0}, "lists": {list("[]"), 0},
		"lists of one": {list("[1]"), 0}, "empty strings": {list(`""`), 0}, "strings": {list(`"abc"`), 0}, "records": {list(`{"a":1,"b":2,"c":3,"d":4,"e":5}`), 0},
		"one object": {"{" + names.String() + `"z":1}`, 0}, "empty objects": {list("{}"), jsonser.TooMuchMemory}, "nesting": {strings.Repeat("[", size), jsonser.TooDeep},
		"nesting of objects": {strings.Repeat(`{"a":`, size/5), jsonser.TooDeep},
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var v any
		err := jsonser.Unmarshal([]byte(row.document), &v)
		runtime.ReadMemStats(&after)
		took := float64(after.TotalAlloc - before.TotalAlloc)
		if most := jsonser.DefaultMaxMemory + jsonser.DefaultMemoryFactor*len(row.document); took > growth*float64(most) {
			t.Errorf("%s: %d bytes take %.0f MB", name, len(row.document), took/1e6)
		}
		var syntax *jsonser.SyntaxError
		if row.refused == 0 && err != nil || row.refused != 0 && (!errors.As(err, &syntax) || syntax.Kind != row.refused) {
			t.Errorf("%s: %v", name, err)
		}
		if row.refused == jsonser.TooMuchMemory {
			if err := jsonser.Unmarshal([]byte(row.document), &v, jsonser.WithMaxMemory(1<<30)); err != nil {
				t.Errorf("%s within 1 GiB: %v", name, err)
			}
		}
	}
}
