package pickle_test

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	ogorek "github.com/kisielk/og-rek"
	gopickle "github.com/nlpodyssey/gopickle/pickle"
	"github.com/nlpodyssey/gopickle/types"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// plainText prints a graph in one way for this package's types and those of both oracles. It
// reports false for what has no common form: objects, references, and what holds itself.
func plainText(v any, depth int) (string, bool) {
	if depth > 50 {
		return "", false
	}
	all := func(open, end string, items []any) (string, bool) {
		var parts []string
		for _, item := range items {
			s, ok := plainText(item, depth+1)
			if !ok {
				return "", false
			}
			parts = append(parts, s)
		}
		if open == "{" {
			slices.Sort(parts) // the oracles' sets and dicts have no order
		}
		return open + strings.Join(parts, ", ") + end, true
	}
	pair := func(k, v any) any { return types.Tuple{k, v} }
	switch v := v.(type) {
	case nil, ogorek.None:
		return "None", true
	case bool, int, int64, *big.Int:
		return fmt.Sprint(v), true
	case float64:
		return string(py.AppendFloat(nil, v)), true
	case complex128:
		return fmt.Sprint(v), true
	case string:
		return strconv.Quote(v), true
	case []byte:
		return "b" + strconv.Quote(string(v)), true
	case ogorek.Bytes:
		return "b" + strconv.Quote(string(v)), true
	case *py.ByteArray:
		return "bytearray" + strconv.Quote(string(v.Bytes)), true
	case *types.ByteArray:
		return "bytearray" + strconv.Quote(string(*v)), true
	case py.Tuple:
		return all("(", ")", v)
	case types.Tuple:
		return all("(", ")", v)
	case *types.Tuple:
		return all("(", ")", *v)
	case ogorek.Tuple:
		return all("(", ")", v)
	case *py.List:
		return all("[", "]", v.Items)
	case *types.List:
		return all("[", "]", *v)
	case []any:
		return all("[", "]", v)
	case *py.Dict:
		var items []any
		for k, e := range v.All() {
			items = append(items, pair(k, e))
		}
		return all("{", "}", items)
	case *types.Dict:
		var items []any
		for _, e := range *v {
			items = append(items, pair(e.Key, e.Value))
		}
		return all("{", "}", items)
	case map[any]any:
		var items []any
		for k, e := range v {
			items = append(items, pair(k, e))
		}
		return all("{", "}", items)
	case *py.Set:
		return all("{", "}", slices.Collect(v.All()))
	case *py.FrozenSet:
		return all("{", "}", slices.Collect(v.All()))
	case *types.Set:
		var items []any
		for e := range *v {
			items = append(items, e)
		}
		return all("{", "}", items)
	case *types.FrozenSet:
		var items []any
		for e := range *v {
			items = append(items, e)
		}
		return all("{", "}", items)
	}
	return "", false
}

