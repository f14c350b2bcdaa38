package pickle

import (
	"encoding/binary"
	"math"
	"sync"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// quick is a second stack machine for pickles of nothing but scalars, tuples, lists, dicts and
// sets, which is what most messages are: it makes the values at once, those of a graph here, those
// of typed targets in direct.go. Whatever it meets that is anything else, or wrong, or beyond a
// limit, it leaves to the machine with the tape, which begins anew.
type quick struct {
	cfg  *decodeConfig
	data []byte
	pos  int
	text string // a copy of the whole input if that is short

	planCache

	stack []slot
	marks []quickMark
	memo  []slot
	// maxMemo is the configuration's, at hand.
	maxMemo int
	work    int64

	// level is how deep the values above the last mark are nested at most, deepest the most that it
	// has been. closed is how deep the container that was made last is nested at most.
	level, deepest, closed int
	depth                  int // of the typed containers that are being filled
	tries                  int // bytes that have been read in vain
	orders                 []readOrder
	ordered                bool // whether orders hold anything

	ints    growing[int64]
	floats  growing[float64]
	strings growing[string]
	tuples  growing[py.Tuple]
	items   growing[any]
	pairs   growing[py.Pair]
	dicts   growing[py.Dict]
	lists   growing[py.List]
	last    *py.Dict // the dict that was filled last
	slab    textSlab
	first   any   // memory that was lent
	others  []any // that slots point to

	// texts and octets remember the str and bytes that CPython has one object of. Where there is
	// another, the machine with the tape takes over.
	texts            *firsts
	ownTexts, octets firsts
}

const (
	// quickText is the size up to which the input is copied as a whole for the strings in it.
	quickText = 1 << 10
	// leastSize is the size up to which a pickle is taken for one of few values.
	leastSize = 64
	// keepQuick is the number of values up to which a quick machine's memory is kept for the next
	// pickle.
	keepQuick = 1 << 16
)

// quickMark is what a mark separates from what is above it.
type quickMark struct{ fence, level int }

// slot is a value on the stack or in the memo: the two words of an interface, as numbers, so that
// the garbage collector has no part in what changes with every opcode. What a slot points to is
// kept alive by the pieces of memory that it comes from. A memo can also hold a str that was not
// made into a value, whose length stands in word above tagString or tagSpan, and tagOpaque.
type slot = raw.Slot

const (
	tagString = 1 // at is the data of a string of the result
	tagOpaque = 2 // a value of a typed target
	tagSpan   = 3 // at is in the input
	tagBits   = 2
)

// first is the memory that the graph of a short message needs, taken at once, and least what that
// of a very short one does, as most answers are.
type (
	first struct {
		strings [10]string
		tuples  [2]py.Tuple
		items   [5]any
		pairs   [6]py.Pair
		dicts   [2]py.Dict
		ints    [1]int64
	}
	least struct {
		strings [3]string
		tuples  [1]py.Tuple
		items   [4]any
		ints    [1]int64
	}
)

// growing hands out values from pieces of memory, each twice as large as the one before up to
// slabValues.
type growing[T any] struct {
	free   []T
	size   int
	pieces [][]T // that slots point to
}

func (g *growing[T]) next() *T {
	if len(g.free) == 0 {
		g.grow(1)
		g.pieces = append(g.pieces, g.free)
	}
	p := &g.free[0]
	g.free = g.free[1:]
	return p
}

func (g *growing[T]) take(n int) []T {
	if n > len(g.free) {
		if n > slabValues/4 {
			return make([]T, n)
		}
		g.grow(n)
	}
	part := g.free[:n:n]
	g.free = g.free[n:]
	return part
}

func (g *growing[T]) grow(n int) {
	g.size = min(max(2*g.size, 4), slabValues)
	g.free = make([]T, max(n, g.size))
}

// reset lets go of the memory.
func (g *growing[T]) reset() {
	if g.free == nil {
		return
	}
	clear(g.pieces)
	g.free, g.size, g.pieces = nil, 0, g.pieces[:0]
}

var quicks = sync.Pool{New: func() any { return &quick{slab: textSlab{keep: true}} }}

// newQuick returns a machine for the pickle at the beginning of data, or nil when that is too large
// for it.
func newQuick(data []byte, cfg *decodeConfig) *quick {
	if int64(len(data)) > min(cfg.maxInput, cfg.maxElements) || len(data) == 0 {
		return nil // each value takes a byte at least, so none of the limits needs to be counted
	}
	q := takeQuick(data, cfg)
	switch {
	case cfg.alias:
		q.text = raw.String(data)
	case len(data) <= quickText:
		q.text = q.slab.copy(data)
	}
	return q
}

// takeQuick returns a machine that has no text yet.
func takeQuick(data []byte, cfg *decodeConfig) *quick {
	q := quicks.Get().(*quick) //nolint:forcetypeassert // The pool makes nothing else.
	q.cfg, q.data, q.work, q.slab.left = cfg, data, cfg.maxKeyWork, len(data)
	q.texts = &q.ownTexts
	q.maxMemo = int(min(cfg.maxMemo, math.MaxInt))
	return q
}

// quickly decodes the pickle at the beginning of data if it is of the kind that quick takes.
func quickly(data []byte, cfg *decodeConfig) (v any, ok bool) {
	q := newQuick(data, cfg)
	if q == nil {
		return nil, false
	}
	q.lendFirst()
	if ok = q.run() == opStop && len(q.stack) > 0; ok {
		v = q.stack[len(q.stack)-1].Value()
	}
	q.release()
	return v, ok
}

// lendFirst gives the machine the memory for the graph of a short pickle.
func (q *quick) lendFirst() {
	switch {
	case len(q.data) <= leastSize:
		f := new(least)
		q.first = f
		q.strings.free, q.tuples.free, q.items.free, q.ints.free = f.strings[:], f.tuples[:], f.items[:], f.ints[:]
	case len(q.data) <= quickText:
		f := new(first)
		q.first = f
		q.strings.free, q.tuples.free, q.items.free, q.pairs.free, q.dicts.free = f.strings[:], f.tuples[:], f.items[:], f.pairs[:], f.dicts[:]
		q.ints.free = f.ints[:]
	}
}

func (q *quick) release() {
	if cap(q.stack) > keepQuick || cap(q.memo) > keepQuick {
		return
	}
	q.stack, q.marks, q.memo = q.stack[:0], q.marks[:0], q.memo[:0]
	q.pos, q.level, q.deepest, q.depth, q.tries = 0, 0, 0, 0, 0
	q.cfg, q.data, q.text, q.last, q.first = nil, nil, "", nil, nil
	if len(q.others) > 0 {
		clear(q.others)
		q.others = q.others[:0]
	}
	q.slab.forget()
	q.ownTexts.forget()
	q.octets.forget()
	q.ints.reset()
	q.floats.reset()
	q.strings.reset()
	q.tuples.reset()
	q.items.reset()
	q.pairs.reset()
	q.dicts.reset()
	q.lists.reset()
	q.forgetOrders()
	quicks.Put(q)
}

// run executes opcodes from q.pos on, on copies of what they work on that the compiler can keep in
// registers. It stops before STOP and before an opcode that takes more than what run has put on the
// stack, and returns that opcode; zero stands for what quick does not take.
func (q *quick) run() Opcode {
	data, stack, memo, pos, fence, level := q.data, q.stack[:0], q.memo, q.pos, 0, 0
	maxMemo := q.maxMemo
	q.marks = q.marks[:0]
	for pos < len(data) {
		op := Opcode(data[pos])
		rest := data[pos+1:]
		pos++
		switch op {
		case opMark:
			q.marks = append(q.marks, quickMark{fence, level})
			fence, level = len(stack), 0
			continue
		case opNone:
			stack = append(stack, slot{})
			continue
		case opNewTrue:
			stack = append(stack, slotTrue)
			continue
		case opNewFalse:
			stack = append(stack, slotFalse)
			continue
		case opBinInt1:
			if len(rest) >= 1 {
				stack = append(stack, slot{Word: int64Tag, At: raw.Address(&smallInts[rest[0]])})
				pos++
				continue
			}
		case opBinInt2:
			if len(rest) >= 2 {
				stack = append(stack, q.int(int64(binary.LittleEndian.Uint16(rest))))
				pos += 2
				continue
			}
		case opBinInt:
			if len(rest) >= 4 {
				stack = append(stack, q.int(int64(int32(binary.LittleEndian.Uint32(rest)))))
				pos += 4
				continue
			}
		case opBinFloat:
			if len(rest) >= 8 {
				p := q.floats.next()
				*p = math.Float64frombits(binary.BigEndian.Uint64(rest))
				stack = append(stack, slot{Word: float64Tag, At: raw.Address(p)})
				pos += 8
				continue
			}
		case opShortBinUnicode:
			if len(rest) >= 1 && len(rest) > int(rest[0]) {
				n := int(rest[0])
				if content := rest[1 : 1+n]; (allASCII(content) || validStr(content)) && (n > maxShared || q.texts.isFirst(content, pos+1)) {
					p := q.strings.next()
					*p = q.str(pos+1, n)
					stack = append(stack, slot{Word: stringTag, At: raw.Address(p)})
					pos += 1 + n
					continue
				}
			}
		case opBinGet:
			if len(rest) >= 1 && int(rest[0]) < len(memo) {
				if e := memo[rest[0]]; e.Word == stringTag {
					stack = append(stack, e)
					pos++
					continue
				}
			}
		case opMemoize:
			if len(stack) > fence && len(memo) < maxMemo {
				memo = append(memo, stack[len(stack)-1])
				continue
			}
		case opBinPut:
			if len(rest) >= 1 && int(rest[0]) == len(memo) && len(stack) > fence && len(memo) < maxMemo {
				memo = append(memo, stack[len(stack)-1])
				pos++
				continue
			}
		}
		q.stack, q.memo, q.pos, q.level = stack, memo, pos, level
		if len(q.marks) == 0 && len(stack) < q.operands(op) {
			q.pos--
			return op
		}
		var ok bool
		if fence, ok = q.other(op, fence); !ok {
			return 0
		}
		stack, memo, pos, level = q.stack, q.memo, q.pos, q.level
	}
	q.stack, q.memo = stack, memo
	return 0
}

// operands returns how many values an opcode takes off the stack, or leaves there changed, when
// nothing is marked.
func (q *quick) operands(op Opcode) int {
	switch op {
	case opTuple1, opTuple2, opTuple3:
		return 1 + int(op-opTuple1)
	case opAppend:
		return 2
	case opSetItem:
		return 3
	case opStop, opTuple, opAppends, opSetItems:
		return math.MaxInt
	}
	return 0
}

func (q *quick) int(i int64) slot {
	if uint64(i) < 256 {
		return slot{Word: int64Tag, At: raw.Address(&smallInts[i])}
	}
	p := q.ints.next()
	*p = i
	return slot{Word: int64Tag, At: raw.Address(p)}
}

func (q *quick) str(at, n int) string {
	if q.text != "" {
		return q.text[at : at+n]
	}
	return q.slab.copy(q.data[at : at+n])
}

// sized returns the length that stands at the beginning of rest, and whether so many bytes follow
// it.
func sized(rest []byte, width int) (n int, ok bool) {
	if len(rest) < width {
		return 0, false
	}
	if width == 1 {
		n = int(rest[0])
	} else {
		n = int(binary.LittleEndian.Uint32(rest))
	}
	return n, n <= len(rest)-width
}
