package py

import (
	"iter"
	"math/big"

	"github.com/pizco-go/pizco/internal/raw"
)

// containers yields every container, large int and bytes that is reachable from root once, root
// included, in no particular order. It needs no stack however deep the graph is.
func containers(root any) iter.Seq[any] {
	return containersBut(root, nil, map[raw.Place]bool{})
}

// containersBut yields what containers does except known containers, and adds the others to seen.
func containersBut(root any, known, seen map[raw.Place]bool) iter.Seq[any] {
	return func(yield func(any) bool) {
		open := []any{root}
		for len(open) > 0 {
			v := open[len(open)-1]
			open = open[:len(open)-1]
			at := identity(v)
			if at.IsNil() || seen[at] || known[at] {
				continue
			}
			seen[at] = true
			if !yield(v) {
				return
			}
			for child := range children(v) {
				if !identity(child).IsNil() {
					open = append(open, child)
				}
			}
		}
	}
}

// identity returns the address of a container, bytes or a large int. It is nil for other values and
// for empty tuples and bytes.
func identity(v any) raw.Place {
	switch v := v.(type) {
	case []byte:
		return raw.OfSlice(v)
	case Tuple:
		return raw.OfSlice(v)
	case *big.Int:
		return raw.At(v)
	case *ByteArray:
		return raw.At(v)
	case *Buffer:
		return raw.At(v)
	case *List:
		return raw.At(v)
	case *Set:
		return raw.At(v)
	case *FrozenSet:
		return raw.At(v)
	case *Dict:
		return raw.At(v)
	case *Object:
		return raw.At(v)
	}
	return raw.Place{}
}

// children yields what a container holds directly.
func children(v any) iter.Seq[any] {
	return func(yield func(any) bool) {
		switch v := v.(type) {
		case Tuple:
			yieldItems(v, yield)
		case *List:
			yieldItems(v.Items, yield)
		case *Set:
			yieldPairs(v.t.entries, yield)
		case *FrozenSet:
			yieldPairs(v.t.entries, yield)
		case *Dict:
			yieldPairs(v.t.entries, yield)
		case *Object:
			_ = yield(v.Callable) && yieldItems(v.Args, yield) && (v.Kwargs == nil || yield(v.Kwargs)) &&
				yield(v.State) && yield(v.StateSetter) && yieldItems(v.ListItems, yield) && yieldPairs(v.DictItems, yield)
		}
	}
}

func yieldItems(items []any, yield func(any) bool) bool {
	for _, item := range items {
		if !yield(item) {
			return false
		}
	}
	return true
}

// yieldPairs yields keys and values; a set's entries have nil for values.
func yieldPairs(pairs []Pair, yield func(any) bool) bool {
	for _, p := range pairs {
		if !yield(p.Key) || !yield(p.Value) {
			return false
		}
	}
	return true
}
