package pickle

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// Dis writes what the pickle at the beginning of data says, one opcode a line, as Python's
// pickletools.dis prints it. A line has the position, the opcode's character, its name indented by
// the open marks, and its operand. Dis mirrors pickletools.dis of Python 3.13.
//
// Like it, Dis checks what it prints: operands can be read, and the stack and the memo hold what is
// taken from them. At the first fault it stops with a [*SyntaxError], after having written
// everything up to there. An error of w ends it too. Unlike it, Dis indents by the first 100 open
// marks only, so that its output is in proportion to the pickle.
func Dis(w io.Writer, data []byte) error {
	d := disassembler{w: bufio.NewWriter(w), memo: map[string]bool{}, proto: -1}
	d.machine.data, d.machine.size = data, len(data)
	err := d.run()
	if flushed := d.w.Flush(); flushed != nil {
		return fmt.Errorf("pizco/pickle: writing a disassembly: %w", flushed)
	}
	return err
}

// disassembler follows a pickle's opcodes. Its stack knows marks from values only.
type disassembler struct {
	machine
	w     *bufio.Writer
	memo  map[string]bool // by the printed index; whether it holds a mark is refused when it is stored
	stack []bool          // whether it is a mark
	marks []int           // positions of the marks
	proto int
	text  []byte // the line
}

// maxIndent is how many marks indent a line.
const maxIndent = 100

func (d *disassembler) run() error {
	for {
		d.at = d.pos
		if d.pos >= len(d.data) {
			return d.truncated()
		}
		op := Opcode(d.data[d.pos])
		info := &opcodes[op]
		if info.name == "" {
			return d.fail("no such opcode")
		}
		after := d.data[d.pos+1:]
		o, complete := operandOf(info.arg, after)
		if !complete {
			return d.truncated()
		}
		operand, err := d.operand(info.arg, after[o.header:o.length()], o)
		if err != nil {
			return err
		}
		d.pos += 1 + int(o.length())
		if err := d.line(op, info, operand); err != nil {
			return err
		}
		if op == opStop {
			return d.end()
		}
	}
}

// line prints an opcode and takes its effect on the stack.
func (d *disassembler) line(op Opcode, info *opcodeInfo, operand string) error {
	indent := 4 * min(len(d.marks), maxIndent)
	d.proto = max(d.proto, int(info.proto))
	note, pops, problem := d.takeMark(op, info)
	memoNote, memoProblem := d.remember(op, operand)
	if memoNote != "" {
		note = memoNote
	}
	if memoProblem != "" {
		problem = memoProblem
	}
	d.print(op, info, indent, operand, note)
	if problem != "" {
		return d.fail("%s", problem)
	}
	if len(d.stack) < pops {
		return d.fail("takes %d values from a stack of %d", pops, len(d.stack))
	}
	d.stack = d.stack[:len(d.stack)-pops]
	if op == opMark {
		d.marks = append(d.marks, d.at)
	}
	for range info.pushes {
		d.stack = append(d.stack, op == opMark)
	}
	return nil
}

// opcodeTexts are the opcodes as Python's repr has their characters.
var opcodeTexts = func() (texts [256]string) {
	for op := range texts {
		text := py.Repr(string(rune(op)))
		texts[op] = text[1 : len(text)-1]
	}
	return texts
}()

// print prints a line.
func (d *disassembler) print(op Opcode, info *opcodeInfo, indent int, operand, note string) {
	line := fmt.Appendf(d.text[:0], "%5d: %-4s %*s%s", d.at, opcodeTexts[op], indent, "", info.name)
	if operand != "" || note != "" {
		line = fmt.Appendf(line, "%*s", max(10-len(info.name), 0), "")
	}
	for _, more := range []string{operand, note} {
		if more != "" {
			line = append(append(line, ' '), more...)
		}
	}
	line = append(line, '\n')
	d.text = line
	_, _ = d.w.Write(line) // an error stays with the writer until it is flushed
}

// takeMark takes the topmost mark and what is above it off the stack, when the opcode does so. It
// returns what to say about it, how many values the opcode takes besides, and what is wrong.
func (d *disassembler) takeMark(op Opcode, info *opcodeInfo) (note string, pops int, problem string) {
	pops = int(info.pops)
	top := len(d.stack) - 1
	if !info.popsMark && !(op == opPop && top >= 0 && d.stack[top]) {
		return "", pops, ""
	}
	last := len(d.marks) - 1
	if last < 0 {
		const missing = "no MARK exists on stack"
		return missing, pops, missing
	}
	note = fmt.Sprintf("(MARK at %d)", d.marks[last])
	d.marks = d.marks[:last]
	for !d.stack[top] {
		top--
	}
	d.stack = d.stack[:top]
	if op == opPop {
		pops = 0
	}
	return note, pops, ""
}

