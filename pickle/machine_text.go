package pickle

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// textLine executes the opcodes of protocol 0 that make a value of a line of text.
func (m *machine) textLine(op Opcode) error {
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
	default:
		return m.persID(line)
	}
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
		m.push([]slot{slotFalse, slotTrue}[i])
		return nil
	}
	m.push(m.int(i))
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
		m.push(m.int(i.Int64()))
		return nil
	}
	m.pushOther(i)
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
	p := m.floats.next()
	*p = f
	m.push(slot{Word: float64Tag, At: raw.Address(p)})
	return nil
}

func (m *machine) persID(line []byte) error {
	if !allASCII(line) {
		return m.fail("a persistent ID is not ASCII")
	}
	m.pushOther(py.PersistentID{ID: string(line)})
	return nil
}

// stringLine reads what STRING holds: a string as Python 2's repr prints it.
func (m *machine) stringLine(line []byte) error {
	n := len(line)
	if n < 2 || line[0] != line[n-1] || line[0] != '\'' && line[0] != '"' {
		return m.fail("a string is not in quotes: %q", clip(line))
	}
	text, why := appendUnescaped(m.scratch[:0], line[1:n-1])
	if why != "" {
		return m.fail("%s", why)
	}
	m.scratch = text
	return m.python2Text(text)
}

// unicodeLine reads what UNICODE holds: Latin-1 with the escapes \uXXXX and \UXXXXXXXX.
func (m *machine) unicodeLine(line []byte) error {
	text, why := appendRawUnicode(m.scratch[:0], line)
	if why != "" {
		return m.fail("%s", why)
	}
	m.scratch = text
	return m.pushText(text)
}

// clip keeps an error short that quotes the input.
func clip(line []byte) []byte {
	const most = 40
	if len(line) > most {
		return line[:most]
	}
	return line
}
