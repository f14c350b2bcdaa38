package pickle_test

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	gopickle "github.com/nlpodyssey/gopickle/pickle"
	"github.com/nlpodyssey/gopickle/types"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// plainText prints a graph in one way for this package's types and gopickle's. It
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
			slices.Sort(parts) // gopickle's sets and dicts have no order
		}
		return open + strings.Join(parts, ", ") + end, true
	}
	pair := func(k, v any) any { return types.Tuple{k, v} }
	switch v := v.(type) {
	case nil:
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

// disagreements are the pickles that gopickle reads as another value than this package, each with
// what gopickle does. CPython's C unpickler is the judge: it reads all of them as this package
// does.
var disagreements = map[string]string{
	`"}(K\x01NG?\xf0\x00\x00\x00\x00\x00\x00Vx\nu."`:  "gopickle keeps equal keys side by side",
	`"\x8f(K\x01G?\xf0\x00\x00\x00\x00\x00\x00\x90."`: "gopickle compares elements as Go does: 1 and 1.0 differ",
	`"}(Va\nK\x01Va\nK\x02u."`:                        "gopickle keeps equal keys side by side",
	`"I-0\n."`:                                        "the C unpickler takes any two characters that are 0 or 1 for a bool",
	`"I010\n."`:                                       "the C unpickler reads INT with C's strtol, for which a leading zero means octal",
	`"S'a\\x41\\101\\n\\q\\\\'\n."`:                   "gopickle does not undo escapes of STRING",
	`"Va\\u00e9\xe9\\U0001f600\\n\\\\u0041\n."`:       "gopickle does not undo escapes of UNICODE",
	`"V\\ud800\n."`:                                   "gopickle does not undo escapes of UNICODE",
	`"}(Va\nV\nVa\nI2\nu."`:                           "gopickle keeps equal keys side by side",
	`"}(Va\nI2\nVa\nV\nu."`:                           "gopickle keeps equal keys side by side",
	`"}(Vd\n}(Va\nV\nuVd\n}Va\nI1\nsu."`:              "gopickle keeps equal keys side by side",
	`"\x80\x04}(\x8c\x01a\x8c\x00\x8c\x01aK\x02u."`:   "gopickle keeps equal keys side by side",
	`"\x80\x04}\x8c\x01a\x8c\x00s\x8c\x01aK\x02s."`:   "gopickle keeps equal keys side by side",
	`"}(Va\nI1\nVa\nI2\nu."`:                          "gopickle keeps equal keys side by side",
	`"V\xe9\\u20ac\\ud800\\x00\n."`:                   "gopickle does not undo escapes of UNICODE",
	`"S'\\x00\"\\''\n."`:                              "gopickle does not undo escapes of STRING",
}

// oracle returns what gopickle reads, as text, and whether it has an opinion.
func oracle(data string) (text string, ok bool) {
	defer func() {
		if recover() != nil {
			text, ok = "", false // an oracle that panics has no opinion
		}
	}()
	v, err := gopickle.Loads(data)
	if err != nil {
		return "", false
	}
	return plainText(v, 0)
}

// TestOracleAgrees reads pickles with this package and with gopickle. The test module's package
// oracles does the same with og-rek.
func TestOracleAgrees(t *testing.T) {
	used := map[string]bool{}
	agreed := 0
	for _, p := range disassembled() {
		var v any
		if pickle.Unmarshal([]byte(p), &v) != nil {
			continue
		}
		ours, ok := plainText(v, 0)
		if !ok {
			continue
		}
		theirs, ok := oracle(p)
		if !ok {
			continue
		}
		key := strconv.Quote(p)
		_, known := disagreements[key]
		switch {
		case ours == theirs:
			agreed++
		case known:
			used[key] = true
		default:
			t.Errorf("%s: %s, ours %s", key, theirs, ours)
		}
	}
	for key, why := range disagreements {
		if !used[key] {
			t.Errorf("%s is listed as a disagreement (%s) and is none", key, why)
		}
	}
	if agreed < 50 {
		t.Errorf("gopickle agreed on %d pickles only", agreed)
	}
}
