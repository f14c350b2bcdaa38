package pickle

import (
	"encoding/binary"
	"math"
	"sync"
	"unsafe"

	"github.com/pizco-go/pizco/py"
)

// quick is a second stack machine for graphs of nothing but scalars, tuples, lists, dicts and sets, which is what most messages are: it makes
// the values at once. Whatever it meets that is anything else, or wrong, or beyond a limit, it leaves to the machine with the tape,
// which begins anew.
type quick struct {
	cfg   *decodeConfig
	data  []byte
	text  string // a copy of the whole input if that is short
	stack []any
	// depths are how deep the values on the stack are nested.
	depths []uint16
	marks  []int
	memo   []any
	// memoDepths are the depths of the memo's values when they were put there.
	memoDepths []uint16
	work       int64

	ints    growing[int64]
	floats  growing[float64]
	strings growing[string]
	tuples  growing[py.Tuple]
	items   growing[any]
	pairs   growing[py.Pair]
	dicts   growing[py.Dict]
	lists   growing[py.List]
	slab    textSlab
}

const (
	// quickText is the size up to which the input is copied as a whole for the strings in it.
	quickText = 1 << 10
	// keepQuick is the number of values up to which a quick machine's memory is kept for the next pickle.
	keepQuick = 1 << 16
)

// first is the memory that a short message needs, taken at once.
type first struct {
	strings [8]string
	tuples  [2]py.Tuple
	items   [4]any
	pairs   [4]py.Pair
	dicts   [2]py.Dict
}

// growing hands out values from pieces of memory, each twice as large as the one before up to slabValues.
type growing[T any] struct {
	free []T
	size int
}

func (g *growing[T]) next() *T {
	if len(g.free) == 0 {
		g.grow(1)
	}
	p := &g.free[0]
	g.free = g.free[1:]
	return p
}

func (g *growing[T]) take(n int) []T {
	if n > len(g.free) {
		if n > slabValues/4 {
			return make([]T, n)
		}
		g.grow(n)
	}
	part := g.free[:n:n]
	g.free = g.free[n:]
	return part
}

func (g *growing[T]) grow(n int) {
	g.size = min(max(2*g.size, 4), slabValues)
	g.free = make([]T, max(n, g.size))
}

var quicks = sync.Pool{New: func() any { return new(quick) }}

// quickly decodes the pickle at the beginning of data if it is of the kind that quick takes.
func quickly(data []byte, cfg *decodeConfig) (v any, size int, ok bool) {
	if int64(len(data)) > min(cfg.maxInput, cfg.maxElements) {
		return nil, 0, false // each value takes a byte at least, so none of the limits needs to be counted
	}
	q := quicks.Get().(*quick) //nolint:forcetypeassert // The pool makes nothing else.
	q.cfg, q.data = cfg, data
	q.work = cfg.maxKeyWork
	f := new(first)
	q.strings.free, q.tuples.free, q.items.free, q.pairs.free, q.dicts.free = f.strings[:], f.tuples[:], f.items[:], f.pairs[:], f.dicts[:]
	switch {
	case cfg.alias && len(data) > 0:
		q.text = unsafe.String(&data[0], len(data))
	case len(data) <= quickText:
		q.text = string(data)
	}
	v, size, ok = q.run()
	q.release()
	return v, size, ok
}

func (q *quick) release() {
	if cap(q.stack) > keepQuick || cap(q.memo) > keepQuick {
		return
	}
	clear(q.stack[:cap(q.stack)])
	clear(q.memo)
	*q = quick{stack: q.stack[:0], depths: q.depths[:0], marks: q.marks[:0], memo: q.memo[:0], memoDepths: q.memoDepths[:0]}
	quicks.Put(q)
}

