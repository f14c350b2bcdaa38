package pickle

import (
	"encoding/binary"
	"reflect"
	"runtime"
	"strconv"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
)

// directly decodes a plain pickle into a typed target while it reads, with neither a tape nor a
// graph between. It takes a value's opcodes for what the target's type expects there. Where they
// turn out to be something else it reports false, and the target is as it was.
func directly(data []byte, cfg *decodeConfig, target any) bool {
	if len(data) < 2 || Opcode(data[0]) != opProto || data[1] > highestProtocol {
		return false
	}
	q := newQuick(data, cfg)
	if q == nil {
		return false
	}
	done := false
	if p := q.planFor(target); p != nil && p.direct != nil {
		q.pos = 2
		q.frames()
		done = p.attempt(q, raw.Held(target))
	}
	runtime.KeepAlive(target)
	q.release()
	return done
}

// attempt reads a whole pickle, and leaves the target as it was where that fails.
func (pl *plan) attempt(q *quick, at raw.Place) bool {
	var before reflect.Value
	if !isZero(at.Bytes(int(pl.typ.Size()))) {
		before = reflect.New(pl.typ).Elem()
		before.Set(pl.at(at))
	}
	if pl.direct(q, at) && q.peek() == opStop {
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
func (q *planCache) planFor(target any) *plan {
	word := raw.SlotOf(target).Word
	if raw.Held(target).IsNil() {
		return nil
	}
	if word == q.planned {
		return q.plan
	}
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	q.planned, q.plan = word, planOf(v.Type().Elem())
	return q.plan
}

// next returns the next opcode, zero at the end. It can be FRAME, which is none to its callers.
func (q *quick) next() Opcode {
	if q.pos < len(q.data) {
		return Opcode(q.data[q.pos])
	}
	return 0
}

// frames steps over the beginnings of frames and reports whether there was one.
func (q *quick) frames() (found bool) {
	for q.next() == opFrame {
		q.pos++
		if !q.frame() {
			q.pos = len(q.data)
		}
		found = true
	}
	return found
}

// peek returns the next opcode, behind the beginnings of frames; zero at the end.
func (q *quick) peek() Opcode {
	if op := q.next(); op < opFrame {
		return op // all but those of protocol 5
	}
	return q.peekOn()
}

func (q *quick) peekOn() Opcode {
	q.frames()
	return q.next()
}

// take steps over the next opcode if it is op.
func (q *quick) take(op Opcode) bool {
	if q.next() != op && q.peek() != op {
		return false
	}
	q.pos++
	return true
}

// note puts a value that has just been read into the memo if the pickle does. It reports false when
// that cannot be done.
func (q *quick) note(s slot) bool {
	if q.pos < len(q.data) && Opcode(q.data[q.pos]) == opMemoize {
		q.pos++
		q.memo = append(q.memo, s)
		return len(q.memo) <= q.maxMemo
	}
	return q.noteOther(s)
}

// noteOther is note for what is no MEMOIZE, at least not at once.
func (q *quick) noteOther(s slot) bool {
	for {
		switch q.next() {
		case opMemoize:
			q.pos++
		case opBinPut:
			if q.pos+1 >= len(q.data) || int(q.data[q.pos+1]) != len(q.memo) {
				return false
			}
			q.pos += 2
		case opLongBinPut:
			q.pos++
			return q.longBinPut(s)
		case opFrame:
			q.frames()
			continue
		default:
			return true
		}
		q.memo = append(q.memo, s)
		return len(q.memo) <= q.maxMemo
	}
}

// enter notes that one more container is being filled.
func (q *quick) enter() bool {
	q.depth++
	return int64(q.depth) < q.cfg.maxDepth
}

func (q *quick) leave() { q.depth-- }

// readInt reads an int of 64 bits.
func (q *quick) readInt() (i int64, ok bool) {
	data, pos := q.data, q.pos
	switch q.next() {
	case opBinInt1:
		if pos+1 < len(data) {
			q.pos = pos + 2
			return int64(data[pos+1]), true
		}
	case opBinInt2:
		if pos+2 < len(data) {
			q.pos = pos + 3
			return int64(binary.LittleEndian.Uint16(data[pos+1:])), true
		}
	case opBinInt:
		if pos+4 < len(data) {
			q.pos = pos + 5
			return int64(int32(binary.LittleEndian.Uint32(data[pos+1:]))), true
		}
	case opLong1:
		if n, fits := sized(data[pos+1:], 1); fits && n <= 8 {
			q.pos = pos + 2 + n
			return smallTwosComplement(data[pos+2 : pos+2+n]), true
		}
	case opFrame:
		if q.frames() {
			return q.readInt()
		}
	}
	return 0, false
}

// readSpan steps over a str that stands in the input, without what may put it into the memo, and
// returns where.
func (q *quick) readSpan() (at, n int, ok bool) {
	data, pos := q.data, q.pos
	switch q.next() {
	case opShortBinUnicode:
		if pos+1 < len(data) {
			at, n = pos+2, int(data[pos+1])
		}
	case opBinUnicode:
		if pos+4 < len(data) {
			at, n = pos+5, int(binary.LittleEndian.Uint32(data[pos+1:]))
		}
	case opFrame:
		if q.frames() {
			return q.readSpan()
		}
	}
	if at == 0 || n > len(data)-at {
		return 0, 0, false
	}
	q.pos = at + n
	if n <= 8 && len(data)-at >= 8 {
		if binary.LittleEndian.Uint64(data[at:])&0x8080808080808080&(1<<(8*uint(n)&63)-1) == 0 && n < 8 {
			return at, n, true
		}
	}
	content := data[at : at+n]
	return at, n, allASCII(content) || validStr(content)
}

// readString reads a str.
func (q *quick) readString() (s string, ok bool) {
	switch op := q.peek(); op {
	case opShortBinUnicode, opBinUnicode:
		at, n, ok := q.readSpan()
		if !ok || !q.texts.isFirst(q.data[at:at+n], at) {
			return "", false
		}
		s = q.str(at, n)
		return s, q.note(slotOfText(s, tagString))
	case opBinGet, opLongBinGet:
		q.pos++
		index, ok := q.index(op)
		if !ok {
			return "", false
		}
		e := &q.memo[index]
		if e.Word != stringTag && e.Word&tagString == 0 {
			return "", false
		}
		return q.known(e), true
	}
	return "", false
}

// leafDirect returns what reads a scalar into a basic type.
func leafDirect(p *plan) func(*quick, raw.Place) bool {
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

func directBool(q *quick, at raw.Place) bool {
	op := q.peek()
	*raw.In[bool](at) = op == opNewTrue
	q.pos++
	return op == opNewTrue || op == opNewFalse
}

func directInt[T int8 | int16 | int32 | uint8 | uint16 | uint32](q *quick, at raw.Place) bool {
	i, ok := q.readInt()
	*raw.In[T](at) = T(i)
	return ok && int64(T(i)) == i
}

func directInt64(q *quick, at raw.Place) (ok bool) {
	*raw.In[int64](at), ok = q.readInt()
	return ok
}

func directFloat64(q *quick, at raw.Place) bool {
	data, pos := q.data, q.pos
	if pos+8 < len(data) && Opcode(data[pos]) == opBinFloat {
		q.pos = pos + 9
		*raw.In[uint64](at) = binary.BigEndian.Uint64(data[pos+1:])
		return true
	}
	return q.frames() && directFloat64(q, at)
}

func directString(q *quick, at raw.Place) (ok bool) {
	if q.plainString(at) {
		return true
	}
	*raw.In[string](at), ok = q.readString()
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
func (q *quick) plainScalar(kind gotype.Scalar, at raw.Place) bool {
	if kind == gotype.String {
		return q.plainString(at)
	}
	data, pos := q.data, q.pos
	switch kind {
	case gotype.Float64:
		if pos+8 < len(data) && Opcode(data[pos]) == opBinFloat {
			*raw.In[uint64](at) = binary.BigEndian.Uint64(data[pos+1:])
			q.pos = pos + 9
			return true
		}
	case gotype.Int64:
		if pos+4 >= len(data) {
			return false
		}
		switch Opcode(data[pos]) {
		case opBinInt1:
			*raw.In[int64](at) = int64(data[pos+1])
			q.pos = pos + 2
			return true
		case opBinInt2:
			*raw.In[int64](at) = int64(binary.LittleEndian.Uint16(data[pos+1:]))
			q.pos = pos + 3
			return true
		case opBinInt:
			*raw.In[int64](at) = int64(int32(binary.LittleEndian.Uint32(data[pos+1:])))
			q.pos = pos + 5
			return true
		}
	}
	return false
}

// plainString is plainScalar for a str: one that is short and ASCII, and new.
func (q *quick) plainString(at raw.Place) bool {
	data, pos := q.data, q.pos
	if pos+1 >= len(data) || Opcode(data[pos]) != opShortBinUnicode {
		return false
	}
	begin, end := pos+2, pos+2+int(data[pos+1])
	if end >= len(data) || Opcode(data[end]) != opMemoize || len(q.memo) >= q.maxMemo || !allASCII(data[begin:end]) ||
		!q.texts.isFirst(data[begin:end], begin) {
		return false
	}
	var s string
	if q.text != "" {
		s = q.text[begin:end]
	} else {
		s = q.slab.copy(data[begin:end])
	}
	q.memo = append(q.memo, slotOfText(s, tagString))
	q.pos = end + 1
	*raw.In[string](at) = s
	return true
}
