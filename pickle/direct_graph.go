package pickle

import (
	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// few is the memory that the graphs in a short message's typed target need, taken at once.
type few struct {
	strings [3]string
	tuples  [1]py.Tuple
	items   [2]any
	pairs   [1]py.Pair
	dicts   [1]py.Dict
}

// lend takes the memory for graphs if there is none yet.
func (m *machine) lend() {
	if m.first == nil && len(m.data) <= shortInput {
		f := new(few)
		m.first = f
		m.strings.free, m.tuples.free, m.items.free, m.pairs.free, m.dicts.free = f.strings[:], f.tuples[:], f.items[:], f.pairs[:], f.dicts[:]
	}
}

// graphs makes the values of a graph up to an opcode that takes what is below them.
func (m *machine) graphs() Opcode {
	m.lend()
	return m.run()
}

// scalar makes a value that is a single opcode, if what follows can be the next key or the end of
// the items. A value that goes on behind it shows in that.
func (m *machine) scalar() (s slot, ok bool) {
	pos, known := m.pos, len(m.memo)
	if s, ok = m.scalarAlone(); ok {
		switch m.peek() {
		case opSetItems, opSetItem, opShortBinUnicode, opBinUnicode, opBinGet, opLongBinGet:
			return s, true
		}
	}
	m.pos, m.memo = pos, m.memo[:known]
	return slot{}, false
}

// scalarAlone makes a value that is a single opcode, and maybe noted.
func (m *machine) scalarAlone() (s slot, ok bool) {
	switch m.next() {
	case opFrame:
		m.frames()
		return m.scalarAlone()
	case opNone:
		m.pos++
		return slot{}, true
	case opNewTrue:
		m.pos++
		return slotTrue, true
	case opNewFalse:
		m.pos++
		return slotFalse, true
	case opBinInt1:
		if m.pos+1 < len(m.data) {
			m.pos += 2
			return slot{Word: int64Tag, At: raw.Address(&smallInts[m.data[m.pos-1]])}, true
		}
	case opBinInt2, opBinInt, opLong1:
		i, ok := m.readInt()
		return m.int(i), ok
	case opBinFloat:
		p := m.floats.next()
		ok := directFloat64(m, raw.At(p))
		return slot{Word: float64Tag, At: raw.Address(p)}, ok
	case opShortBinUnicode, opBinUnicode:
		p := m.strings.next()
		ok := directString(m, raw.At(p))
		s = slot{Word: stringTag, At: raw.Address(p)}
		return s, ok
	}
	return slot{}, false
}