// run executes opcodes up to STOP on copies of what they work on that the compiler can keep in registers.
func (q *quick) run() (v any, size int, ok bool) {
	data, stack, depths, memo, pos, fence := q.data, q.stack, q.depths, q.memo, 0, 0
	for pos < len(data) {
		op := Opcode(data[pos])
		pos++
		rest := data[pos:]
		switch op {
		case opMark:
			q.marks = append(q.marks, fence)
			fence = len(stack)
		case opNone:
			stack, depths = append(stack, nil), append(depths, 0)
		case opNewTrue:
			stack, depths = append(stack, true), append(depths, 0)
		case opNewFalse:
			stack, depths = append(stack, false), append(depths, 0)
		case opBinInt1:
			if len(rest) < 1 {
				return nil, 0, false
			}
			stack, depths = append(stack, int64(rest[0])), append(depths, 0)
			pos++
		case opBinInt2:
			if len(rest) < 2 {
				return nil, 0, false
			}
			stack, depths = append(stack, q.int(int64(binary.LittleEndian.Uint16(rest)))), append(depths, 0)
			pos += 2
		case opBinInt:
			if len(rest) < 4 {
				return nil, 0, false
			}
			stack, depths = append(stack, q.int(int64(int32(binary.LittleEndian.Uint32(rest))))), append(depths, 0)
			pos += 4
		case opBinFloat:
			if len(rest) < 8 {
				return nil, 0, false
			}
			p := q.floats.next()
			*p = math.Float64frombits(binary.BigEndian.Uint64(rest))
			stack, depths = append(stack, box(float64Word, unsafe.Pointer(p))), append(depths, 0)
			pos += 8
		case opShortBinUnicode, opBinUnicode:
			header := 1
			if op == opBinUnicode {
				header = 4
			}
			n, fits := q.sized(rest, header)
			if !fits || !validStr(rest[header:header+n]) {
				return nil, 0, false
			}
			p := q.strings.next()
			*p = q.str(pos+header, n)
			stack, depths = append(stack, box(stringWord, unsafe.Pointer(p))), append(depths, 0)
			pos += header + n
		case opBinGet:
			if len(rest) < 1 || int(rest[0]) >= len(memo) {
				return nil, 0, false
			}
			stack, depths = append(stack, memo[rest[0]]), append(depths, q.memoDepths[rest[0]])
			pos++
		case opMemoize:
			if len(stack) <= fence || int64(len(memo)) >= q.cfg.maxMemo {
				return nil, 0, false
			}
			memo = append(memo, stack[len(stack)-1])
			q.memoDepths = append(q.memoDepths, depths[len(depths)-1])
		case opBinPut:
			if len(rest) < 1 || int(rest[0]) != len(memo) || len(stack) <= fence || int64(len(memo)) >= q.cfg.maxMemo {
				return nil, 0, false
			}
			memo = append(memo, stack[len(stack)-1])
			q.memoDepths = append(q.memoDepths, depths[len(depths)-1])
			pos++
		case opStop:
			if len(stack) <= fence {
				return nil, 0, false
			}
			v = stack[len(stack)-1]
			q.stack, q.memo = stack, memo
			return v, pos, true
		default:
			q.stack, q.depths, q.memo = stack, depths, memo
			if pos, fence, ok = q.other(op, pos, fence); !ok {
				return nil, 0, false
			}
			stack, depths, memo = q.stack, q.depths, q.memo
		}
	}
	return nil, 0, false
}

func (q *quick) int(i int64) any {
	if uint64(i) < 256 {
		return i // Go has these boxed
	}
	p := q.ints.next()
	*p = i
	return box(int64Word, unsafe.Pointer(p))
}

func (q *quick) str(at, n int) string {
	if q.text != "" {
		return q.text[at : at+n]
	}
	if q.slab.left == 0 {
		q.slab.left = len(q.data)
	}
	return q.slab.copy(q.data[at : at+n])
}

// sized returns the length that stands at the beginning of rest, and whether so many bytes follow it.
func (q *quick) sized(rest []byte, width int) (n int, ok bool) {
	if len(rest) < width {
		return 0, false
	}
	if width == 1 {
		n = int(rest[0])
	} else {
		n = int(binary.LittleEndian.Uint32(rest))
	}
	return n, n <= len(rest)-width
}

// other executes the opcodes that are not in run. It reports false for those that quick does not take.
func (q *quick) other(op Opcode, pos, fence int) (newPos, newFence int, ok bool) {
	rest := q.data[pos:]
	switch op {
	case opProto:
		return pos + 1, fence, len(rest) >= 1 && rest[0] <= highestProtocol
	case opFrame:
		return pos + 8, fence, len(rest) >= 8 && binary.LittleEndian.Uint64(rest) <= uint64(len(rest)-8)
	case opEmptyTuple:
		return pos, fence, q.push(py.Tuple{}, 0)
	case opEmptyList:
		return pos, fence, q.push(q.lists.next(), 0)
	case opEmptyDict:
		return pos, fence, q.push(q.dicts.next(), 0)
	case opEmptySet:
		return pos, fence, q.push(new(py.Set), 0)
	case opTuple1, opTuple2, opTuple3:
		from := len(q.stack) - 1 - int(op-opTuple1)
		return pos, fence, from >= fence && q.tuple(from)
	case opAppend:
		from := len(q.stack) - 1
		return pos, fence, from > fence && q.fill(op, from)
	case opSetItem:
		from := len(q.stack) - 2
		return pos, fence, from > fence && q.fill(op, from)
	case opTuple, opAppends, opSetItems, opAddItems, opFrozenSet:
		last := len(q.marks) - 1
		if last < 0 {
			return 0, 0, false
		}
		from := fence
		fence = q.marks[last]
		q.marks = q.marks[:last]
		if op == opTuple {
			return pos, fence, q.tuple(from)
		}
		if op == opFrozenSet {
			return pos, fence, q.frozenSet(from)
		}
		return pos, fence, from > fence && q.fill(op, from)
	case opLong1, opShortBinBytes, opBinBytes:
		return q.bytes(op, pos, fence)
	case opLongBinPut, opLongBinGet:
		return q.longMemo(op, pos, fence)
	}
	return 0, 0, false
}

