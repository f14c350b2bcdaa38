package tagged

import (
	"bytes"
	"math"
	"math/big"

	"github.com/pizco-go/pizco/py"
)

// same reports whether two values are made of the same parts in the same way. It serves the objects
// of the standard library that have a tag of their own. They hold nothing that holds itself, so the
// depth is bound enough.
func same(a, b any, depth int) bool {
	if depth == 0 {
		return false
	}
	switch a := a.(type) {
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case *big.Int:
		b, ok := b.(*big.Int)
		return ok && a.Cmp(b) == 0
	case float64:
		b, ok := b.(float64)
		return ok && math.Float64bits(a) == math.Float64bits(b)
	case py.Tuple:
		b, ok := b.(py.Tuple)
		return ok && sameItems(a, b, depth)
	case *py.List:
		b, ok := b.(*py.List)
		return ok && sameItems(a.Items, b.Items, depth)
	case *py.Dict:
		b, ok := b.(*py.Dict)
		return ok && samePairs(a.Pairs(), b.Pairs(), depth)
	case *py.Object:
		b, ok := b.(*py.Object)
		return ok && sameObject(a, b, depth)
	case *py.Set, *py.FrozenSet, *py.ByteArray:
		return false // no such object holds one
	}
	switch b.(type) {
	case []byte, py.Tuple:
		return false // cannot be compared by ==
	}
	return a == b
}

func sameItems(a, b []any, depth int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !same(a[i], b[i], depth-1) {
			return false
		}
	}
	return true
}

func samePairs(a, b []py.Pair, depth int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !same(a[i].Key, b[i].Key, depth-1) || !same(a[i].Value, b[i].Value, depth-1) {
			return false
		}
	}
	return true
}

func sameObject(a, b *py.Object, depth int) bool {
	if a == b {
		return true
	}
	if a.How != b.How || a.HasState != b.HasState || (a.Kwargs == nil) != (b.Kwargs == nil) {
		return false
	}
	if a.Kwargs != nil && !same(a.Kwargs, b.Kwargs, depth-1) {
		return false
	}
	return same(a.Callable, b.Callable, depth-1) && sameItems(a.Args, b.Args, depth) && same(a.State, b.State, depth-1) &&
		same(a.StateSetter, b.StateSetter, depth-1) && sameItems(a.ListItems, b.ListItems, depth) && samePairs(a.DictItems, b.DictItems, depth)
}
