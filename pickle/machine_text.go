package pickle

import (
	"math/big"
	"strconv"
	"strings"
)

// runText executes the opcodes of protocol 0 whose operand is a line of text.
func (m *machine) runText(op Opcode) error {
	line, err := m.line()
	if err != nil {
		return err
	}
	switch op {
	case opInt:
		return m.intLine(line)
	case opLong:
		return m.longLine(line)
	case opFloat:
		return m.floatLine(line)
	case opString:
		return m.stringLine(line)
	case opUnicode:
		return m.unicodeLine(line)
	case opPersID:
		return m.persID(line)
	}
	index, err := strconv.ParseUint(strings.Trim(string(line), pythonSpace), 10, 63)
	if err != nil {
		return m.fail("a memo index is %q", clip(line))
	}
	if op == opGet {
		return m.get(index)
	}
	return m.put(index)
}

// pythonSpace are the characters that Python skips around a number.
const pythonSpace = " \t\n\v\f\r"

// intLine reads what INT holds: "00" and "01" are the booleans, since Python 2.3 writes them so. A
// number with a leading zero is octal, as C's strtol has it.
func (m *machine) intLine(line []byte) error {
	text := strings.TrimLeft(string(line), pythonSpace)
	i, err := strconv.ParseInt(octal(text), 0, 64)
	if err != nil || strings.Contains(text, "_") {
		return m.bigLine(line, line)
	}
	if len(line) == 2 && (i == 0 || i == 1) {
		m.push(refFalse - ref(i))
		return nil
	}
	m.pushNode(nodeInt, uint64(i))
	return nil
}

// octal spells a number as Go's base 0 wants it: strtol knows the prefixes 0 and 0x only, Go knows
// 0b and 0o too, so those must not reach it.
func octal(text string) string {
	digits := strings.TrimLeft(text, "+-")
	if len(digits) > 1 && digits[0] == '0' && strings.ContainsAny(digits[1:2], "bBoO") {
		return ""
	}
	return text
}

// longLine reads what LONG holds: a number that an L may follow.
func (m *machine) longLine(line []byte) error {
	digits := line
	if n := len(line); n > 0 && line[n-1] == 'L' {
		digits = line[:n-1]
	}
	return m.bigLine(digits, line)
}

// bigLine reads an int of any size as Python's int(text, 0) does.
func (m *machine) bigLine(digits, line []byte) error {
	if int64(len(digits)) > m.cfg.maxIntDigits+64 {
		return m.limit(limitIntDigits, m.cfg.maxIntDigits)
	}
	text := strings.Trim(string(digits), pythonSpace)
	i, ok := new(big.Int), false
	if isPythonInt(text) {
		i, ok = i.SetString(text, 0)
	}
	if !ok {
		return m.fail("a number is %q", clip(line))
	}
	if i.IsInt64() {
		m.pushNode(nodeInt, uint64(i.Int64()))
		return nil
	}
	m.bigs = append(m.bigs, i)
	m.pushNode(nodeBigText, uint64(len(m.bigs)-1))
	return nil
}

// isPythonInt excludes the octal numbers with a bare leading zero, which Go takes and Python 3 does
// not.
func isPythonInt(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 {
		return false
	}
	if len(digits) > 1 && digits[0] == '0' && (digits[1] >= '0' && digits[1] <= '9' || digits[1] == '_') {
		return strings.Trim(digits, "0_") == ""
	}
	return true
}

// floatLine reads what FLOAT holds.
func (m *machine) floatLine(line []byte) error {
	f, ok := parseFloat(string(line))
	if !ok {
		return m.fail("a float is %q", clip(line))
	}
	m.pushNode(nodeFloat, floatBits(f))
	return nil
}

func (m *machine) persID(line []byte) error {
	if !allASCII(line) {
		return m.fail("a persistent ID is not ASCII")
	}
	id := m.tape.add(node{kind: nodeStr, at: uint32(m.at), v: pair(uint32(m.at+1), uint32(len(line)))})
	m.pushNode(nodePersID, uint64(id))
	return nil
}

// stringLine reads what STRING holds: a string as Python 2's repr prints it.
func (m *machine) stringLine(line []byte) error {
	n := len(line)
	if n < 2 || line[0] != line[n-1] || line[0] != '\'' && line[0] != '"' {
		return m.fail("a string is not in quotes: %q", clip(line))
	}
	at := len(m.text)
	text, why := appendUnescaped(m.text, line[1:n-1])
	if why != "" {
		return m.fail("%s", why)
	}
	m.text = text
	return m.python2Text(at)
}

// unicodeLine reads what UNICODE holds: Latin-1 with the escapes \uXXXX and \UXXXXXXXX.
func (m *machine) unicodeLine(line []byte) error {
	at := len(m.text)
	text, why := appendRawUnicode(m.text, line)
	if why != "" {
		return m.fail("%s", why)
	}
	m.text = text
	return m.pushText(nodeStrText, at)
}

// clip keeps an error short that quotes the input.
func clip(line []byte) []byte {
	const most = 40
	if len(line) > most {
		return line[:most]
	}
	return line
}
