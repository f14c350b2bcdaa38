package pickle

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/pizco-go/pizco/py"
)

// scalar reads a value of a graph that is a single opcode.
func (b *brief) scalar(pos int) (v any, next int) {
	switch b.op(pos) {
	case opNone:
		return nil, pos + 1
	case opNewTrue:
		return boxedTrue, pos + 1
	case opNewFalse:
		return boxedFalse, pos + 1
	case opBinInt1, opBinInt2, opBinInt:
		i, next := b.int(pos)
		if uint64(i) < uint64(len(smallInts)) {
			return box(int64Word, unsafe.Pointer(&smallInts[i])), next
		}
		return i, next
	case opBinFloat:
		if pos+8 < len(b.data) {
			return math.Float64frombits(binary.BigEndian.Uint64(b.data[pos+1:])), pos + 9
		}
	case opShortBinUnicode:
		var s string
		if next = b.str(pos, &s); next < 0 {
			return nil, miss
		}
		return b.boxString(s), next
	}
	return nil, miss
}

// lend returns the memory for what a short message holds as graphs.
func (b *brief) lend() *few {
	if b.lent == nil {
		b.lent = new(few)
	}
	return b.lent
}

func (b *brief) boxString(s string) any {
	if b.used.strings {
		return s
	}
	b.used.strings = true
	p := &b.lend().strings[0]
	*p = s
	return box(stringWord, unsafe.Pointer(p))
}

// tuple reads a tuple of at most three scalars.
func (b *brief) tuple(pos int, to *py.Tuple) int {
	if b.op(pos) == opEmptyTuple {
		*to = py.Tuple{}
		return pos + 1
	}
	var read [3]any
	for n := range read {
		if read[n], pos = b.scalar(pos); pos < 0 {
			return miss
		}
		if op := b.op(pos); op >= opTuple1 && op <= opTuple3 {
			if op != opTuple1+Opcode(n) || b.op(pos+1) != opMemoize {
				return miss
			}
			items := b.items(n + 1)
			for i := range items {
				items[i] = read[i]
			}
			*to = items
			return pos + 2
		}
	}
	return miss
}

func (b *brief) items(n int) []any {
	if f := b.lend(); !b.used.items && n <= len(f.items) {
		b.used.items = true
		return f.items[:n:n]
	}
	return make([]any, n)
}

// dict reads a dict of scalars.
func (b *brief) dict(pos int, to **py.Dict) int {
	if !b.isTwo(pos, opEmptyDict, opMemoize) {
		return miss
	}
	pos += 2
	if b.op(pos) == opMark {
		return b.dictItems(pos+1, to)
	}
	d := b.newDict()
	*to = d
	key, next := b.scalar(pos)
	if next < 0 {
		return pos // the dict is empty, or it is not and that shows behind it
	}
	value, next := b.scalar(next)
	if next < 0 || b.op(next) != opSetItem {
		return pos
	}
	pairs := b.onePair()
	pairs[0] = py.Pair{Key: key, Value: value}
	if d.FillWithin(pairs, b.work()) != nil {
		return miss
	}
	return next + 1
}

// dictItems reads the items of a dict of scalars.
func (b *brief) dictItems(pos int, to **py.Dict) int {
	var pairs []py.Pair
	for b.op(pos) != opSetItems {
		key, next := b.scalar(pos)
		if next < 0 {
			return miss
		}
		value, next := b.scalar(next)
		if next < 0 {
			return miss
		}
		if pairs == nil {
			pairs = make([]py.Pair, 0, 4)
		}
		pairs = append(pairs, py.Pair{Key: key, Value: value})
		pos = next
	}
	*to = b.newDict()
	if (*to).FillWithin(pairs, b.work()) != nil {
		return miss
	}
	return pos + 1
}

// work returns what is left of the work that keys may take.
func (b *brief) work() *int64 {
	if b.q != nil {
		return &b.q.work
	}
	return &b.desk.work
}

func (b *brief) newDict() *py.Dict {
	if b.used.dicts {
		return new(py.Dict)
	}
	b.used.dicts = true
	return &b.lend().dicts[0]
}

func (b *brief) onePair() []py.Pair {
	if b.used.pairs {
		return make([]py.Pair, 1)
	}
	b.used.pairs = true
	return b.lend().pairs[:]
}
