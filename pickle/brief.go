package pickle

import (
	"encoding/binary"
	"runtime"
	"sync"
	"unsafe"

	"github.com/pizco-go/pizco/py"
)

// brief reads a short plain pickle into a struct, as most messages are, with less ado than quick.
// It writes no memo, keeps its place in a register and compares keys with what the fields' names
// look like in a pickle. What it does not know it leaves to a quick machine, item by item, which is
// made to look as if it had read all that stands before.
type brief struct {
	cfg  *decodeConfig
	data []byte
	text string // a copy of the data, of which the strings of the result are parts
	desk *briefDesk
	lent *few   // nil until it is needed
	q    *quick // nil until it is needed
	// noted is up to where q has seen the data.
	noted int
	// used tells which parts of lent are taken.
	used struct{ strings, items, pairs, dicts bool }
}

// briefDesk is what is kept from one short pickle to the next.
type briefDesk struct {
	planCache
	slab  textSlab
	work  int64
	texts firsts
}

var briefDesks = sync.Pool{New: func() any { return new(briefDesk) }}

// miss is the position after what could not be read.
const miss = -1

// briefly decodes into a struct that is empty. It reports false for other targets, and leaves the
// target as it was where it fails.
func briefly(data []byte, cfg *decodeConfig, target any) (done bool) {
	desk := briefDesks.Get().(*briefDesk) //nolint:forcetypeassert // The pool makes nothing else.
	at := (*eface)(unsafe.Pointer(&target)).data
	p := desk.planFor(target)
	if p != nil && p.structure != nil && p.direct != nil && isZero(unsafe.Slice((*byte)(at), p.typ.Size())) {
		if done = desk.read(p.structure, data, cfg, at); !done {
			p.at(at).SetZero()
		}
		runtime.KeepAlive(target)
	}
	briefDesks.Put(desk)
	return done
}

func (desk *briefDesk) read(s *structPlan, data []byte, cfg *decodeConfig, at unsafe.Pointer) bool {
	b := brief{cfg: cfg, data: data, desk: desk}
	desk.work = cfg.maxKeyWork
	if cfg.alias {
		b.text = unsafe.String(&data[0], len(data))
	} else {
		desk.slab.left = 0
		b.text = desk.slab.copy(data)
	}
	pos := 2
	if len(data) >= 11 && Opcode(data[2]) == opFrame {
		if binary.LittleEndian.Uint64(data[3:]) > uint64(len(data)-11) {
			return false
		}
		pos = 11
	}
	b.noted = pos
	pos = b.structure(s, pos, at)
	if b.q != nil {
		b.q.release()
	}
	desk.texts.forget()
	return pos >= 0 && b.op(pos) == opStop
}

// op returns the opcode at a position, zero behind the end.
func (b *brief) op(pos int) Opcode {
	if pos < len(b.data) {
		return Opcode(b.data[pos])
	}
	return 0
}

// isTwo tells whether two opcodes follow each other.
func (b *brief) isTwo(pos int, first, second Opcode) bool {
	return pos+1 < len(b.data) && Opcode(b.data[pos]) == first && Opcode(b.data[pos+1]) == second
}

// quick returns a quick machine that has seen what stands before a position.
func (b *brief) quick(pos int) *quick {
	if b.q == nil {
		b.q = takeQuick(b.data, b.cfg)
		b.q.text, b.q.work, b.q.texts = b.text, b.desk.work, &b.desk.texts
	}
	for at := b.noted; at < pos; {
		v := slot{word: tagOpaque}
		switch Opcode(b.data[at]) {
		case opShortBinUnicode:
			begin, end := at+2, at+2+int(b.data[at+1])
			v = slotOfText(b.text[begin:end], tagString)
			at = end
		case opBinInt1:
			at += 2
		case opBinInt2:
			at += 3
		case opBinInt:
			at += 5
		case opBinFloat:
			at += 9
		default:
			at++
		}
		if at < pos && Opcode(b.data[at]) == opMemoize {
			b.q.memo = append(b.q.memo, v)
			at++
		}
	}
	b.q.pos = pos
	return b.q
}

