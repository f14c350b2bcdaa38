package pickle

import (
	"bytes"
	"math"
)

// operand is where the operand of an opcode lies: after a header that tells its length, or up to
// the end of a line.
type operand struct {
	// header is the number of bytes before the operand's content, size the number of bytes of the
	// content.
	header, size uint64
}

func (o operand) length() uint64 { return o.header + o.size }

// fixedSize is the size of operands that have one.
var fixedSize = [...]uint8{argUint1: 1, argUint2: 2, argInt4: 4, argUint4: 4, argUint8: 8, argFloat8: 8, argLong4: 0}

// lengthWidth is the width of the length that stands before operands that have one.
var lengthWidth = [...]uint8{
	argString1: 1, argBytes1: 1, argUnicode1: 1, argLong1: 1,
	argString4: 4, argBytes4: 4, argUnicode4: 4, argLong4: 4,
	argBytes8: 8, argByteArray8: 8, argUnicode8: 8,
}

// operandOf returns where the operand of an opcode lies in the bytes after it. When they end before
// that can be told, or before the operand ends, it returns complete as false, and the length that
// is needed at least.
func operandOf(a argument, after []byte) (o operand, complete bool) {
	switch {
	case a == argNone:
		return operand{}, true
	case a >= argIntLine && a <= argTwoNameLines:
		return lines(a, after)
	case int(a) < len(lengthWidth) && lengthWidth[a] > 0:
		o.header = uint64(lengthWidth[a])
		if uint64(len(after)) < o.header {
			return o, false
		}
		o.size = littleEndian(after[:o.header])
		if (a == argLong4 || a == argString4) && o.size > math.MaxInt32 {
			o.size = 0 // negative: what follows the length is no operand
		}
		o.size = min(o.size, math.MaxInt64)
	default:
		o.size = uint64(fixedSize[a])
	}
	return o, uint64(len(after)) >= o.length()
}

// hasLine reports whether the operand of an opcode is text up to the end of a line.
func (op Opcode) hasLine() bool {
	a := opcodes[op].arg
	return a >= argIntLine && a <= argTwoNameLines
}

func lines(a argument, after []byte) (operand, bool) {
	n := bytes.IndexByte(after, '\n')
	if n >= 0 && a == argTwoNameLines {
		second := bytes.IndexByte(after[n+1:], '\n')
		if second < 0 {
			n = -1
		} else {
			n += 1 + second
		}
	}
	if n < 0 {
		return operand{size: uint64(len(after)) + 1}, false
	}
	return operand{size: uint64(n) + 1}, true
}

// steps calls use for the opcodes of a pickle up to STOP, as far as they can be read.
func steps(data []byte, use func(at int, op Opcode, operand []byte) bool) {
	for at := 0; at < len(data); {
		op := Opcode(data[at])
		o, complete := operandOf(opcodes[op].arg, data[at+1:])
		if opcodes[op].name == "" || !complete {
			return
		}
		begin := at + 1 + int(o.header)
		if !use(at, op, data[begin:begin+int(o.size)]) || op == opStop {
			return
		}
		at = begin + int(o.size)
	}
}

// scanner steps over the opcodes of a pickle without executing them, to find its end in a buffer
// that grows.
type scanner struct {
	pos int
	// reach is where the frames end that have begun: as in CPython they must be there as a whole,
	// even when the pickle ends within.
	reach int
}

// step goes on as far as the bytes reach. It reports whether the STOP has been passed; if not, need
// is how many bytes the pickle takes at least.
func (s *scanner) step(data []byte) (stopped bool, need uint64) {
	for s.pos < len(data) {
		op := Opcode(data[s.pos])
		if op == opStop || opcodes[op].name == "" {
			s.pos++
			return true, 0 // the machine says what is wrong with what is no opcode
		}
		o, complete := operandOf(opcodes[op].arg, data[s.pos+1:])
		if !complete {
			return false, uint64(s.pos) + 1 + o.length()
		}
		end := s.pos + 1 + int(o.length())
		if op == opFrame {
			content := min(littleEndian(data[s.pos+1:end]), math.MaxInt64)
			if content > uint64(len(data)-end) {
				return false, uint64(end) + content
			}
			s.reach = max(s.reach, end+int(content))
		}
		s.pos = end
	}
	return false, uint64(s.pos) + 1
}

// Wellformed checks the pickle at the beginning of data without making any value, and returns the
// number of bytes that it takes. Every opcode must be known, every operand complete, and the stack
// and the marks must hold what each opcode takes from them. It needs no memory except for the open
// marks. What it accepts may still fail to decode, for the kinds of its values or the contents of
// its operands.
func Wellformed(data []byte) (int, error) {
	w := wellformed{data: data}
	for w.pos < len(data) {
		w.at = w.pos
		op := Opcode(data[w.pos])
		info := &opcodes[op]
		if info.name == "" {
			return 0, w.fail("no such opcode")
		}
		o, complete := operandOf(info.arg, data[w.pos+1:])
		if !complete {
			return 0, w.truncated()
		}
		if err := w.stack(op, info); err != nil {
			return 0, err
		}
		w.pos += 1 + int(o.length())
		if op == opStop {
			return w.pos, nil
		}
	}
	w.at = w.pos
	return 0, w.truncated()
}

type wellformed struct {
	data    []byte
	pos, at int
	depth   int // of the stack above the last mark
	marks   []int
}

func (w *wellformed) stack(op Opcode, info *opcodeInfo) error {
	switch {
	case op == opMark:
		w.marks = append(w.marks, w.depth)
		w.depth = 0
		return nil
	case info.popsMark || op == opPop && w.depth == 0 && len(w.marks) > 0:
		last := len(w.marks) - 1
		if last < 0 {
			return w.fail("there is no mark on the stack")
		}
		w.depth, w.marks = w.marks[last], w.marks[:last]
		if op == opPop {
			return nil
		}
	}
	needed := int(info.pops)
	switch op {
	case opPut, opBinPut, opLongBinPut, opMemoize:
		needed = 1 // looked at without being taken
	}
	if w.depth < needed {
		return w.fail("the stack is empty")
	}
	w.depth += int(info.pushes) - int(info.pops)
	return nil
}

func (w *wellformed) machine() *machine {
	return &machine{data: w.data, size: len(w.data), at: w.at}
}

func (w *wellformed) fail(why string) error { return w.machine().fail("%s", why) }

func (w *wellformed) truncated() error { return w.machine().truncated() }
