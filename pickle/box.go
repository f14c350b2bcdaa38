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
