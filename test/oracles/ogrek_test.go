// Package oracles compares package pickle with a second implementation in Go, og-rek. The first,
// gopickle, is asked by package pickle's own tests. CPython judges both.
package oracles

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	ogorek "github.com/kisielk/og-rek"

	"github.com/pizco-go/pizco/interop/corpus"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// plainText prints a graph in one way for package py's types and og-rek's. It reports false for
// what has no common form: objects, references, and what holds itself.
func plainText(v any, depth int) (string, bool) {
	if depth > 50 {
		return "", false
	}
	switch v := v.(type) {
	case nil, ogorek.None:
		return "None", true
	case bool, int, int64, *big.Int:
		return fmt.Sprint(v), true
	case float64:
		return string(py.AppendFloat(nil, v)), true
	case string:
		return strconv.Quote(v), true
	case []byte:
		return "b" + strconv.Quote(string(v)), true
	case ogorek.Bytes:
		return "b" + strconv.Quote(string(v)), true
	case py.Tuple:
		return sequence("(", ")", v, depth)
	case ogorek.Tuple:
		return sequence("(", ")", v, depth)
	case *py.List:
		return sequence("[", "]", v.Items, depth)
	case []any:
		return sequence("[", "]", v, depth)
	case *py.Dict:
		var items []any
		for k, e := range v.All() {
			items = append(items, py.Tuple{k, e})
		}
		return sequence("{", "}", items, depth)
	case map[any]any:
		var items []any
		for k, e := range v {
			items = append(items, py.Tuple{k, e})
		}
		return sequence("{", "}", items, depth)
	}
	return "", false
}

func sequence(open, end string, items []any, depth int) (string, bool) {
	var parts []string
	for _, item := range items {
		s, ok := plainText(item, depth+1)
		if !ok {
			return "", false
		}
		parts = append(parts, s)
	}
	if open == "{" {
		slices.Sort(parts) // og-rek's dicts have no order
	}
	return open + strings.Join(parts, ", ") + end, true
}

// ask returns what og-rek reads, as text, and whether it has an opinion.
func ask(data string) (text string, ok bool) {
	defer func() {
		if recover() != nil {
			text, ok = "", false // an oracle that panics has no opinion
		}
	}()
	v, err := ogorek.NewDecoder(strings.NewReader(data)).Decode()
	if err != nil {
		return "", false
	}
	return plainText(v, 0)
}

// disagreements are pickles that og-rek reads as another value than this package and CPython do.
var disagreements = map[string]string{
	"}(K\x01NG?\xf0\x00\x00\x00\x00\x00\x00Vx\nu.": "og-rek compares keys as Go does: 1 and 1.0 differ",
	"I-0\n.":                 "the C unpickler takes any two characters that are 0 or 1 for a bool",
	"I010\n.":                "the C unpickler reads INT with C's strtol, for which a leading zero means octal",
	"N(K\x01K\x021.":         "og-rek drops one value where POP_MARK drops all above the mark",
	"](]q\x00(K\x01eh\x00e.": "og-rek forgets what is appended to a list after it was memoized",
}

// TestOgrekDisagrees sees that each of the known disagreements is one.
func TestOgrekDisagrees(t *testing.T) {
	for data, why := range disagreements {
		ours := read(t, data)
		if theirs, ok := ask(data); !ok || theirs == ours {
			t.Errorf("%q is listed as a disagreement (%s) and is none: %s, ours %s", data, why, theirs, ours)
		}
	}
}

func read(t *testing.T, data string) string {
	t.Helper()
	var v any
	if err := pickle.Unmarshal([]byte(data), &v); err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	text, ok := plainText(v, 0)
	if !ok {
		t.Fatalf("%q has no plain form: %T", data, v)
	}
	return text
}

// ownText returns the text of what this library reads from a pickle. It reports false for a pickle
// that it refuses or whose value has no text.
func ownText(data []byte) (string, bool) {
	var v any
	if pickle.Unmarshal(data, &v) != nil {
		return "", false
	}
	return plainText(v, 0)
}

// TestOgrekAgrees reads the stored pickles of every release of CPython. Only a list that is shared
// before it is filled differs: og-rek forgets what is appended after it was memoized.
func TestOgrekAgrees(t *testing.T) {
	agreed, forgotten := 0, 0
	err := corpus.Stored(func(vector corpus.Vector) error {
		if vector.Protocol == corpus.Repr {
			return nil
		}
		ours, ok := ownText(vector.Data)
		if !ok {
			return nil
		}
		theirs, ok := ask(string(vector.Data))
		switch {
		case !ok:
		case ours == theirs:
			agreed++
		case vector.Name == "shared/list":
			forgotten++
		default:
			t.Errorf("%s, %v: %s, ours %s", vector.Name, vector.Sources, theirs, ours)
		}
		return nil
	})
	if err != nil || agreed < 100 || forgotten == 0 {
		t.Errorf("og-rek agreed on %d pickles and forgot lists in %d, %v", agreed, forgotten, err)
	}
}
