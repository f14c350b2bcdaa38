package gateway

import "github.com/pizco-go/pizco/py"

// backlog is a queue of emissions, bounded in number and in bytes. The latest is kept whatever its
// size.
type backlog struct {
	most      int
	mostBytes int64

	list  []*emission
	bytes int64
}

// add puts an emission at the end, and returns how many it has dropped at the beginning for it.
func (b *backlog) add(e *emission) (dropped int) {
	b.list = append(b.list, e)
	b.bytes += e.size
	for len(b.list) > 1 && (len(b.list) > b.most || b.bytes > b.mostBytes) {
		b.bytes -= b.list[0].size
		b.list[0] = nil
		b.list = b.list[1:]
		dropped++
	}
	return dropped
}

func (b *backlog) clear() {
	clear(b.list)
	b.list, b.bytes = b.list[:0], 0
}

// emissionSize is about what an emission takes beside its values.
const emissionSize = 512

// sizeOf returns about how many bytes an emission takes: its values, which clients have written for
// them in up to two modes, and twice each.
func sizeOf(e *emission) int64 { return emissionSize + 4*sizeOfValue(e.values, e.most) }

// sizeOfValue returns about how many bytes a value takes, where that is not more than most.
func sizeOfValue(v any, most int64) int64 {
	left := most
	measure(v, &left, map[any]bool{})
	return min(most-left, most)
}

// valueSize is about what a value takes beside its text or bytes.
const valueSize = 32

// measure takes the size of a value off left, until that is used up. What is in several places is
// counted once.
func measure(v any, left *int64, seen map[any]bool) {
	if *left -= valueSize; *left < 0 {
		return
	}
	each := func(values []any) {
		for _, value := range values {
			measure(value, left, seen)
		}
	}
	pairs := func(pairs []py.Pair) {
		for _, p := range pairs {
			measure(p.Key, left, seen)
			measure(p.Value, left, seen)
		}
	}
	switch v := v.(type) {
	case string:
		*left -= int64(len(v))
	case []byte:
		*left -= int64(len(v))
	case py.Tuple:
		each(v)
	case *py.ByteArray:
		*left -= int64(len(v.Bytes))
	case *py.List, *py.Dict, *py.Set, *py.FrozenSet, *py.Object:
		if seen[v] {
			return
		}
		seen[v] = true
		switch v := v.(type) {
		case *py.List:
			each(v.Items)
		case *py.Dict:
			pairs(v.Pairs())
		case *py.Set:
			pairs(v.Elements())
		case *py.FrozenSet:
			pairs(v.Elements())
		case *py.Object:
			each(v.Args)
			each(v.ListItems)
			pairs(v.DictItems)
			measure(v.State, left, seen)
		}
	}
}