// done takes over from the quick machine, and returns the position.
func (b *brief) done(ok bool) int {
	b.noted = b.q.pos
	if !ok {
		return miss
	}
	return b.q.pos
}

func (b *brief) structure(s *structPlan, pos int, at unsafe.Pointer) int {
	switch {
	case s.info.Tuple:
		return b.structTuple(s, pos, at)
	case b.isTwo(pos, opEmptyDict, opMemoize) && b.op(pos+2) == opMark:
		return b.structDict(s, pos+3, at)
	default:
		return b.done(s.direct(b.quick(pos), at))
	}
}

// structTuple reads a tuple of as many items as the struct has fields.
func (b *brief) structTuple(s *structPlan, pos int, at unsafe.Pointer) int {
	n := len(s.fields)
	end := opTuple
	switch {
	case n == 0:
		return miss
	case n <= 3:
		end = opTuple1 + Opcode(n-1)
	case b.op(pos) != opMark:
		return miss
	default:
		pos++
	}
	for i := range s.fields {
		f := &s.fields[i]
		next := b.field(f, pos, f.at(at))
		switch {
		case next >= 0 && (f.direct != nil || i == n-1 && b.op(next) == end):
			pos = next
		case f.form == formStruct:
			return miss
		case f.direct != nil:
			if pos = b.done(f.direct(b.quick(pos), f.at(at))); pos < 0 {
				return miss
			}
		case i == 0: // where it ends cannot be told
			return miss
		default:
			return b.done(s.directTail(b.quick(pos), i, end, at))
		}
	}
	if !b.isTwo(pos, end, opMemoize) {
		return miss
	}
	return pos + 2
}

// structDict reads the items of a dict.
func (b *brief) structDict(s *structPlan, pos int, at unsafe.Pointer) int {
	for likely, over := 0, false; !over; {
		i := s.fieldKeyed(b.data[pos:], likely)
		if i < 0 {
			if b.op(pos) == opSetItems {
				return pos + 1
			}
			var f *fieldPlan
			if f, pos = b.otherKey(s, likely, pos); pos >= 0 {
				pos, over = b.quickValue(s, f, pos, at)
			}
		} else {
			f := &s.fields[i]
			likely = i + 1
			begin := pos + len(f.head)
			pos = b.field(f, begin, f.at(at))
			if pos < 0 && f.form != formStruct || f.form == formAny && !b.isBehindValue(pos) {
				pos, over = b.quickValue(s, f, begin, at)
			}
		}
		if pos < 0 {
			return miss
		}
	}
	return pos
}

// fieldKeyed returns which field is named by the key at the beginning of the data, most likely a
// certain one; a negative number for none.
func (s *structPlan) fieldKeyed(data []byte, likely int) int {
	if likely < len(s.fields) && s.fields[likely].isNamed(data) {
		return likely
	}
	if len(data) == 0 || Opcode(data[0]) != opShortBinUnicode {
		return miss
	}
	for i := range s.fields {
		if s.fields[i].isNamed(data) {
			return i
		}
	}
	return miss
}

// headOf returns how a key stands in a short pickle, nothing for one that takes another opcode.
func headOf(key string) string {
	if key == "" || len(key) > 255 {
		return ""
	}
	return string([]byte{byte(opShortBinUnicode), byte(len(key))}) + key + string([]byte{byte(opMemoize)})
}

func (f *fieldPlan) isNamed(data []byte) bool {
	n := len(f.head)
	return n > 0 && n <= len(data) && string(data[:n]) == f.head
}

// otherKey reads a key that is not written as usual, or that names no field.
func (b *brief) otherKey(s *structPlan, i, pos int) (*fieldPlan, int) {
	f, ok := s.readKey(b.quick(pos), i)
	return f, b.done(ok)
}

