package pickle

import (
	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// A boxed value is an interface and the memory that it points to. Go takes that memory value by
// value; what is here takes it for many values at once, in pieces small enough that one value which
// is kept does not keep much else alive.

const (
	slabValues = 256
	// slabText is the size of the pieces that short strings are cut from, and longText the length
	// from which a string has its own.
	slabText = 16 << 10
	// leastText is the least size of such a piece: short pickles share one.
	leastText = 4 << 10
	longText  = 1 << 10
)

// The words that interfaces name their types with, and the slots of values that there is one of.
var (
	boolTag    = raw.SlotOf(true).Word
	int64Tag   = raw.SlotOf(int64(0)).Word
	float64Tag = raw.SlotOf(float64(0)).Word
	stringTag  = raw.SlotOf("").Word
	tupleTag   = raw.SlotOf(py.Tuple(nil)).Word
	listTag    = raw.SlotOf((*py.List)(nil)).Word
	dictTag    = raw.SlotOf((*py.Dict)(nil)).Word
	bytesTag   = raw.SlotOf([]byte(nil)).Word
	classTag   = raw.SlotOf(py.Class{}).Word
	objectTag  = raw.SlotOf((*py.Object)(nil)).Word

	boxedTrue, boxedFalse any = true, false
	slotTrue, slotFalse       = raw.SlotOf(boxedTrue), raw.SlotOf(boxedFalse)

	smallInts = func() (ints [256]int64) {
		for i := range ints {
			ints[i] = int64(i)
		}
		return ints
	}()

	emptyTuple     any = py.Tuple{}
	slotEmptyTuple     = raw.SlotOf(emptyTuple)
)

// textSlab hands out strings, each with memory of its own within larger pieces.
type textSlab struct {
	free []byte
	left int
	// kept are the pieces that have been used up, where nothing else may keep them.
	kept [][]byte
	keep bool
}

func (s *textSlab) add(piece []byte) []byte {
	if s.keep {
		s.kept = append(s.kept, piece)
	}
	return piece
}

// forget lets go of the pieces that have been used up.
func (s *textSlab) forget() {
	if len(s.kept) > 1 {
		clear(s.kept)
		s.kept = append(s.kept[:0], s.free)
	}
}

func (s *textSlab) copy(b []byte) string {
	switch n := len(b); {
	case n == 0:
		return ""
	case n >= longText:
		s.left -= n
		part := s.add(make([]byte, n))
		copy(part, b)
		return raw.String(part)
	case n > len(s.free):
		s.free = s.add(make([]byte, max(n, min(max(s.left, leastText), slabText))))
		s.left -= len(s.free)
		fallthrough
	default:
		part := s.free[:n]
		s.free = s.free[n:]
		copy(part, b)
		return raw.String(part)
	}
}

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
	if g.free != nil {
		g.drop()
	}
}

func (g *growing[T]) drop() {
	clear(g.pieces)
	g.free, g.size, g.pieces = nil, 0, g.pieces[:0]
}

// lendFirst gives the machine the memory for the graph of a short pickle.
func (m *machine) lendFirst() {
	switch {
	case len(m.data) <= leastSize:
		f := new(least)
		m.first = f
		m.strings.free, m.tuples.free, m.items.free, m.ints.free = f.strings[:], f.tuples[:], f.items[:], f.ints[:]
	case len(m.data) <= shortInput:
		f := new(first)
		m.first = f
		m.strings.free, m.tuples.free, m.items.free, m.pairs.free, m.dicts.free = f.strings[:], f.tuples[:], f.items[:], f.pairs[:], f.dicts[:]
		m.ints.free = f.ints[:]
	}
}
