package pickle

import (
	"encoding/binary"
	"reflect"
	"runtime"
	"strconv"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
)

// directly decodes a plain pickle into a typed target while it reads, without a graph between. It
// takes a value's opcodes for what the target's type expects there. Where they turn out to be
// something else it reports false, and the target is as it was.
func directly(data []byte, cfg *decodeConfig, target any) bool {
	if len(data) < 2 || Opcode(data[0]) != opProto || data[1] > highestProtocol {
		return false
	}
	if int64(len(data)) > min(cfg.maxInput, cfg.maxElements) {
		return false // each value takes a byte at least, so none of the limits needs to be counted
	}
	m := newMachine(data, cfg)
	m.part = true
	done := false
	if p := m.planFor(target); p != nil && p.direct != nil {
		m.pos = 2
		m.frames()
		done = p.attempt(m, raw.Held(target))
	}
	runtime.KeepAlive(target)
	m.release()
	return done
}

// attempt reads a whole pickle, and leaves the target as it was where that fails.
func (pl *plan) attempt(m *machine, at raw.Place) bool {
	var before reflect.Value
	if !isZero(at.Bytes(int(pl.typ.Size()))) {
		before = reflect.New(pl.typ).Elem()
		before.Set(pl.at(at))
	}
	if pl.direct(m, at) && m.peek() == opStop {
		return true
	}
	if before.IsValid() {
		pl.at(at).Set(before)
	} else {
		pl.at(at).SetZero()
	}
	return false
}

func isZero(memory []byte) bool {
	var all uint64
	for ; len(memory) >= 32; memory = memory[32:] {
		all |= binary.NativeEndian.Uint64(memory) | binary.NativeEndian.Uint64(memory[8:]) |
			binary.NativeEndian.Uint64(memory[16:]) | binary.NativeEndian.Uint64(memory[24:])
	}
	for _, b := range memory {
		all |= uint64(b)
	}
	return all == 0
}

// planCache holds the plan of the type whose pointers have the word planned.
type planCache struct {
	plan    *plan
	planned uintptr
}

// planFor returns the plan of what a pointer points to, nil for what is no pointer. The last one is
// at hand.
func (m *planCache) planFor(target any) *plan {
	word := raw.SlotOf(target).Word
	if raw.Held(target).IsNil() {
		return nil
	}
	if word == m.planned {
		return m.plan
	}
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	m.planned, m.plan = word, planOf(v.Type().Elem())
	return m.plan
}

// next returns the next opcode, zero at the end. It can be FRAME, which callers pass over.
func (m *machine) next() Opcode {
	if m.pos < len(m.data) {
		return Opcode(m.data[m.pos])
	}
	return 0
}

// frames steps over the beginnings of frames and reports whether there was one.
func (m *machine) frames() (found bool) {
	for m.next() == opFrame {
		m.pos++
		if m.frame() != nil {
			m.pos = len(m.data)
		}
		found = true
	}
	return found
}

// peek returns the next opcode, behind the beginnings of frames; zero at the end.
func (m *machine) peek() Opcode {
	if op := m.next(); op < opFrame {
		return op // any opcode below protocol 4's last
	}
	return m.peekOn()
}

func (m *machine) peekOn() Opcode {
	m.frames()
	return m.next()
}

// take steps over the next opcode if it is op.
func (m *machine) take(op Opcode) bool {
	if m.next() != op && m.peek() != op {
		return false
	}
	m.pos++
	return true
}

// note puts a value that has just been read into the memo if the pickle does. It reports false when
// that cannot be done.
func (m *machine) note(s slot) bool {
	if m.pos < len(m.data) && Opcode(m.data[m.pos]) == opMemoize {
		m.pos++
		m.memo = append(m.memo, s)
		return len(m.memo) <= m.room
	}
	return m.noteOther(s)
}

