package pickle

// About how many bytes of memory the values of a pickle take at most while they are made, with what
// holds them: on the stack, in the memo and in the graph. They were measured, see
// TestMemory.
const (
	weightPlace  = 24 // of a value in a list, tuple or dict
	weightHeight = 40 // of a value or mark that waits on the stack, for each at its highest
	weightNumber = 24
	weightText   = 40 // beside the bytes themselves
	weightTuple  = 40
	weightList   = 64
	weightDict   = 80
	weightSet    = 104
	weightMemo   = 8
	weightName   = 80
	weightObject = 300
	weightEffect = 56
	weightBatch  = 16

	// greatestWeight is more than a byte of a pickle can weigh.
	greatestWeight = 200
)

// weights are the weights of the opcodes, without the values that they push.
var weights = [256]uint16{
	opBinInt1: weightNumber, opBinInt2: weightNumber, opBinInt: weightNumber, opBinFloat: weightNumber, opInt: weightText, opFloat: weightText,
	opLong: weightText, opLong1: weightText, opLong4: weightText,
	opString: weightText, opUnicode: weightText, opBinString: weightText, opShortBinString: weightText, opShortBinUnicode: weightText,
	opBinUnicode: weightText, opBinUnicode8: weightText, opShortBinBytes: weightText, opBinBytes: weightText, opBinBytes8: weightText,
	opByteArray8: weightText, opNextBuffer: weightText, opPersID: weightText, opBinPersID: weightText,
	opTuple: weightTuple, opTuple1: weightTuple, opTuple2: weightTuple, opTuple3: weightTuple,
	opEmptyList: weightList, opList: weightList, opEmptyDict: weightDict, opDict: weightDict, opEmptySet: weightSet, opFrozenSet: weightSet,
	opPut: weightMemo, opBinPut: weightMemo, opLongBinPut: weightMemo, opMemoize: weightMemo,
	opGlobal: weightName, opStackGlobal: weightName, opExt1: weightName, opExt2: weightName, opExt4: weightName,
	opReduce: weightObject, opNewObj: weightObject, opNewObjEx: weightObject, opInst: weightObject, opObj: weightObject,
	opBuild: weightEffect, opAppend: weightBatch, opAppends: weightEffect, opSetItem: weightEffect, opSetItems: weightEffect, opAddItems: weightEffect,
}

// plainOpcodes are the opcodes that are taken into typed targets directly.
var plainOpcodes = [256]bool{
	opMark: true, opNone: true, opNewTrue: true, opNewFalse: true, opBinInt1: true, opBinInt2: true, opBinInt: true, opBinFloat: true,
	opShortBinUnicode: true, opBinUnicode: true, opBinGet: true, opLongBinGet: true, opMemoize: true, opBinPut: true, opLongBinPut: true,
	opTuple1: true, opTuple2: true, opTuple3: true, opTuple: true, opEmptyDict: true, opEmptyList: true, opEmptyTuple: true, opEmptySet: true,
	opAppends: true, opSetItems: true, opAddItems: true, opFrozenSet: true, opAppend: true, opSetItem: true, opProto: true, opFrame: true,
	opLong1: true, opShortBinBytes: true, opBinBytes: true, opStop: true,
}

// memoryFor returns how many bytes of memory the values of an input of that size may take.
func (c *decodeConfig) memoryFor(size int) int64 {
	if c.maxMemory > 0 {
		return c.maxMemory
	}
	return DefaultMaxMemory + DefaultMemoryFactor*int64(size)
}

// weigh adds up, before anything is made, what the values of the pickle at the beginning of data
// will take, and fails where that is more than may be. It reports whether all its
// opcodes are plain. A small pickle, which cannot take as much, is not looked at.
func (c *decodeConfig) weigh(data []byte) (plain bool, err error) {
	most := c.memoryFor(len(data))
	if greatestWeight*int64(len(data)) <= most {
		return true, nil
	}
	w := scales{data: data, plain: true}
	if w.exceeds(most) {
		return false, &LimitError{Offset: int64(w.at), Opcode: Opcode(data[w.at]), Limit: limitMemory.option, Max: most}
	}
	return w.plain, nil
}

// scales step over the opcodes of a pickle. What is wrong with it ends that: the machine will say
// so where it comes to it.
type scales struct {
	data    []byte
	at      int
	weight  int64
	height  int // of the stack above the last mark
	marks   []int
	below   int // the height of everything below the last mark, with the marks
	highest int
	plain   bool
}

// exceeds reports whether the values weigh more than the given number of bytes; at is where they
// do.
func (w *scales) exceeds(most int64) bool {
	for w.at < len(w.data) {
		op := Opcode(w.data[w.at])
		info := &opcodes[op]
		o, complete := operandOf(info.arg, w.data[w.at+1:])
		if info.name == "" || op == opStop || !complete || !w.stack(op, info) {
			return false
		}
		w.plain = w.plain && plainOpcodes[op]
		w.weight += int64(weights[op]) + int64(info.pushes)*weightPlace
		if weights[op] == weightText {
			w.weight += int64(o.size)
		}
		if w.weight+int64(w.highest)*weightHeight > most {
			return true
		}
		w.at += 1 + int(o.length())
	}
	return false
}

// stack takes the effect of an opcode on the stack. It reports false where that does not hold what
// the opcode takes.
func (w *scales) stack(op Opcode, info *opcodeInfo) bool {
	switch {
	case op == opMark:
		w.marks = append(w.marks, w.height)
		w.below += w.height + 1
		w.height = 0
		w.highest = max(w.highest, w.below)
		return true
	case info.popsMark || op == opPop && w.height == 0:
		last := len(w.marks) - 1
		if last < 0 {
			return false
		}
		w.height, w.marks = w.marks[last], w.marks[:last]
		w.below -= w.height + 1
		if op == opPop {
			return true
		}
	}
	w.height += int(info.pushes) - int(info.pops)
	if op == opMemoize {
		w.height++ // what is memoized stays
	}
	w.highest = max(w.highest, w.below+w.height)
	return w.height >= 0
}