// quickValue reads a value as the quick machine does. It reports whether that has read all items of
// the dict.
func (b *brief) quickValue(s *structPlan, f *fieldPlan, pos int, at unsafe.Pointer) (next int, over bool) {
	switch s.readValue(b.quick(pos), f, at) {
	case 0:
		return miss, true
	case opSetItems:
		b.q.pos++
		over = true
	}
	return b.done(true), over
}

// isBehindValue tells whether what is at a position can follow a value in a dict, so that the value
// does not go on there.
func (b *brief) isBehindValue(pos int) bool {
	switch b.op(pos) {
	case opSetItems, opShortBinUnicode, opBinUnicode, opBinGet, opLongBinGet:
		return true
	}
	return false
}

// briefForm is what brief reads into a field.
type briefForm uint8

const (
	formOther briefForm = iota // left to quick
	formString
	formInt64
	formFloat64
	formStruct
	formTuple // of a graph
	formDict  // of a graph
	formAny
)

// formOf returns what is read into a type.
func formOf(p *plan) briefForm {
	switch {
	case p.direct != nil && p.structure != nil:
		return formStruct
	case p.holds == tupleTag:
		return formTuple
	case p.holds == dictTag:
		return formDict
	case p.holds == holdsAny:
		return formAny
	}
	switch plainKind(p) {
	case scalarString:
		return formString
	case scalarInt64:
		return formInt64
	case scalarFloat64:
		return formFloat64
	}
	return formOther
}

// field reads the value of a field.
func (b *brief) field(f *fieldPlan, pos int, at unsafe.Pointer) int {
	switch f.form {
	case formString:
		return b.str(pos, (*string)(at))
	case formInt64:
		i, next := b.int(pos)
		*(*int64)(at) = i
		return next
	case formFloat64:
		if pos+8 < len(b.data) && Opcode(b.data[pos]) == opBinFloat {
			*(*uint64)(at) = binary.BigEndian.Uint64(b.data[pos+1:])
			return pos + 9
		}
	case formStruct:
		return b.structure(f.structure, pos, at)
	case formTuple:
		return b.tuple(pos, (*py.Tuple)(at))
	case formDict:
		return b.dict(pos, (**py.Dict)(at))
	case formAny:
		v, next := b.scalar(pos)
		*(*any)(at) = v
		return next
	}
	return miss
}

// str reads a str that is short and new.
func (b *brief) str(pos int, to *string) int {
	data := b.data
	if pos+1 >= len(data) || Opcode(data[pos]) != opShortBinUnicode {
		return miss
	}
	begin, end := pos+2, pos+2+int(data[pos+1])
	if end >= len(data) || Opcode(data[end]) != opMemoize || !partASCII(data, begin, end) && !validStr(data[begin:end]) ||
		!b.desk.texts.isFirst(data[begin:end], begin) {
		return miss
	}
	*to = b.text[begin:end]
	return end + 1
}

// partASCII tells whether part of a pickle is ASCII. It looks at words, the last of which may begin
// before the part.
func partASCII(data []byte, begin, end int) bool {
	const high = 0x8080808080808080
	if end < 8 {
		return allASCII(data[begin:end])
	}
	for ; end-begin > 8; begin += 8 {
		if binary.LittleEndian.Uint64(data[begin:])&high != 0 {
			return false
		}
	}
	return binary.LittleEndian.Uint64(data[end-8:])&(high<<(64-8*uint(end-begin))) == 0
}

// int reads an int of at most 32 bits.
func (b *brief) int(pos int) (i int64, next int) {
	data := b.data
	switch b.op(pos) {
	case opBinInt1:
		if pos+1 < len(data) {
			return int64(data[pos+1]), pos + 2
		}
	case opBinInt2:
		if pos+2 < len(data) {
			return int64(binary.LittleEndian.Uint16(data[pos+1:])), pos + 3
		}
	case opBinInt:
		if pos+4 < len(data) {
			return int64(int32(binary.LittleEndian.Uint32(data[pos+1:]))), pos + 5
		}
	}
	return 0, miss
}