// noteOther is note for what is no MEMOIZE, at least not at once.
func (m *machine) noteOther(s slot) bool {
	for {
		switch m.next() {
		case opMemoize:
			m.pos++
		case opBinPut:
			if m.pos+1 >= len(m.data) || int(m.data[m.pos+1]) != len(m.memo) {
				return false
			}
			m.pos += 2
		case opLongBinPut:
			m.pos++
			return m.appendAt(s)
		case opFrame:
			m.frames()
			continue
		default:
			return true
		}
		m.memo = append(m.memo, s)
		return len(m.memo) <= m.room
	}
}

// enter notes that one more container is being filled.
func (m *machine) enter() bool {
	m.depth++
	return int64(m.depth) < m.cfg.maxDepth
}

func (m *machine) leave() { m.depth-- }

// readInt reads an int of 64 bits.
func (m *machine) readInt() (i int64, ok bool) {
	data, pos := m.data, m.pos
	switch m.next() {
	case opBinInt1:
		if pos+1 < len(data) {
			m.pos = pos + 2
			return int64(data[pos+1]), true
		}
	case opBinInt2:
		if pos+2 < len(data) {
			m.pos = pos + 3
			return int64(binary.LittleEndian.Uint16(data[pos+1:])), true
		}
	case opBinInt:
		if pos+4 < len(data) {
			m.pos = pos + 5
			return int64(int32(binary.LittleEndian.Uint32(data[pos+1:]))), true
		}
	case opLong1:
		if n, fits := sizedAt(data[pos+1:], 1); fits && n <= 8 {
			m.pos = pos + 2 + n
			return smallTwosComplement(data[pos+2 : pos+2+n]), true
		}
	case opFrame:
		if m.frames() {
			return m.readInt()
		}
	}
	return 0, false
}

// readSpan steps over a str that stands in the input, without what may put it into the memo, and
// returns where.
func (m *machine) readSpan() (at, n int, ok bool) {
	data, pos := m.data, m.pos
	switch m.next() {
	case opShortBinUnicode:
		if pos+1 < len(data) {
			at, n = pos+2, int(data[pos+1])
		}
	case opBinUnicode:
		if pos+4 < len(data) {
			at, n = pos+5, int(binary.LittleEndian.Uint32(data[pos+1:]))
		}
	case opFrame:
		if m.frames() {
			return m.readSpan()
		}
	}
	if at == 0 || n > len(data)-at {
		return 0, 0, false
	}
	m.pos = at + n
	if n <= 8 && len(data)-at >= 8 {
		if binary.LittleEndian.Uint64(data[at:])&0x8080808080808080&(1<<(8*uint(n)&63)-1) == 0 && n < 8 {
			return at, n, true
		}
	}
	content := data[at : at+n]
	return at, n, allASCII(content) || validStr(content)
}

// readString reads a str.
func (m *machine) readString() (s string, ok bool) {
	switch op := m.peek(); op {
	case opShortBinUnicode, opBinUnicode:
		at, n, ok := m.readSpan()
		if !ok || !m.texts.isFirst(m.data[at:at+n], at) {
			return "", false
		}
		s = m.str(at, n)
		return s, m.note(slotOfText(s, tagString))
	case opBinGet, opLongBinGet:
		m.pos++
		index, ok := m.indexAt(op)
		if !ok {
			return "", false
		}
		e := &m.memo[index]
		if e.Word != stringTag && e.Word&tagString == 0 {
			return "", false
		}
		return m.known(e), true
	}
	return "", false
}

// leafDirect returns what reads a scalar into a basic type.
func leafDirect(p *plan) func(*machine, raw.Place) bool {
	switch p.typ.Kind() {
	case reflect.Bool:
		return directBool
	case reflect.Int, reflect.Int64:
		if strconv.IntSize == 64 {
			return directInt64
		}
	case reflect.Int8:
		return directInt[int8]
	case reflect.Int16:
		return directInt[int16]
	case reflect.Int32:
		return directInt[int32]
	case reflect.Uint8:
		return directInt[uint8]
	case reflect.Uint16:
		return directInt[uint16]
	case reflect.Uint32:
		return directInt[uint32]
	case reflect.Float64:
		return directFloat64
	case reflect.String:
		return directString
	}
	return nil
}

