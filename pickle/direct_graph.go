package pickle

import (
	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// few is the memory that the graphs in a short message's typed target need, taken at once.
type few struct {
	strings [1]string
	items   [2]any
	pairs   [1]py.Pair
	dicts   [1]py.Dict
}

// lend takes the memory for graphs, once.
func (m *machine) lend() {
	if m.first == nil && len(m.data) <= shortInput {
		f := new(few)
		m.first = f
		m.strings.free, m.items.free, m.pairs.free, m.dicts.free = f.strings[:], f.items[:], f.pairs[:], f.dicts[:]
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

// tryTuple reads a tuple of at most three scalars. Where there is something else, it has read
// nothing.
func (m *machine) tryTuple(at raw.Place) bool {
	pos, known := m.pos, len(m.memo)
	m.lend()
	slots := [3]slot{}
	for n := range slots {
		s, ok := m.scalarAlone()
		if !ok {
			break
		}
		slots[n] = s
		op := m.peek()
		if op < opTuple1 || op > opTuple3 {
			continue
		}
		m.pos++
		t := m.items.take(n + 1)
		for i := range t {
			t[i] = slots[i].Value()
		}
		*raw.In[py.Tuple](at) = t
		if op-opTuple1 == Opcode(n) && m.note(slot{Word: tagOpaque}) {
			return true
		}
		break
	}
	m.pos, m.memo = pos, m.memo[:known]
	return false
}

// tryDict reads a dict of scalars. Where there is something else, it has read nothing.
func (m *machine) tryDict(at raw.Place) bool {
	pos, known := m.pos, len(m.memo)
	m.lend()
	if m.take(opEmptyDict) {
		d := m.dicts.next()
		if m.note(slot{Word: dictTag, At: raw.Address(d)}) && m.tryItems() && m.setItems(d, raw.Values(m.stack)) == nil {
			*raw.In[*py.Dict](at) = d
			m.deepest = max(m.deepest, 1)
			return true
		}
	}
	m.pos, m.memo = pos, m.memo[:known]
	return false
}

// tryItems makes the items of a dict of scalars.
func (m *machine) tryItems() bool {
	m.stack = m.stack[:0]
	end := opSetItem
	if m.take(opMark) {
		end = opSetItems
	}
	for len(m.stack) < 2*batch {
		s, ok := m.scalarAlone()
		if !ok {
			return false
		}
		m.stack = append(m.stack, s)
		if len(m.stack)%2 == 0 && (end == opSetItem || m.peek() == end) {
			return m.take(end)
		}
	}
	return false
}
