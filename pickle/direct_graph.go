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

// lend takes the memory for graphs if there is none yet.
func (q *quick) lend() {
	if q.first == nil && len(q.data) <= quickText {
		f := new(few)
		q.first = f
		q.strings.free, q.items.free, q.pairs.free, q.dicts.free = f.strings[:], f.items[:], f.pairs[:], f.dicts[:]
	}
}

// graphs makes the values of a graph up to an opcode that takes what is below them.
func (q *quick) graphs() Opcode {
	q.lend()
	return q.run()
}

// scalar makes a value that is a single opcode, if what follows can be the next key or the end of
// the items. A value that goes on behind it shows in that.
func (q *quick) scalar() (s slot, ok bool) {
	pos, known := q.pos, len(q.memo)
	if s, ok = q.scalarAlone(); ok {
		switch q.peek() {
		case opSetItems, opSetItem, opShortBinUnicode, opBinUnicode, opBinGet, opLongBinGet:
			return s, true
		}
	}
	q.pos, q.memo = pos, q.memo[:known]
	return slot{}, false
}

// scalarAlone makes a value that is a single opcode, and maybe noted.
func (q *quick) scalarAlone() (s slot, ok bool) {
	switch q.next() {
	case opFrame:
		q.frames()
		return q.scalarAlone()
	case opNone:
		q.pos++
		return slot{}, true
	case opNewTrue:
		q.pos++
		return slotTrue, true
	case opNewFalse:
		q.pos++
		return slotFalse, true
	case opBinInt1:
		if q.pos+1 < len(q.data) {
			q.pos += 2
			return slot{Word: int64Tag, At: raw.Address(&smallInts[q.data[q.pos-1]])}, true
		}
	case opBinInt2, opBinInt, opLong1:
		i, ok := q.readInt()
		return q.int(i), ok
	case opBinFloat:
		p := q.floats.next()
		ok := directFloat64(q, raw.At(p))
		return slot{Word: float64Tag, At: raw.Address(p)}, ok
	case opShortBinUnicode, opBinUnicode:
		p := q.strings.next()
		ok := directString(q, raw.At(p))
		s = slot{Word: stringTag, At: raw.Address(p)}
		return s, ok
	}
	return slot{}, false
}

// tryTuple reads a tuple of at most three scalars. Where there is something else, it has read
// nothing.
func (q *quick) tryTuple(at raw.Place) bool {
	pos, known := q.pos, len(q.memo)
	q.lend()
	slots := [3]slot{}
	for n := range slots {
		s, ok := q.scalarAlone()
		if !ok {
			break
		}
		slots[n] = s
		op := q.peek()
		if op < opTuple1 || op > opTuple3 {
			continue
		}
		q.pos++
		t := q.items.take(n + 1)
		for i := range t {
			t[i] = slots[i].Value()
		}
		*raw.In[py.Tuple](at) = t
		if op-opTuple1 == Opcode(n) && q.note(slot{Word: tagOpaque}) {
			return true
		}
		break
	}
	q.pos, q.memo = pos, q.memo[:known]
	return false
}

// tryDict reads a dict of scalars. Where there is something else, it has read nothing.
func (q *quick) tryDict(at raw.Place) bool {
	pos, known := q.pos, len(q.memo)
	q.lend()
	if q.take(opEmptyDict) {
		d := q.dicts.next()
		if q.note(slot{Word: dictTag, At: raw.Address(d)}) && q.tryItems() && q.setItems(d, raw.Values(q.stack)) {
			*raw.In[*py.Dict](at) = d
			q.deepest = max(q.deepest, 1)
			return true
		}
	}
	q.pos, q.memo = pos, q.memo[:known]
	return false
}

// tryItems makes the items of a dict of scalars.
func (q *quick) tryItems() bool {
	q.stack = q.stack[:0]
	end := opSetItem
	if q.take(opMark) {
		end = opSetItems
	}
	for len(q.stack) < 2*batch {
		s, ok := q.scalarAlone()
		if !ok {
			return false
		}
		q.stack = append(q.stack, s)
		if len(q.stack)%2 == 0 && (end == opSetItem || q.peek() == end) {
			return q.take(end)
		}
	}
	return false
}
