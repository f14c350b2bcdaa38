package pickle

import (
	"math"
	"unsafe"

	"github.com/pizco-go/pizco/py"
)

// identity is what makes an object the same object: where its data is, and what kind and length of data it is.
type identity struct {
	at   unsafe.Pointer
	kind uintptr
}

// Kinds of identity; those with a length carry it in the bits above. The kind of strings is zero.
const (
	kindString = iota
	kindBytes
	kindTuple
	kindPointer
	kindBits = 2
)

// latin1Chars stands for the strings of one latin-1 character, and emptyString for the empty one: CPython has one object for each.
// singleBytes and emptyBytes are the same for bytes.
var (
	latin1Chars [256]byte
	emptyString byte
	singleBytes [256]byte
	emptyBytes  byte
)

func stringIdentity(s string) identity {
	switch len(s) {
	case 0:
		return identity{unsafe.Pointer(&emptyString), kindString}
	case 1:
		return identity{unsafe.Pointer(&latin1Chars[s[0]]), kindString}
	case 2:
		if s[0] == 0xC2 || s[0] == 0xC3 {
			return identity{unsafe.Pointer(&latin1Chars[s[0]<<6|s[1]&0x3F]), kindString}
		}
	}
	return identity{unsafe.Pointer(unsafe.StringData(s)), uintptr(len(s)) << kindBits}
}

func bytesIdentity(b []byte) identity {
	switch len(b) {
	case 0:
		return identity{unsafe.Pointer(&emptyBytes), kindBytes}
	case 1:
		return identity{unsafe.Pointer(&singleBytes[b[0]]), kindBytes}
	}
	return identity{unsafe.Pointer(unsafe.SliceData(b)), uintptr(len(b))<<kindBits | kindBytes}
}

// tupleIdentity is the identity of a tuple that is not empty; the empty one is never memoized.
func tupleIdentity(t []any) identity {
	return identity{unsafe.Pointer(unsafe.SliceData(t)), uintptr(len(t))<<kindBits | kindTuple}
}

func pointerIdentity[T any](p *T) identity {
	return identity{unsafe.Pointer(p), kindPointer}
}

// boxIdentity is the identity of a scalar in an interface: where the interface keeps it. Copies of the interface value share it.
func boxIdentity(v *any) identity {
	return identity{(*[2]unsafe.Pointer)(unsafe.Pointer(v))[1], kindPointer}
}

// memo remembers which objects a pickle has, and under which index: a hash table with open addresses. It knows objects by their
// address only, so whoever puts one keeps it alive as long as the memo is in use.
type memo struct {
	slots []memoSlot
	used  int
	shift uint8
	// count is the number of objects memoized, the next one's index. It is larger than used when objects were
	// memoized that nobody can refer to.
	count uint32
	// base is added to the indexes in slots; what is below it is left over from earlier pickles.
	base uint32
	// giants are the objects whose length does not fit a slot.
	giants map[identity]uint32
	// alive keeps the objects of an Encoder's earlier pickles, whose callers may have let go of them.
	alive   []unsafe.Pointer
	keep    bool
	classes []py.Class
	indexes []uint32
	byClass map[py.Class]uint32
}

// memoSlot is an object's place in a memo. Four of them fill a cache line.
type memoSlot struct {
	at    uintptr
	kind  uint32
	index uint32
}

const (
	memoBits    = 6
	keptMemo    = 1 << 16
	linearClass = 12
)

// slot returns the slot of the object, or the empty one where it belongs.
func (m *memo) slot(at uintptr, kind uint32) *memoSlot {
	h := (uint64(at) ^ uint64(kind)<<17) * 0x9E3779B97F4A7C15
	mask := len(m.slots) - 1
	for i := int(h >> (m.shift & 63)); ; i++ {
		s := &m.slots[i&mask]
		if s.index < m.base || s.at == at && s.kind == kind {
			return s
		}
	}
}

// get returns the index of the object.
func (m *memo) get(id identity) (uint32, bool) {
	if id.kind > math.MaxUint32 {
		i, ok := m.giants[id]
		return i, ok
	}
	s := m.slot(uintptr(id.at), uint32(id.kind))
	return s.index - m.base, s.index >= m.base
}

// put gives the object the next index.
func (m *memo) put(id identity) {
	if id.kind > math.MaxUint32 {
		if m.giants == nil {
			m.giants = map[identity]uint32{}
		}
		m.giants[id] = m.count
		m.count++
		m.alive = append(m.alive, id.at)
		return
	}
	s, known := m.find(id)
	if known {
		m.used--
	}
	m.fill(s, id)
}

// find returns the slot of the object, and whether it is there; where it is not, fill puts it there. Nothing may be put in
// between.
func (m *memo) find(id identity) (s *memoSlot, known bool) {
	if m.used*2 >= len(m.slots) {
		m.grow()
	}
	s = m.slot(uintptr(id.at), uint32(id.kind))
	return s, s.index >= m.base
}

// fill gives an object that find did not know the next index.
func (m *memo) fill(s *memoSlot, id identity) {
	*s = memoSlot{uintptr(id.at), uint32(id.kind), m.base + m.count}
	m.count++
	m.used++
	if m.keep {
		m.alive = append(m.alive, id.at)
	}
}

func (m *memo) grow() {
	old := m.slots
	m.slots = make([]memoSlot, 4*len(old))
	m.shift -= 2
	for _, s := range old {
		if s.index >= m.base {
			*m.slot(s.at, s.kind) = s
		}
	}
}

// class returns the index of the class.
func (m *memo) class(c py.Class) (uint32, bool) {
	if m.byClass != nil {
		i, ok := m.byClass[c]
		return i, ok
	}
	for i := range m.classes {
		if m.classes[i] == c {
			return m.indexes[i], true
		}
	}
	return 0, false
}

// putClass gives the class the next index.
func (m *memo) putClass(c py.Class) {
	switch {
	case m.byClass != nil:
		m.byClass[c] = m.count
	case len(m.classes) < linearClass:
		m.classes = append(m.classes, c)
		m.indexes = append(m.indexes, m.count)
	default:
		m.byClass = make(map[py.Class]uint32, 2*linearClass)
		for i, known := range m.classes {
			m.byClass[known] = m.indexes[i]
		}
		m.byClass[c] = m.count
	}
	m.count++
}

// reset forgets everything and keeps a table of moderate size.
func (m *memo) reset() {
	m.base += m.count
	if m.slots == nil || len(m.slots) > keptMemo || m.base > math.MaxUint32/2 {
		m.slots = make([]memoSlot, 1<<memoBits)
		m.shift = 64 - memoBits
		m.base = 1
	}
	m.used, m.count, m.alive, m.giants = 0, 0, nil, nil
	clear(m.classes)
	m.classes, m.indexes, m.byClass = m.classes[:0], m.indexes[:0], nil
}
