package pickle

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// CPython has one object for the empty str, for each str of one Latin-1 character, and for the like
// of bytes; for a class it has one object, too. The encoder goes by that. A pickle can hold others
// all the same: f"-{''}" makes a str of its own, and below protocol 3 FileNotFoundError and
// PermissionError have one name. What a decoder meets again in that way gets memory from a block
// that is known to hold such values, and the encoder then goes by where the value is.

const (
	apartSize = 1 << 10
	apartMask = apartSize - 1
)

// apartBlock is memory for values that are objects of their own. It begins at a multiple of its
// size.
type apartBlock [apartSize]byte

// apartBlocks holds the blocks that are in use, by their addresses. It does not keep them alive.
var (
	apartBlocks sync.Map // of uintptr to weak.Pointer[apartBlock]
	apartCount  atomic.Int64
)

// newApartBlock returns a block, which is known as long as something in it is in use.
func newApartBlock() *apartBlock {
	memory := make([]byte, apartSize)
	if skip := -raw.Address(&memory[0]) & apartMask; skip != 0 { // not with Go's allocator as it is
		memory = make([]byte, 2*apartSize)
		memory = memory[-raw.Address(&memory[0])&apartMask:]
	}
	b := (*apartBlock)(memory[:apartSize])
	key, known := raw.Address(b), weak.Make(b)
	apartBlocks.Store(key, known)
	apartCount.Add(1)
	runtime.AddCleanup(b, func(key uintptr) {
		apartBlocks.CompareAndDelete(key, known)
		apartCount.Add(-1)
	}, key)
	return b
}

// isApart reports whether what stands at an address is an object of its own, whatever its content.
func isApart(at raw.Place) bool {
	if apartCount.Load() == 0 {
		return false
	}
	known, ok := apartBlocks.Load(at.Address() &^ apartMask)
	if !ok {
		return false
	}
	block, ok := known.(weak.Pointer[apartBlock])
	return ok && block.Value() != nil
}

// isApartString is isApart for a str.
func isApartString(s string) bool { return isApart(raw.OfString(s)) }

// apartSlab hands out values that are objects of their own.
type apartSlab struct {
	block *apartBlock
	used  int
}

// bytes returns a copy of b that is an object of its own. One that is longer than a block is what
// every copy is.
func (s *apartSlab) bytes(b []byte) []byte {
	n := len(b)
	if n > apartSize {
		return ownBytes(b)
	}
	if s.block == nil || s.used+max(n, 1) > apartSize {
		s.block, s.used = newApartBlock(), 0
	}
	part := s.block[s.used : s.used+n : s.used+max(n, 1)]
	copy(part, b)
	s.used += max(n, 1) // an empty one has an address, too
	return part
}

func (s *apartSlab) string(b []byte) string {
	b = s.bytes(b)
	return raw.String(b)
}

// The objects that CPython has one of, as a rule: one for each byte or Latin-1 character, and the
// empty one.
const (
	emptyObject   = 256
	sharedObjects = 257
	// maxShared is the length in bytes that the longest of them has as UTF-8.
	maxShared = 2
)

// sharedText returns the number of the object that CPython has for a str, a negative one for a
// longer str.
func sharedText(s []byte) int {
	switch {
	case len(s) == 0:
		return emptyObject
	case len(s) == 1:
		return int(s[0])
	case len(s) == 2 && s[0]&0xFE == 0xC2:
		return int(s[0]<<6 | s[1]&0x3F)
	}
	return -1
}

// sharedBytes is sharedText for bytes.
func sharedBytes(b []byte) int {
	switch len(b) {
	case 0:
		return emptyObject
	case 1:
		return int(b[0])
	}
	return -1
}

// firsts remembers where a pickle had each of the objects that CPython has one of. What comes a
// second time, and not as a reference to the first, is an object of its own.
type firsts struct {
	at   [sharedObjects]uint32
	used bool
}

// isFirst notes that a str stands at a place, which is not zero, and reports whether it is the
// first with its content or longer than those that CPython shares.
func (f *firsts) isFirst(s []byte, place int) bool {
	return len(s) > maxShared || f.note(sharedText(s), uint32(place))
}

// isFirstBytes is isFirst for bytes.
func (f *firsts) isFirstBytes(b []byte, place int) bool { return f.note(sharedBytes(b), uint32(place)) }

func (f *firsts) note(object int, place uint32) bool {
	if object < 0 {
		return true
	}
	if f.at[object] == 0 {
		f.at[object], f.used = place, true
	}
	return f.at[object] == place
}

func (f *firsts) forget() {
	if f.used {
		*f = firsts{}
	}
}

// elsewhere is the place of an object that an earlier pickle of the stream had.
const elsewhere = math.MaxUint32

// leave prepares for the next pickle of a stream.
func (f *firsts) leave() {
	for i, place := range f.at {
		if place != 0 {
			f.at[i] = elsewhere
		}
	}
}

// firstObjects are the objects that a stack machine has met, whose places are refs.
type firstObjects struct {
	texts, bytes firsts
	classes      map[py.Class]bool
}

func (f *firstObjects) forget() {
	f.texts.forget()
	f.bytes.forget()
	f.classes = nil
}

func (f *firstObjects) leave() {
	f.texts.leave()
	f.bytes.leave()
}

// isFirstClass notes a class and reports whether it is the first of its name.
func (f *firstObjects) isFirstClass(c py.Class) bool {
	if f.classes[c] {
		return false
	}
	if f.classes == nil {
		f.classes = map[py.Class]bool{}
	}
	f.classes[c] = true
	return true
}

// of returns what remembers the objects of a node's kind, and which of them the node is, a negative
// number for none.
func (f *firstObjects) of(k kind, content []byte) (*firsts, int) {
	switch k {
	case nodeStr, nodeStrText:
		return &f.texts, sharedText(content)
	case nodeBytes, nodeBytesText:
		return &f.bytes, sharedBytes(content)
	}
	return nil, -1
}

// noteShared notes the node that was made last, whose content is given.
func (m *machine) noteShared(content []byte) {
	if len(content) > maxShared {
		return
	}
	r := ref(len(m.nodes) - 1)
	if seen, object := m.firsts.of(m.nodes[r].kind, content); object >= 0 && !seen.note(object, r) {
		m.nodes[r].flags |= flagApart
	}
}

// encodedText returns the text of a call that encodes one.
func (m *machine) encodedText(n *node) ref { return m.span(&m.nodes[m.objects[n.a()].args])[0] }

// noteEncoded notes the bytes that a call encodes a text to. Those of one byte that are not the
// first of their content are an object of their own.
func (m *machine) noteEncoded(r ref) {
	content := m.bytes(&m.nodes[m.encodedText(&m.nodes[r])])
	if len(content) > maxShared {
		return
	}
	if object := sharedText(content); object >= 0 && !m.firsts.bytes.note(object, r) {
		m.nodes[r].flags |= flagApart
	}
}

// claimShared makes a value the one that CPython shares, since it is of an expression that makes no
// other; what was taken for it before is an object of its own.
func (m *machine) claimShared(r ref) {
	n := &m.nodes[r]
	if n.flags&flagApart == 0 {
		return
	}
	var seen *firsts
	var object int
	if n.kind == nodeObject { // bytes that a text encodes to
		seen, object = &m.firsts.bytes, sharedText(m.bytes(&m.nodes[m.encodedText(n)]))
	} else {
		seen, object = m.firsts.of(n.kind, m.bytes(n))
	}
	if first := seen.at[object]; first != elsewhere {
		m.nodes[first].flags |= flagApart
		n.flags &^= flagApart
		seen.at[object] = r
	}
}