// remember stores into the memo or looks into it, when the opcode does so.
func (d *disassembler) remember(op Opcode, operand string) (note, problem string) {
	switch op {
	case opPut, opBinPut, opLongBinPut, opMemoize:
		index := operand
		if op == opMemoize {
			index = fmt.Sprint(len(d.memo))
			note = "(as " + index + ")"
			operand = "None"
		}
		switch top := len(d.stack) - 1; {
		case d.memo[index]:
			problem = "memo key " + operand + " already defined"
		case top < 0:
			problem = "stack is empty -- can't store into memo"
		case d.stack[top]:
			problem = "can't store markobject in the memo"
		default:
			d.memo[index] = true
		}
	case opGet, opBinGet, opLongBinGet:
		if !d.memo[operand] {
			problem = "memo key " + operand + " has never been stored into"
		}
	}
	return note, problem
}

func (d *disassembler) end() error {
	fmt.Fprintln(d.w, "highest protocol among opcodes =", d.proto)
	if len(d.stack) > 0 {
		return d.fail("%d values are left on the stack", len(d.stack))
	}
	return nil
}

// operand returns an operand as Python prints it, or "" for an opcode without one.
func (d *disassembler) operand(a argument, content []byte, o operand) (string, error) {
	switch a {
	case argNone:
		return "", nil
	case argUint1, argUint2, argUint4, argUint8:
		return fmt.Sprint(littleEndian(content)), nil
	case argInt4:
		return fmt.Sprint(smallTwosComplement(content)), nil
	case argFloat8:
		return d.repr(float8(content)), nil
	case argLong1, argLong4:
		return d.long(content, o)
	case argString1, argString4:
		if err := d.notNegative(o); err != nil {
			return "", err
		}
		return d.repr(string(appendLatin1(nil, content))), nil
	case argBytes1, argBytes4, argBytes8:
		return d.repr(content), nil
	case argByteArray8:
		return d.repr(&py.ByteArray{Bytes: content}), nil
	case argUnicode1, argUnicode4, argUnicode8:
		if !validStr(content) {
			return "", d.fail("a str is no UTF-8")
		}
		return d.repr(string(content)), nil
	}
	return d.textOperand(a, content[:len(content)-1])
}

// repr prints a value in full.
func (d *disassembler) repr(v any) string { return py.Repr(v, py.WithReprLength(maxDisOperand)) }

// maxDisOperand is the length at which the printed form of an operand is cut off.
const maxDisOperand = 1 << 30

// notNegative refuses a signed length below zero, after which operandOf finds no operand.
func (d *disassembler) notNegative(o operand) error {
	if littleEndian(d.data[d.pos+1:d.pos+1+int(o.header)]) != o.size {
		return d.fail("a length is negative")
	}
	return nil
}

func (d *disassembler) long(content []byte, o operand) (string, error) {
	if err := d.notNegative(o); err != nil {
		return "", err
	}
	if len(content) == 0 {
		return "0", nil
	}
	if len(content) > DefaultMaxIntDigits {
		return "", d.limit(limitIntDigits, DefaultMaxIntDigits)
	}
	return bigFromTwosComplement(content).String(), nil
}

// textOperand returns the operand of an opcode of protocol 0.
func (d *disassembler) textOperand(a argument, line []byte) (string, error) {
	switch a {
	case argIntLine:
		switch string(line) {
		case "00":
			return "False", nil
		case "01":
			return "True", nil
		}
		return d.decimal(line)
	case argLongLine:
		return d.decimal(bytes.TrimSuffix(line, []byte("L")))
	case argFloatLine:
		// As float() does, which takes more than the FLOAT opcode itself.
		f, err := strconv.ParseFloat(strings.Trim(string(line), pythonSpace), 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) || bytes.ContainsAny(line, "xX") {
			return "", d.fail("a float is %q", clip(line))
		}
		return d.repr(f), nil
	case argUnicodeLine:
		text, why := appendRawUnicode(nil, line)
		if why != "" {
			return "", d.fail("%s", why)
		}
		return d.repr(string(text)), nil
	case argStringLine:
		if n := len(line); n < 1 || line[0] != line[n-1] || line[0] != '\'' && line[0] != '"' {
			return "", d.fail("a string is not in quotes: %q", clip(line))
		}
		line = line[1:max(len(line)-1, 1)]
	case argTwoNameLines:
		line = bytes.Replace(line, []byte("\n"), []byte(" "), 1)
	}
	text, why := appendUnescaped(nil, line)
	if why != "" {
		return "", d.fail("%s", why)
	}
	if !allASCII(text) {
		return "", d.fail("a string is not ASCII")
	}
	return d.repr(string(text)), nil
}

// decimal prints a number in base 10, which is all that pickletools takes.
func (d *disassembler) decimal(digits []byte) (string, error) {
	if len(digits) > DefaultMaxIntDigits {
		return "", d.limit(limitIntDigits, DefaultMaxIntDigits)
	}
	i, ok := new(big.Int).SetString(strings.Trim(string(digits), pythonSpace), 10)
	if !ok {
		return "", d.fail("a number is %q", clip(digits))
	}
	return i.String(), nil
}
