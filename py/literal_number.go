package py

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxIntDigits is CPython's default limit of the digits of a decimal int
// (sys.int_info.default_max_str_digits).
const maxIntDigits = 4300

func (p *literalParser) number() (any, error) {
	if p.peek() == '0' {
		switch p.at(1) | 0x20 {
		case 'x':
			return p.basedInt("hexadecimal", 16, isHexadecimal)
		case 'o':
			return p.basedInt("octal", 8, func(c byte) bool { return c >= '0' && c <= '7' })
		case 'b':
			return p.basedInt("binary", 2, func(c byte) bool { return c == '0' || c == '1' })
		}
	}
	return p.decimalNumber()
}

func (p *literalParser) basedInt(name string, base int, digit func(byte) bool) (any, error) {
	start := p.pos
	p.pos += 2
	if p.peek() == '_' {
		p.pos++
	}
	digits := p.pos
	if !p.digits(digit) || isNameByte(p.peek()) {
		return nil, p.failAt(start, "invalid "+name+" literal")
	}
	return parseInt(p.src[digits:p.pos], base), nil
}

// decimalNumber reads an int, a float, or an imaginary number of either form.
func (p *literalParser) decimalNumber() (any, error) {
	start, isFloat := p.pos, false
	invalid := func() error { return p.failAt(start, "invalid decimal literal") }
	if p.peek() != '.' && !p.digits(isDecimal) {
		return nil, invalid()
	}
	if p.peek() == '.' {
		isFloat = true
		p.pos++
		if isDecimal(p.peek()) && !p.digits(isDecimal) {
			return nil, invalid()
		}
	}
	if p.peek()|0x20 == 'e' {
		isFloat = true
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if !p.digits(isDecimal) {
			return nil, invalid()
		}
	}
	text := p.src[start:p.pos]
	isImaginary := p.peek()|0x20 == 'j'
	if isImaginary {
		p.pos++
	}
	if isNameByte(p.peek()) {
		return nil, invalid()
	}
	if isImaginary {
		return complex(0, parseFloat(text)), nil
	}
	if isFloat {
		return parseFloat(text), nil
	}
	return p.decimalInt(start, text)
}

func (p *literalParser) decimalInt(start int, text string) (any, error) {
	if text[0] == '0' && strings.Trim(text, "0_") != "" {
		return nil, p.failAt(start, "leading zeros in a decimal int are not permitted; use an 0o prefix for octal ints")
	}
	if len(text)-strings.Count(text, "_") > maxIntDigits {
		return nil, p.failAt(start, "int has more than 4300 digits")
	}
	return parseInt(text, 10), nil
}

// digits reads digits that single underscores may separate, and reports whether it read them in
// that form.
func (p *literalParser) digits(digit func(byte) bool) bool {
	for {
		if !digit(p.peek()) {
			return false
		}
		for digit(p.peek()) {
			p.pos++
		}
		if p.peek() != '_' {
			return true
		}
		p.pos++
	}
}

func isHexadecimal(c byte) bool {
	return isDecimal(c) || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// parseInt reads digits that are known to be valid.
func parseInt(text string, base int) any {
	text = strings.ReplaceAll(text, "_", "")
	if small, err := strconv.ParseInt(text, base, 64); err == nil {
		return small
	}
	large, _ := new(big.Int).SetString(text, base)
	return large
}

// parseFloat reads a number that is known to be valid; one that is too large is infinite.
func parseFloat(text string) float64 {
	f, _ := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	return f
}

func negate(number any) any {
	switch n := number.(type) {
	case int64:
		return -n
	case *big.Int:
		minus := new(big.Int).Neg(n)
		if minus.IsInt64() {
			return minus.Int64()
		}
		return minus
	case float64:
		return -n
	case complex128:
		return complex(-real(n), -imag(n))
	}
	return number
}

// addImaginary adds an imaginary literal to a real number, or subtracts it, with the signs of zeros
// that Python's complex arithmetic gives. The reason says why it cannot.
func addImaginary(left any, right complex128, op byte) (sum complex128, reason string) {
	var re float64
	switch n := left.(type) {
	case int64:
		re = float64(n)
	case *big.Int:
		re, _ = new(big.Float).SetInt(n).Float64()
		if math.IsInf(re, 0) {
			return 0, "int too large to convert to float"
		}
	case float64:
		re = n
	default:
		return 0, "the left side of a complex number must be an int or a float"
	}
	if op == '-' {
		return complex(re-real(right), 0-imag(right)), ""
	}
	return complex(re+real(right), 0+imag(right)), ""
}