func (q *quick) push(v any, depth uint16) bool {
	q.stack, q.depths = append(q.stack, v), append(q.depths, depth)
	return true
}

// cut takes the values from a position on off the stack, and returns how deep a container of them is nested.
func (q *quick) cut(from int) (values []any, depth uint16, ok bool) {
	values = q.stack[from:]
	for _, d := range q.depths[from:] {
		depth = max(depth, d)
	}
	q.stack, q.depths = q.stack[:from], q.depths[:from]
	return values, depth + 1, int64(depth) < q.cfg.maxDepth
}

func (q *quick) tuple(from int) bool {
	values, depth, ok := q.cut(from)
	if len(values) == 0 {
		return ok && q.push(py.Tuple{}, 0)
	}
	p := q.tuples.next()
	*p = q.items.take(len(values))
	copy(*p, values)
	return ok && q.push(box(tupleWord, unsafe.Pointer(p)), depth)
}

func (q *quick) frozenSet(from int) bool {
	values, depth, ok := q.cut(from)
	s, err := py.NewFrozenSetWithin(&q.work, values...)
	return ok && err == nil && q.push(s, depth)
}

// fill puts the values from a position on into the container below them.
func (q *quick) fill(op Opcode, from int) bool {
	values, depth, ok := q.cut(from)
	top := from - 1
	if len(values) > 0 {
		q.depths[top] = max(q.depths[top], depth)
	}
	switch target := q.stack[top].(type) {
	case *py.List:
		if target.Items == nil && len(values) > 0 {
			target.Items = make([]any, 0, len(values))
		}
		target.Items = append(target.Items, values...)
		return ok && (op == opAppend || op == opAppends)
	case *py.Dict:
		return ok && (op == opSetItem || op == opSetItems) && q.setItems(target, values)
	case *py.Set:
		for _, v := range values {
			if target.AddWithin(v, &q.work) != nil {
				return false
			}
		}
		return ok && op == opAddItems
	}
	return false
}

func (q *quick) setItems(d *py.Dict, values []any) bool {
	if len(values)%2 != 0 {
		return false
	}
	pairs := q.pairs.take(len(values) / 2)
	for i := range pairs {
		pairs[i] = py.Pair{Key: values[2*i], Value: values[2*i+1]}
	}
	return d.FillWithin(pairs, &q.work) == nil
}

// bytes executes LONG1 for ints of 64 bits, and the opcodes of short bytes.
func (q *quick) bytes(op Opcode, pos, fence int) (newPos, newFence int, ok bool) {
	header := 1
	if op == opBinBytes {
		header = 4
	}
	rest := q.data[pos:]
	n, ok := q.sized(rest, header)
	if !ok {
		return 0, 0, false
	}
	content := rest[header : header+n]
	switch {
	case op == opLong1:
		if n > 8 {
			return 0, 0, false
		}
		q.push(q.int(smallTwosComplement(content)), 0)
	case q.cfg.alias || q.cfg.shareMost && n > len(q.data)/2:
		q.push(content[:n:n], 0)
	default:
		q.push(ownBytes(content), 0)
	}
	return pos + header + n, fence, true
}

func (q *quick) longMemo(op Opcode, pos, fence int) (newPos, newFence int, ok bool) {
	if len(q.data)-pos < 4 {
		return 0, 0, false
	}
	index := uint64(binary.LittleEndian.Uint32(q.data[pos:]))
	if op == opLongBinGet {
		return pos + 4, fence, index < uint64(len(q.memo)) && q.push(q.memo[index], q.memoDepths[index])
	}
	if index != uint64(len(q.memo)) || len(q.stack) <= fence || int64(len(q.memo)) >= q.cfg.maxMemo {
		return 0, 0, false
	}
	q.memo = append(q.memo, q.stack[len(q.stack)-1])
	q.memoDepths = append(q.memoDepths, q.depths[len(q.depths)-1])
	return pos + 4, fence, true
}
