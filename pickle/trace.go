package pickle

import (
	"strconv"
	"strings"
)

// trace follows the opcodes of a pickle by the table of opcodes alone, without making any value. It
// knows where each value was made, how deep it is nested and what was put into it.
type trace struct {
	nodes  []traced
	stack  []int32 // indexes of nodes
	marks  []int
	memo   map[uint64]int32
	items  map[int32][]int32 // what was put into nodes, nil where that is not asked for
	filled map[int]int32     // the nodes that opcodes made or filled, by the opcodes' offsets
}

// traced is a value: the offset of the opcode that made it, and how deep it is nested.
type traced struct{ at, depth int32 }

// memoIndex returns the operand of an opcode of the memo.
func memoIndex(op Opcode, operand []byte) (index uint64) {
	if op == opGet || op == opPut {
		index, _ = strconv.ParseUint(strings.Trim(string(operand), pythonSpace), 10, 63)
		return index
	}
	return littleEndian(operand)
}

// memoSet is a set of memo indexes. An index that is too large for the pickle is always in it.
type memoSet []uint64

func (s memoSet) has(index uint64) bool {
	return s != nil && (index/64 >= uint64(len(s)) || s[index/64]>>(index%64)&1 != 0)
}

// referred returns the memo entries that the rest of a pickle refers to, which goes on with the
// given number of entries.
func referred(data []byte, entries uint64) memoSet {
	found := make(memoSet, (entries+uint64(len(data)))/64+4)
	steps(data, func(_ int, op Opcode, operand []byte) bool {
		if op == opGet || op == opBinGet || op == opLongBinGet {
			if index := memoIndex(op, operand); index/64 < uint64(len(found)) {
				found[index/64] |= 1 << (index % 64)
			}
		}
		return true
	})
	return found
}

// elements counts the values that a pickle makes and the effects on them.
type elements struct {
	n    int64
	last Opcode
}

// add counts what an opcode makes.
func (e *elements) add(op Opcode) {
	empty := e.last == opMark // nothing stands above the mark
	e.last = op
	switch op {
	case opMark, opNone, opNewTrue, opNewFalse, opEmptyTuple, opGet, opBinGet, opLongBinGet, opMemoize, opDup, opReadonlyBuffer:
		return
	case opAppends, opSetItems, opAddItems, opTuple:
		if !empty {
			e.n++
		}
		return
	case opAppend, opSetItem, opBuild:
		e.n++
		return
	case opInst:
		e.n++ // the class
		fallthrough
	case opList, opDict, opObj:
		if !empty {
			e.n++
		}
	case opPersID:
		e.n++
	}
	e.n += int64(opcodes[op].pushes)
}

// elementsWithin returns where the opcode is that follows the one that makes a value too many, the
// end of the input for none.
func elementsWithin(data []byte, most int64) int {
	end, made := len(data), elements{}
	steps(data, func(at int, op Opcode, _ []byte) bool {
		if made.n > most {
			end = at
			return false
		}
		made.add(op)
		return true
	})
	return end
}

// elementsIn returns how many values a pickle makes.
func elementsIn(data []byte) int64 {
	made := elements{}
	steps(data, func(_ int, op Opcode, _ []byte) bool {
		made.add(op)
		return true
	})
	return made.n
}

// deeperThan returns the offset of the opcode that nests values deeper than so many levels, the end
// of the input for none.
func deeperThan(data []byte, levels int64) int {
	t := trace{memo: map[uint64]int32{}}
	end := len(data)
	steps(data, func(at int, op Opcode, operand []byte) bool {
		if top, ok := t.step(at, op, operand); ok && int64(t.nodes[top].depth) > levels {
			end = at
			return false
		}
		return true
	})
	return end
}

// traceOf follows the opcodes of a pickle that has been decoded.
func traceOf(data []byte) *trace {
	t := &trace{memo: map[uint64]int32{}, items: map[int32][]int32{}, filled: map[int]int32{}}
	steps(data, func(at int, op Opcode, operand []byte) bool {
		if top, ok := t.step(at, op, operand); ok {
			t.filled[at] = top
		}
		return true
	})
	return t
}

// step takes the effect of an opcode. It returns the node that the opcode has made or filled, and
// false for an opcode that does neither.
func (t *trace) step(at int, op Opcode, operand []byte) (top int32, ok bool) {
	info := &opcodes[op]
	switch op {
	case opMark:
		t.marks = append(t.marks, len(t.stack))
		return 0, false
	case opGet, opBinGet, opLongBinGet:
		n, known := t.memo[memoIndex(op, operand)]
		if !known {
			n = t.add(at)
		}
		t.stack = append(t.stack, n)
		return 0, false
	case opPut, opBinPut, opLongBinPut, opMemoize:
		if len(t.stack) > 0 {
			index := uint64(len(t.memo))
			if op != opMemoize {
				index = memoIndex(op, operand)
			}
			t.memo[index] = t.stack[len(t.stack)-1]
		}
		return 0, false
	case opDup:
		if len(t.stack) > 0 {
			t.stack = append(t.stack, t.stack[len(t.stack)-1])
		}
		return 0, false
	case opReadonlyBuffer, opStop:
		return 0, false
	}
	taken := t.take(op, info)
	if info.pushes == 0 {
		return 0, false
	}
	return t.put(at, op, taken), true
}

// take takes what an opcode takes off the stack, except for what it fills.
func (t *trace) take(op Opcode, info *opcodeInfo) []int32 {
	from := len(t.stack) - int(info.pops)
	if last := len(t.marks) - 1; last >= 0 && (info.popsMark || op == opPop && t.marks[last] == len(t.stack)) {
		from, t.marks = t.marks[last], t.marks[:last]
	} else if fills(op) {
		from++
	}
	from = max(from, 0)
	taken := t.stack[min(from, len(t.stack)):]
	t.stack = t.stack[:min(from, len(t.stack))]
	return taken
}

// fills reports whether an opcode changes what is below its operands.
func fills(op Opcode) bool {
	switch op {
	case opAppend, opAppends, opSetItem, opSetItems, opAddItems, opBuild:
		return true
	}
	return false
}

// put makes a node of what was taken, or puts it into the one on top of the stack.
func (t *trace) put(at int, op Opcode, taken []int32) int32 {
	deepest, nested := int32(0), len(taken) > 0
	for _, n := range taken {
		deepest = max(deepest, t.nodes[n].depth)
	}
	switch op {
	case opBinPersID, opStackGlobal:
		nested = false
	case opInst, opObj, opFrozenSet:
		if (op == opInst || op == opObj) && len(taken) > 0 {
			deepest++ // the tuple of arguments
		}
		nested = true
	}
	below := len(t.stack) - 1
	fills := fills(op) && below >= 0
	n := int32(len(t.nodes))
	if fills {
		n = t.stack[below]
	} else {
		t.add(at)
	}
	if nested {
		t.nodes[n].depth = max(t.nodes[n].depth, deepest+1)
	}
	switch op {
	case opReduce, opNewObj, opNewObjEx, opInst, opObj, opBuild, opBinPersID, opStackGlobal:
	default:
		if t.items != nil && len(taken) > 0 {
			t.items[n] = append(t.items[n], taken...)
		}
	}
	if !fills {
		t.stack = append(t.stack, n) // where what was taken stood
	}
	return n
}

func (t *trace) add(at int) int32 {
	t.nodes = append(t.nodes, traced{at: int32(at)})
	return int32(len(t.nodes) - 1)
}
