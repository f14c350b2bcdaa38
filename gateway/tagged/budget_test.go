package tagged_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/gateway/tagged"
)

// TestLongKeys reads a document of many items under a long key. Where an error is, is only put
// together when there is one.
func TestLongKeys(t *testing.T) {
	key := strings.Repeat("k", 300_000)
	for _, document := range []string{
		`{"` + key + `": [` + strings.Repeat("0,", 200_000) + `0]}`,
		`{"` + key + `": {"$set": [` + strings.Repeat("[],", 200_000) + `0]}}`,
		`{"` + key + `": [` + strings.Repeat("0,", 200_000) + `{"$unknown": 1}]}`,
		`{"` + key + `": [` + strings.Repeat("0,", 200_000) + `1e999]}`,
	} {
		allocated := testing.AllocsPerRun(1, func() {
			if _, err := tagged.Decode([]byte(document)); err != nil && len(err.Error()) > 1000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
		if allocated > 700_000 { // three for an item; its path took more
			t.Errorf("%.0f allocations", allocated)
		}
	}
}

// TestMemory refuses documents that take more memory than they may, whatever they are made of.
func TestMemory(t *testing.T) {
	for name, item := range map[string]string{
		"lists": `[],`, "dicts": `{},`, "pairs": `{"a":1},`, "tuples": `{"$tuple":[]},`, "sets": `{"$set":[]},`, "numbers": `1,`, "texts": `"x",`,
		"dates": `{"$date":"2026-01-01"},`, "bytes": `{"$bytes":""},`,
	} {
		document := []byte("[" + strings.Repeat(item, 4<<20/len(item)) + "0]")
		if _, err := tagged.Decode(document, tagged.WithMaxMemory(4<<20)); !errors.Is(err, tagged.ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStop ends the work when it is no longer wanted.
func TestStop(t *testing.T) {
	gone := errors.New("gone")
	document := []byte("[" + strings.Repeat("[],", 100_000) + "0]")
	if _, err := tagged.Decode(document, tagged.WithStop(func() error { return gone })); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
	v, err := tagged.Decode(document)
	if err != nil {
		t.Fatal(err)
	}
	for name, encode := range map[string]func(any, ...tagged.Option) ([]byte, error){"tagged": tagged.Encode, "plain": tagged.Plain} {
		if _, err := encode(v, tagged.WithStop(func() error { return gone })); !errors.Is(err, gone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
