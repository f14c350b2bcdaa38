package pickle

import (
	"encoding/binary"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// other executes the opcodes that are not in run. It reports false for those that quick does not
// take.
func (q *quick) other(op Opcode, fence int) (newFence int, ok bool) {
	switch op {
	case opTuple1, opTuple2, opTuple3:
		from := len(q.stack) - 1 - int(op-opTuple1)
		return fence, from >= fence && q.tuple(from) && q.nest(q.level)
	case opEmptyDict:
		return fence, q.push(slot{Word: dictTag, At: raw.Address(q.dicts.next())})
	case opEmptyList:
		return fence, q.push(slot{Word: listTag, At: raw.Address(q.lists.next())})
	case opEmptyTuple:
		return fence, q.push(slotEmptyTuple)
	case opEmptySet:
		return fence, q.pushOther(new(py.Set))
	case opTuple, opAppends, opSetItems, opAddItems, opFrozenSet:
		return q.closeMark(op, fence)
	case opAppend:
		from := len(q.stack) - 1
		return fence, from > fence && q.fill(op, from) && q.nest(q.level)
	case opSetItem:
		from := len(q.stack) - 2
		return fence, from > fence && q.fill(op, from) && q.nest(q.level)
	case opProto:
		ok = q.pos < len(q.data) && q.data[q.pos] <= highestProtocol
		q.pos++
		return fence, ok
	case opFrame:
		return fence, q.frame()
	case opBinUnicode:
		return fence, q.longStr()
	case opLong1, opShortBinBytes, opBinBytes:
		return fence, q.bytes(op)
	case opBinGet, opLongBinGet:
		return fence, q.get(op)
	case opLongBinPut:
		return fence, len(q.stack) > fence && q.longBinPut(q.stack[len(q.stack)-1])
	}
	return fence, false
}

func (q *quick) push(v slot) bool {
	q.stack = append(q.stack, v)
	return true
}

// pushOther pushes a value that comes from no piece of memory.
func (q *quick) pushOther(v any) bool {
	q.others = append(q.others, v)
	return q.push(raw.SlotOf(v))
}

// closeMark executes an opcode that takes what is above the mark.
func (q *quick) closeMark(op Opcode, from int) (fence int, ok bool) {
	last := len(q.marks) - 1
	if last < 0 {
		return 0, false
	}
	outer := q.marks[last]
	q.marks = q.marks[:last]
	switch op {
	case opTuple:
		ok = q.tuple(from)
	case opFrozenSet:
		ok = q.frozenSet(from)
	default:
		ok = from > outer.fence && q.fill(op, from)
	}
	return outer.fence, ok && q.nest(outer.level)
}

// sureDepth is the depth from which cut looks for containers among the values, instead of taking
// the deepest of what stands beside them for one of them.
const sureDepth = 64

// cut takes the values from a position on off the stack, for a container.
func (q *quick) cut(from int) []slot {
	slots := q.stack[from:]
	q.stack = q.stack[:from]
	q.closed = q.level + 1
	if q.level >= sureDepth && noContainer(slots) {
		q.closed = 1
	}
	return slots
}

// nest goes on beside the container that has just been made, in the given depth. It reports false
// when the limit may be exceeded.
func (q *quick) nest(level int) bool {
	q.level = max(level, q.closed)
	q.deepest = max(q.deepest, q.level)
	return int64(q.level+q.depth) < q.cfg.maxDepth
}

func noContainer(slots []slot) bool {
	for _, s := range slots {
		switch s.Word {
		case 0, boolTag, int64Tag, float64Tag, stringTag:
		default:
			return false
		}
	}
	return true
}

func (q *quick) tuple(from int) bool {
	slots := q.cut(from)
	if len(slots) == 0 {
		q.closed = 0
		return q.push(slotEmptyTuple)
	}
	p := q.tuples.next()
	*p = q.items.take(len(slots))
	for i := range slots {
		(*p)[i] = slots[i].Value()
	}
	return q.push(slot{Word: tupleTag, At: raw.Address(p)})
}

func (q *quick) frozenSet(from int) bool {
	s, err := py.NewFrozenSetWithin(&q.work, raw.Values(q.cut(from))...)
	return err == nil && q.pushOther(s)
}

// fill puts the values from a position on into the container below them.
func (q *quick) fill(op Opcode, from int) bool {
	slots := q.cut(from)
	switch target := q.stack[from-1].Value().(type) {
	case *py.List:
		if target.Items == nil && len(slots) > 0 {
			target.Items = make([]any, 0, len(slots))
		}
		target.Items = append(target.Items, raw.Values(slots)...)
		return op == opAppend || op == opAppends
	case *py.Dict:
		return (op == opSetItem || op == opSetItems) && q.setItems(target, raw.Values(slots))
	case *py.Set:
		for _, v := range raw.Values(slots) {
			if target.AddWithin(v, &q.work) != nil {
				return false
			}
		}
		return op == opAddItems
	}
	return false
}

func (q *quick) setItems(d *py.Dict, values []any) bool {
	if len(values)%2 != 0 {
		return false
	}
	if len(values) == 0 {
		return true
	}
	pairs := q.pairs.take(len(values) / 2)
	for i := range pairs {
		pairs[i] = py.Pair{Key: values[2*i], Value: values[2*i+1]}
	}
	like := q.last
	q.last = d
	return d.FillLike(like, pairs, &q.work) == nil
}

// frame steps over the operand of FRAME.
func (q *quick) frame() bool {
	rest := q.data[q.pos:]
	q.pos += 8
	return len(rest) >= 8 && binary.LittleEndian.Uint64(rest) <= uint64(len(rest)-8)
}

func (q *quick) longStr() bool {
	n, ok := sized(q.data[q.pos:], 4)
	at := q.pos + 4
	if !ok || !validStr(q.data[at:at+n]) || !q.texts.isFirst(q.data[at:at+n], at) {
		return false
	}
	p := q.strings.next()
	*p = q.str(at, n)
	q.pos = at + n
	return q.push(slot{Word: stringTag, At: raw.Address(p)})
}

// bytes executes LONG1 for ints of 64 bits, and the opcodes of short bytes.
func (q *quick) bytes(op Opcode) bool {
	width := 1
	if op == opBinBytes {
		width = 4
	}
	n, ok := sized(q.data[q.pos:], width)
	if !ok {
		return false
	}
	at := q.pos + width
	content := q.data[at : at+n]
	q.pos = at + n
	switch {
	case op == opLong1:
		return n <= 8 && q.push(q.int(smallTwosComplement(content)))
	case !q.octets.isFirstBytes(content, at):
		return false
	case q.cfg.alias || q.cfg.shareMost && n > len(q.data)/2:
		return q.pushOther(content[:n:n])
	default:
		return q.pushOther(ownBytes(content))
	}
}

// get executes BINGET and LONG_BINGET.
func (q *quick) get(op Opcode) bool {
	index, ok := q.index(op)
	if !ok {
		return false
	}
	e := &q.memo[index]
	switch {
	case e.Word == tagOpaque:
		return false
	case e.Word&tagString != 0:
		p := q.strings.next()
		*p = q.known(e)
		*e = slot{Word: stringTag, At: raw.Address(p)}
	case e.Word != stringTag:
		q.level = max(q.level, q.deepest)
	}
	return q.push(*e)
}

// index reads the operand of BINGET or LONG_BINGET, the index of an entry that is there.
func (q *quick) index(op Opcode) (index int, ok bool) {
	rest := q.data[q.pos:]
	switch {
	case op == opBinGet && len(rest) >= 1:
		index = int(rest[0])
		q.pos++
	case op == opLongBinGet && len(rest) >= 4:
		index = int(binary.LittleEndian.Uint32(rest))
		q.pos += 4
	default:
		return 0, false
	}
	return index, index < len(q.memo)
}

// known returns the str that a memo entry stands for.
func (q *quick) known(e *slot) string {
	if e.Word == stringTag {
		return e.Value().(string) //nolint:forcetypeassert // The tag says so.
	}
	s := textIn(e)
	if e.Word&tagSpan == tagSpan && !q.cfg.alias {
		s = q.slab.copy(raw.Bytes(s))
		*e = slotOfText(s, tagString)
	}
	return s
}

// slotOfText returns a slot for a str that is not made into a value.
func slotOfText(s string, tag uintptr) slot {
	return slot{Word: uintptr(len(s))<<tagBits | tag, At: raw.OfString(s).Address()}
}

// textIn returns the str of a slot with tagString or tagSpan.
func textIn(s *slot) string { return s.String(s.Word >> tagBits) }

func (q *quick) longBinPut(s slot) bool {
	rest := q.data[q.pos:]
	if len(rest) < 4 || uint64(binary.LittleEndian.Uint32(rest)) != uint64(len(q.memo)) || int64(len(q.memo)) >= q.cfg.maxMemo {
		return false
	}
	q.pos += 4
	q.memo = append(q.memo, s)
	return true
}
