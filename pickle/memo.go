package pickle

import (
	"math"
	"math/bits"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// identity is what makes an object the same object: where its data is, and what kind and length of
// data it is.
type identity struct {
	at   raw.Place
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

// latin1Chars stands for the strings of one latin-1 character, and emptyString for the empty one:
// CPython has one object for each. singleBytes and emptyBytes are the same for bytes.
var (
	latin1Chars [256]byte
	emptyString byte
	singleBytes [256]byte
	emptyBytes  byte
)

// hasMemory reports whether the identity of a string is always where its data is. It is not for the
// empty string and strings of one Latin-1 character: CPython has one object of each, and others
// only where a pickle said so.
func hasMemory(s string) bool {
	return len(s) > 2 || len(s) == 2 && s[0]&0xFE != 0xC2
}

// isGiant reports whether the length does not fit a slot of the memo.
func (id identity) isGiant() bool { return id.kind > math.MaxUint32 }

func stringIdentity(s string) identity {
	if !hasMemory(s) && !isApartString(s) {
		return sharedIdentity(s)
	}
	return identity{raw.OfString(s), uintptr(len(s)) << kindBits}
}

// sharedIdentity is the identity of the only object that CPython has, as a rule, of a string
// without memory.
func sharedIdentity(s string) identity {
	switch len(s) {
	case 0:
		return identity{raw.At(&emptyString), kindString}
	case 1:
		return identity{raw.At(&latin1Chars[s[0]]), kindString}
	}
	return identity{raw.At(&latin1Chars[s[0]<<6|s[1]&0x3F]), kindString}
}

func bytesIdentity(b []byte) identity {
	if len(b) <= 1 && !isApart(raw.OfSlice(b)) {
		return sharedBytesIdentity(b)
	}
	return identity{raw.OfSlice(b), uintptr(len(b))<<kindBits | kindBytes}
}

// sharedBytesIdentity is sharedIdentity for bytes.
func sharedBytesIdentity(b []byte) identity {
	if len(b) == 0 {
		return identity{raw.At(&emptyBytes), kindBytes}
	}
	return identity{raw.At(&singleBytes[b[0]]), kindBytes}
}

// tupleIdentity is the identity of a tuple that is not empty; the empty one is never memoized.
func tupleIdentity(t []any) identity {
	return identity{raw.OfSlice(t), uintptr(len(t))<<kindBits | kindTuple}
}

func pointerIdentity[T any](p *T) identity {
	return identity{raw.At(p), kindPointer}
}

// boxIdentity is the identity of a scalar in an interface: where the interface keeps it. Copies of
// the interface value share it.
func boxIdentity(v *any) identity {
	return identity{raw.Held(*v), kindPointer}
}

// memo remembers which objects a pickle has, and under which index. It knows objects by their
// address only, so whoever puts one keeps it alive as long as the memo is in use.
type memo struct {
	// objects are the objects that can be referred to, in the order in which they were memoized.
	objects []memoObject
	// slots are a hash table with open addresses: the place of an object in objects, and above it a
	// part of its hash. They are small, since that is where the time goes with many objects.
	slots []memoSlot
	shift uint8
	// count is the number of objects memoized, the next one's index. It is larger than the number of
	// objects if objects were memoized that cannot be referred to.
	count uint32
	// base is added to the places in slots; what is below it is left over from earlier pickles.
	base uint32
	// giants are the objects whose length does not fit a memoObject.
	giants map[identity]uint32
	// alive keeps the objects of an Encoder's earlier pickles, whose callers may have let go of
	// them.
	alive   []raw.Place
	keep    bool
	classes []py.Class
	indexes []uint32
	byClass map[py.Class]uint32
}

// memoObject is an object with its index in the memo.
type memoObject struct {
	at    uintptr
	kind  uint32
	index uint32
}

type memoSlot uint64

const (
	leastMemo   = 1 << 7
	keptMemo    = 1 << 16
	linearClass = 12
)

func memoHash(at uintptr, kind uint32) uint64 {
	return (uint64(at) ^ uint64(kind)<<17) * 0x9E3779B97F4A7C15
}

// find returns the slot of the object, and whether it is there; where it is not, fill puts it
// there. Nothing may be put in between.
func (m *memo) find(id identity) (s *memoSlot, known bool) {
	return m.findAt(id.at.Address(), uint32(id.kind))
}

func (m *memo) findAt(at uintptr, kind uint32) (s *memoSlot, known bool) {
	h := memoHash(at, kind)
	slots, objects := m.slots, m.objects
	for i := h >> (m.shift & 63); ; i++ {
		s := &slots[i&uint64(len(slots)-1)]
		place := uint64(uint32(*s) - m.base)
		if place >= uint64(len(objects)) {
			return s, false
		}
		if uint32(*s>>32) == uint32(h) && objects[place].at == at && objects[place].kind == kind {
			return s, true
		}
	}
}

// claim returns the index of the object, or gives it the next one if it has none: find and fill in
// one.
func (m *memo) claim(id identity) (index uint32, known bool) {
	at, kind := id.at.Address(), uint32(id.kind)
	h := memoHash(at, kind)
	slots, objects := m.slots, m.objects
	for i := h >> (m.shift & 63); ; i++ {
		s := &slots[i&uint64(len(slots)-1)]
		place := uint64(uint32(*s) - m.base)
		if n := len(objects); place >= uint64(n) {
			*s = memoSlot(h<<32) | memoSlot(m.base+uint32(n))
			m.objects = m.objects[:n+1] // without storing the pointer, which would take a write barrier
			m.objects[n] = memoObject{at, kind, m.count}
			m.count++
			if n+1 == cap(objects) || m.keep {
				m.filled(id)
			}
			return 0, false
		}
		if uint32(*s>>32) == uint32(h) && objects[place].at == at && objects[place].kind == kind {
			return objects[place].index, true
		}
	}
}

// fill gives an object that find did not know the next index.
func (m *memo) fill(s *memoSlot, id identity) {
	n := len(m.objects)
	*s = memoSlot(memoHash(id.at.Address(), uint32(id.kind))<<32) | memoSlot(m.base+uint32(n))
	m.objects = m.objects[:n+1]
	m.objects[n] = memoObject{id.at.Address(), uint32(id.kind), m.count}
	m.count++
	if n+1 == cap(m.objects) || m.keep {
		m.filled(id)
	}
}

// filled makes room for the next object, and keeps the last one where it has to be kept.
func (m *memo) filled(id identity) {
	if m.keep {
		m.alive = append(m.alive, id.at)
	}
	if len(m.objects) == cap(m.objects) {
		m.grow()
	}
}

func (m *memo) grow() {
	known := m.objects
	m.make(4 * len(m.slots))
	for i := range known {
		o := &known[i]
		s, _ := m.findAt(o.at, o.kind)
		*s = memoSlot(memoHash(o.at, o.kind)<<32) | memoSlot(m.base+uint32(i))
		m.objects = append(m.objects, *o)
	}
}

// make makes a table, and room for three quarters as many objects as it has slots.
func (m *memo) make(slots int) {
	m.slots, m.objects = make([]memoSlot, slots), make([]memoObject, 0, slots/4*3)
	m.shift = uint8(64 - bits.TrailingZeros(uint(slots)))
}

// holds reports whether there is an object in a slot. indexIn returns its index.
func (m *memo) holds(s *memoSlot) bool { return uint64(uint32(*s)-m.base) < uint64(len(m.objects)) }

func (m *memo) indexIn(s *memoSlot) uint32 { return m.objects[uint32(*s)-m.base].index }

// get returns the index of the object.
func (m *memo) get(id identity) (uint32, bool) {
	if id.isGiant() {
		i, ok := m.giants[id]
		return i, ok
	}
	s, known := m.find(id)
	if !known {
		return 0, false
	}
	return m.indexIn(s), true
}

// put gives the object the next index. An object that is there already has that one from then on.
func (m *memo) put(id identity) {
	if id.isGiant() {
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
		m.objects[uint32(*s)-m.base].index = m.count
		m.count++
		return
	}
	m.fill(s, id)
}

// classIdentity is the identity of a class that is an object of its own although another has its
// name.
func classIdentity(c py.Class) identity { return identity{raw.OfString(c.Name), kindPointer} }

// class returns the index of the class.
func (m *memo) class(c py.Class) (uint32, bool) {
	if isApartString(c.Name) {
		return m.get(classIdentity(c))
	}
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
	case isApartString(c.Name):
		m.put(classIdentity(c))
		return
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
	m.base += uint32(len(m.objects))
	m.objects = m.objects[:0]
	if m.slots == nil || len(m.slots) > keptMemo || m.base > math.MaxUint32/2 {
		m.make(leastMemo)
		m.base = 1
	}
	m.count = 0
	if m.alive != nil || m.giants != nil {
		m.alive, m.giants = nil, nil
	}
	if len(m.classes) > 0 {
		clear(m.classes)
		m.classes, m.indexes, m.byClass = m.classes[:0], m.indexes[:0], nil
	}
}