// disagreements are the pickles that an oracle reads as another value than this package, each with
// what the oracle does. CPython's C unpickler is the judge: it reads all of them as this package
// does.
var disagreements = map[string]string{
	`gopickle "}(K\x01NG?\xf0\x00\x00\x00\x00\x00\x00Vx\nu."`:                  "gopickle keeps equal keys side by side",
	`og-rek "}(K\x01NG?\xf0\x00\x00\x00\x00\x00\x00Vx\nu."`:                    "og-rek compares keys as Go does: 1 and 1.0 differ",
	`og-rek "c__builtin__\nbytearray\nC\x02ab\x85R."`:                          "og-rek has no bytearray and gives bytes",
	`gopickle "\x8f(K\x01G?\xf0\x00\x00\x00\x00\x00\x00\x90."`:                 "gopickle compares elements as Go does: 1 and 1.0 differ",
	`gopickle "}(Va\nK\x01Va\nK\x02u."`:                                        "gopickle keeps equal keys side by side",
	`gopickle "I-0\n."`:                                                        "the C unpickler takes any two characters that are 0 or 1 for a bool",
	`og-rek "I-0\n."`:                                                          "the C unpickler takes any two characters that are 0 or 1 for a bool",
	`gopickle "I010\n."`:                                                       "the C unpickler reads INT with C's strtol, for which a leading zero means octal",
	`og-rek "I010\n."`:                                                         "the C unpickler reads INT with C's strtol, for which a leading zero means octal",
	`gopickle "S'a\\x41\\101\\n\\q\\\\'\n."`:                                   "gopickle does not undo escapes of STRING",
	`gopickle "Va\\u00e9\xe9\\U0001f600\\n\\\\u0041\n."`:                       "gopickle does not undo escapes of UNICODE",
	`gopickle "V\\ud800\n."`:                                                   "gopickle does not undo escapes of UNICODE",
	`og-rek "\x96\x02\x00\x00\x00\x00\x00\x00\x00ab."`:                         "og-rek has no bytearray and gives bytes",
	`og-rek "c__builtin__\nbytearray\n(c_codecs\nencode\n(Va\nVlatin1\ntRtR."`: "og-rek has no bytearray and gives bytes",
	`og-rek "c__builtin__\nbytearray\n(V\xff\nVlatin-1\ntR."`:                  "og-rek has no bytearray and gives bytes",
	`gopickle "}(Va\nV\nVa\nI2\nu."`:                                           "gopickle keeps equal keys side by side",
	`gopickle "}(Va\nI2\nVa\nV\nu."`:                                           "gopickle keeps equal keys side by side",
	`gopickle "}(Vd\n}(Va\nV\nuVd\n}Va\nI1\nsu."`:                              "gopickle keeps equal keys side by side",
	`gopickle "\x80\x04}(\x8c\x01a\x8c\x00\x8c\x01aK\x02u."`:                   "gopickle keeps equal keys side by side",
	`gopickle "\x80\x04}\x8c\x01a\x8c\x00s\x8c\x01aK\x02s."`:                   "gopickle keeps equal keys side by side",
	`gopickle "}(Va\nI1\nVa\nI2\nu."`:                                          "gopickle keeps equal keys side by side",
	`og-rek "N(K\x01K\x021."`:                                                  "og-rek drops one value where POP_MARK drops all above the mark",
	`og-rek "](]q\x00(K\x01eh\x00e."`:                                          "og-rek forgets what is appended to a list after it was memoized",
	`gopickle "V\xe9\\u20ac\\ud800\\x00\n."`:                                   "gopickle does not undo escapes of UNICODE",
	`gopickle "S'\\x00\"\\''\n."`:                                              "gopickle does not undo escapes of STRING",
}

func oracle(load func(string) (any, error), data string) (text string, ok bool) {
	defer func() {
		if recover() != nil {
			text, ok = "", false // an oracle that panics has no opinion
		}
	}()
	v, err := load(data)
	if err != nil {
		return "", false
	}
	return plainText(v, 0)
}

func TestOraclesAgree(t *testing.T) {
	oracles := map[string]func(string) (any, error){
		"gopickle": gopickle.Loads,
		"og-rek":   func(s string) (any, error) { return ogorek.NewDecoder(strings.NewReader(s)).Decode() },
	}
	used := map[string]bool{}
	agreed := map[string]int{}
	for _, p := range disassembled() {
		var v any
		if pickle.Unmarshal([]byte(p), &v) != nil {
			continue
		}
		ours, ok := plainText(v, 0)
		if !ok {
			continue
		}
		for name, load := range oracles {
			theirs, ok := oracle(load, p)
			if !ok {
				continue
			}
			key := name + " " + strconv.Quote(p)
			_, known := disagreements[key]
			switch {
			case ours == theirs:
				agreed[name]++
			case known:
				used[key] = true
			default:
				t.Errorf("%s: %s, ours %s", key, theirs, ours)
			}
		}
	}
	for key, why := range disagreements {
		if !used[key] {
			t.Errorf("%s is listed as a disagreement (%s) and is none", key, why)
		}
	}
	for name := range oracles {
		if agreed[name] < 50 {
			t.Errorf("%s agreed on %d pickles only", name, agreed[name])
		}
	}
	t.Log(agreed)
}