func directBool(m *machine, at raw.Place) bool {
	op := m.peek()
	*raw.In[bool](at) = op == opNewTrue
	m.pos++
	return op == opNewTrue || op == opNewFalse
}

func directInt[T int8 | int16 | int32 | uint8 | uint16 | uint32](m *machine, at raw.Place) bool {
	i, ok := m.readInt()
	*raw.In[T](at) = T(i)
	return ok && int64(T(i)) == i
}

func directInt64(m *machine, at raw.Place) (ok bool) {
	*raw.In[int64](at), ok = m.readInt()
	return ok
}

func directFloat64(m *machine, at raw.Place) bool {
	data, pos := m.data, m.pos
	if pos+8 < len(data) && Opcode(data[pos]) == opBinFloat {
		m.pos = pos + 9
		*raw.In[uint64](at) = binary.BigEndian.Uint64(data[pos+1:])
		return true
	}
	return m.frames() && directFloat64(m, at)
}

func directString(m *machine, at raw.Place) (ok bool) {
	if m.plainString(at) {
		return true
	}
	*raw.In[string](at), ok = m.readString()
	return ok
}

// plainKind returns the kind of scalar that a type takes without rules of its own, gotype.NoScalar
// for others.
func plainKind(p *plan) gotype.Scalar {
	if p.direct == nil || own(p.typ) {
		return gotype.NoScalar
	}
	switch p.typ.Kind() {
	case reflect.String:
		return gotype.String
	case reflect.Int, reflect.Int64:
		return gotype.Int64
	case reflect.Float64:
		return gotype.Float64
	}
	return gotype.NoScalar
}

// plainScalar reads a scalar that is written as usual. It reports false for any other, and has read
// nothing then.
func (m *machine) plainScalar(kind gotype.Scalar, at raw.Place) bool {
	if kind == gotype.String {
		return m.plainString(at)
	}
	data, pos := m.data, m.pos
	switch kind {
	case gotype.Float64:
		if pos+8 < len(data) && Opcode(data[pos]) == opBinFloat {
			*raw.In[uint64](at) = binary.BigEndian.Uint64(data[pos+1:])
			m.pos = pos + 9
			return true
		}
	case gotype.Int64:
		if pos+4 >= len(data) {
			return false
		}
		switch Opcode(data[pos]) {
		case opBinInt1:
			*raw.In[int64](at) = int64(data[pos+1])
			m.pos = pos + 2
			return true
		case opBinInt2:
			*raw.In[int64](at) = int64(binary.LittleEndian.Uint16(data[pos+1:]))
			m.pos = pos + 3
			return true
		case opBinInt:
			*raw.In[int64](at) = int64(int32(binary.LittleEndian.Uint32(data[pos+1:])))
			m.pos = pos + 5
			return true
		}
	}
	return false
}

// plainString is plainScalar for a str: one that is short and ASCII, and new.
func (m *machine) plainString(at raw.Place) bool {
	data, pos := m.data, m.pos
	if pos+1 >= len(data) || Opcode(data[pos]) != opShortBinUnicode {
		return false
	}
	begin, end := pos+2, pos+2+int(data[pos+1])
	if end >= len(data) || Opcode(data[end]) != opMemoize || len(m.memo) >= m.room || !allASCII(data[begin:end]) ||
		!m.texts.isFirst(data[begin:end], begin) {
		return false
	}
	var s string
	if m.text != "" {
		s = m.text[begin:end]
	} else {
		s = m.slab.copy(data[begin:end])
	}
	m.memo = append(m.memo, slotOfText(s, tagString))
	m.pos = end + 1
	*raw.In[string](at) = s
	return true
}

// sizedAt returns the length that stands at the beginning of rest, and whether so many bytes follow
// it.
func sizedAt(rest []byte, width int) (n int, ok bool) {
	if len(rest) < width {
		return 0, false
	}
	n = int(littleEndian(rest[:width]))
	return n, n <= len(rest)-width
}
