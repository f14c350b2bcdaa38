package py

import (
	"fmt"
	"math"
	"math/big"
	"strings"
)

// ParseRepr reads what repr writes of a value that is plain all the way down. It takes:
//
//   - the types that [ParseLiteral] reads
//   - float and complex with nan and inf, Ellipsis, bytearray, frozenset, range and slice
//   - date, time, datetime, timedelta and timezone of datetime, and ZoneInfo
//   - Decimal, Fraction, UUID, OrderedDict, Counter and deque
//
// A text does not say which class wrote it: any class can have a repr like that of a plain value.
// Objects that a container holds twice are two here. A container that holds itself is refused,
// since its repr does not say where.
//
// Nothing is evaluated, and the limits of [ParseLiteral] hold. It fails with a *[LiteralError].
func ParseRepr(text string) (any, error) {
	p, err := newLiteralParser(text)
	if err != nil {
		return nil, err
	}
	work := workPerByte * int64(len(text))
	p.reprs, p.work = true, &work
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	if !p.atEnd() {
		return nil, p.unexpected()
	}
	return value, nil
}

// workPerByte is how many values may be looked at to hash and compare the keys of a repr, for each
// of its bytes.
const workPerByte = 16

// reprNegative returns what repr writes with a minus: an int 0 stands for the -0.0 of a complex
// number, whose real part is 0.0 when only its imaginary part is written.
func reprNegative(number any) any {
	switch n := number.(type) {
	case int64:
		if n == 0 {
			return math.Copysign(0, -1)
		}
	case complex128:
		return complex(0, -imag(n))
	}
	return negate(number)
}

// reprComplex returns the complex number of both parts as repr writes them, with the signs of their
// zeros.
func (p *literalParser) reprComplex(left literal, imaginary complex128, op byte) literal {
	var re float64
	switch n := left.value.(type) {
	case int64:
		re = float64(n)
	case *big.Int:
		re, _ = new(big.Float).SetInt(n).Float64()
	case float64:
		re = n
	}
	im := imag(imaginary)
	if op == '-' {
		im = -im
	}
	return literal{value: complex(re, im), start: left.start}
}

// reprNames are the values that repr writes as a bare name.
var reprNames = map[string]literal{
	"nan":                   {value: math.NaN(), kind: plainNumber},
	"inf":                   {value: math.Inf(1), kind: plainNumber},
	"nanj":                  {value: complex(0, math.NaN()), kind: plainNumber},
	"infj":                  {value: complex(0, math.Inf(1)), kind: plainNumber},
	"Ellipsis":              {value: Ellipsis},
	"datetime.timezone.utc": {value: utc},
}

// reprName reads a name at start that literals do not have: a bare name, or a class with the
// arguments of its call.
func (p *literalParser) reprName(start int) (literal, error) {
	end := start
	for end < len(p.src) && (isNameByte(p.src[end]) || p.src[end] == '.') {
		end++
	}
	name := p.src[start:end]
	if n, ok := reprNames[name]; ok {
		p.pos, n.start = end, start
		return n, nil
	}
	build := reprClasses[name]
	if build == nil || end == len(p.src) || p.src[end] != '(' {
		return literal{}, p.failAt(start, fmt.Sprintf("%q is not a plain value", name))
	}
	p.pos = end
	args, err := p.reprArguments()
	if err != nil {
		return literal{}, err
	}
	value := build(args)
	if value == nil || args.left() {
		return literal{}, p.failAt(start, fmt.Sprintf("%s is not written like that", name))
	}
	return literal{value: value, start: start}, nil
}

// reprArguments are the arguments of a call in a repr that have not been taken yet.
type reprArguments struct {
	args  []any
	named map[string]any
	work  *int64
}

func (p *literalParser) reprArguments() (*reprArguments, error) {
	start := p.pos
	if err := p.open(); err != nil {
		return nil, err
	}
	a := &reprArguments{named: map[string]any{}, work: p.work}
	for p.peek() != ')' {
		name := p.keyword()
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		if name == "" {
			a.args = append(a.args, value)
		} else {
			a.named[name] = value
		}
		if !p.comma() {
			break
		}
	}
	return a, p.close(')', start)
}

// keyword reads the name of an argument with its equals sign, or nothing.
func (p *literalParser) keyword() string {
	end := p.pos
	for end < len(p.src) && isNameByte(p.src[end]) {
		end++
	}
	if end == p.pos || end == len(p.src) || p.src[end] != '=' {
		return ""
	}
	name := p.src[p.pos:end]
	p.pos = end + 1
	return strings.Clone(name)
}

// left reports whether there are arguments that nothing has taken.
func (a *reprArguments) left() bool { return len(a.args) > 0 || len(a.named) > 0 }

// next takes the next positional argument, or returns nil if none is left.
func (a *reprArguments) next() any {
	if len(a.args) == 0 {
		return nil
	}
	value := a.args[0]
	a.args = a.args[1:]
	return value
}

// name takes an argument by its name.
func (a *reprArguments) name(name string) (any, bool) {
	value, ok := a.named[name]
	delete(a.named, name)
	return value, ok
}

// nextAs takes the next argument by position, which has to be of a type.
func nextAs[T any](a *reprArguments) (T, bool) {
	value := a.next()
	typed, ok := value.(T)
	return typed, ok
}

// ints takes all arguments by position, which have to be at least least and at most most ints.
func (a *reprArguments) ints(least, most int) ([]int64, bool) {
	if len(a.args) < least || len(a.args) > most {
		return nil, false
	}
	numbers := make([]int64, most)
	for i, arg := range a.args {
		n, ok := arg.(int64)
		if !ok {
			return nil, false
		}
		numbers[i] = n
	}
	a.args = nil
	return numbers, true
}
