package pickle

import (
	"maps"
	"runtime"
	"slices"
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
// second time, and not as a reference to the first, is an object of its own. A place is the address
// of the value, or for a str of a typed target where it stands in the input.
type firsts struct {
	at    [sharedObjects]uintptr
	noted []uint16 // the objects with a place
}

// elsewhere is the place of an object that is out of reach, such as one of an earlier pickle of the
// stream.
const elsewhere = ^uintptr(0)

// isFirst notes that a str stands at a place, which is not zero, and reports whether it is the
// first with its content, or too long for CPython to share it.
func (f *firsts) isFirst(s []byte, place int) bool {
	return len(s) > maxShared || f.note(sharedText(s), uintptr(place))
}

// note notes an object, negative for one that CPython does not share. It reports whether it is the
// first with its content.
func (f *firsts) note(object int, place uintptr) bool {
	if object < 0 {
		return true
	}
	if f.at[object] == 0 {
		f.at[object], f.noted = place, append(f.noted, uint16(object))
	}
	return f.at[object] == place
}

func (f *firsts) forget() {
	for _, object := range f.noted {
		f.at[object] = 0
	}
	f.noted = f.noted[:0]
}

// leave prepares for the next pickle of a stream.
func (f *firsts) leave() {
	for _, object := range f.noted {
		f.at[object] = elsewhere
	}
}

// firstObjects are the objects that a stack machine has met.
type firstObjects struct {
	texts, bytes firsts
	classes      map[py.Class]bool
}

func (f *firstObjects) forget() {
	f.texts.forget()
	f.bytes.forget()
	f.classes = nil
}

// clone returns a copy that shares no memory.
func (f *firstObjects) clone() firstObjects {
	made := *f
	made.texts.noted, made.bytes.noted, made.classes = slices.Clone(f.texts.noted), slices.Clone(f.bytes.noted), maps.Clone(f.classes)
	return made
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

// noteText notes a str that has just been made of short content, and gives it memory of its own
// where it is an object of its own.
func (m *machine) noteText(p *string, content []byte) {
	if !m.texts.note(sharedText(content), raw.Address(p)) {
		*p = m.apart.string(content)
	}
}

// noteEncoded notes the bytes that a call encodes a text to, and reports whether they are the first
// of their content.
func (m *machine) noteEncoded(text string, place uintptr) bool {
	return m.bytes.note(sharedText(raw.Bytes(text)), place)
}

// claimShared makes a value the one that CPython shares, since it is of an expression that makes no
// other; what was taken for it before is an object of its own.
func (m *machine) claimShared(s slot) {
	switch s.Word {
	case stringTag:
		p := textOf(s)
		if !isApartString(*p) {
			return
		}
		content := []byte(*p)
		if first := &m.texts.at[sharedText(content)]; *first != elsewhere {
			*textOf(slot{At: *first}), *p = m.apart.string(content), string(content)
			*first = s.At
		}
	case bytesTag:
		p := raw.Target[[]byte](s)
		if !isApart(raw.OfSlice(*p)) {
			return
		}
		if first := &m.bytes.at[sharedBytes(*p)]; *first != elsewhere {
			*raw.Target[[]byte](slot{At: *first}), *p = m.apart.bytes(*p), ownBytes(*p)
			*first = s.At
		}
	}
}
