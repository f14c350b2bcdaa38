package py

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxLiteralDepth is how many brackets may be open at once: the tokenizer's limit in CPython 3.8
// and later.
const maxLiteralDepth = 200

// LiteralError tells where and why a text is no Python literal.
type LiteralError struct {
	// Line is the line of the error, counted from 1.
	Line int
	// Column is the column in that line in characters, counted from 1.
	Column int
	// Reason says what is wrong.
	Reason string
	// Err is the error underneath, if there is one: an *[UnhashableError] for a dict's key or a
	// set's element that has no hash.
	Err error
}

// Error returns the reason with line and column.
func (e *LiteralError) Error() string {
	return fmt.Sprintf("pizco/py: line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Unwrap returns the error underneath.
func (e *LiteralError) Unwrap() error { return e.Err }

// ParseLiteral reads a Python literal as ast.literal_eval does: None, True, False, Ellipsis as
// "...", ints of all bases, floats, and complex numbers as "1+2j". It reads str and bytes with all
// prefixes, escapes and implicit concatenation. It also reads tuples, lists, dicts, sets and
// "set()". A tuple needs no parentheses.
//
// The values are the package's own, each object new. As in CPython, some values are the same object
// wherever they come in the text: a str of one character of Latin-1, a bytes of one byte, and empty
// ones.
//
// Nothing is evaluated: names, calls, operators and f-strings are refused, and at most 200 brackets
// may be open at once. It differs from ast.literal_eval in these points only:
//
//   - white space is free before and after the literal
//   - "\N{...}" knows the names of Unicode, but not their aliases
//   - a decimal int has at most 4300 digits, as in CPython from 3.11 on, with every interpreter
//
// It fails with a *[LiteralError].
func ParseLiteral(text string) (any, error) {
	p, err := newLiteralParser(text)
	if err != nil {
		return nil, err
	}
	p.skipBlankLines()
	n, err := p.expressionList(func() bool { return p.atNewline() || p.atEnd() })
	if err != nil {
		return nil, err
	}
	p.skipBlankLines()
	if !p.atEnd() {
		return nil, p.unexpected()
	}
	return p.finish(n)
}

// LiteralPrefix reads the literal that text starts with and returns what follows it. The text is
// taken as standing inside of brackets, as the arguments of a call do. White space, line ends and
// comments are skipped before and after the literal, and a comma ends it. Otherwise it reads what
// [ParseLiteral] reads, and fails as it does.
func LiteralPrefix(text string) (value any, rest string, err error) {
	p, err := newLiteralParser(text)
	if err != nil {
		return nil, "", err
	}
	p.depth = 1
	n, err := p.expression()
	if err != nil {
		return nil, "", err
	}
	p.skipSpace()
	value, err = p.finish(n)
	return value, p.src[p.pos:], err
}

// literal is what a part of the text stands for.
type literal struct {
	value any
	kind  literalKind
	start int
}

type literalKind uint8

const (
	// The zero kind can only be part of a container.
	_ literalKind = iota
	// plainNumber may be given a sign, and be the right side of "1+2j".
	plainNumber
	// signedNumber may be the left side of "1+2j".
	signedNumber
	// setName is the name of the one function that may be called.
	setName
)

type literalParser struct {
	src   string
	pos   int
	depth int
	// reprs is set to read what repr writes instead of what a program may hold.
	reprs bool
	// work is what may be done yet to hash and compare keys, nil for no bound.
	work *int64
	// shared holds the strings and bytes that CPython has one object of.
	sharedStrings map[string]string
	sharedBytes   map[string][]byte
	names         characterNames
}

func newLiteralParser(text string) (*literalParser, error) {
	p := &literalParser{src: text}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return nil, p.failAt(i, "null byte")
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			return nil, p.failAt(i, "invalid UTF-8")
		}
		i += size
	}
	return p, nil
}

// finish returns the value of a whole literal.
func (p *literalParser) finish(n literal) (any, error) {
	if n.kind == setName {
		return nil, p.failAt(n.start, "name 'set' is not a literal")
	}
	return n.value, nil
}

// value reads an expression that is a value by itself.
func (p *literalParser) value() (any, error) {
	n, err := p.expression()
	if err != nil {
		return nil, err
	}
	return p.finish(n)
}

// expressionList reads an expression, or a tuple without parentheses that ends where end says.
func (p *literalParser) expressionList(end func() bool) (literal, error) {
	p.skipSpace()
	start := p.pos
	first, err := p.expression()
	if err != nil {
		return first, err
	}
	if p.skipSpace(); p.peek() != ',' {
		return first, nil
	}
	value, err := p.finish(first)
	if err != nil {
		return literal{}, err
	}
	tuple := Tuple{value}
	for p.peek() == ',' {
		p.pos++
		if p.skipSpace(); end() {
			break
		}
		if value, err = p.value(); err != nil {
			return literal{}, err
		}
		tuple = append(tuple, value)
		p.skipSpace()
	}
	return literal{value: tuple, start: start}, nil
}

// expression reads a signed value, or the sum or difference that makes a complex number.
func (p *literalParser) expression() (literal, error) {
	left, err := p.signed()
	if err != nil {
		return left, err
	}
	for {
		p.skipSpace()
		op := p.peek()
		if op != '+' && op != '-' {
			return left, nil
		}
		at := p.pos
		p.pos++
		right, err := p.signed()
		if err != nil {
			return right, err
		}
		imaginary, isComplex := right.value.(complex128)
		if left.kind != plainNumber && left.kind != signedNumber || right.kind != plainNumber || !isComplex {
			return left, p.failAt(at, fmt.Sprintf("operator %q is not a literal", op))
		}
		if p.reprs {
			left = p.reprComplex(left, imaginary, op)
			continue
		}
		sum, reason := addImaginary(left.value, imaginary, op)
		if reason != "" {
			return left, p.failAt(at, reason)
		}
		left = literal{value: sum, start: left.start}
	}
}

func (p *literalParser) signed() (literal, error) {
	p.skipSpace()
	start, op := p.pos, p.peek()
	if op != '+' && op != '-' {
		return p.atom()
	}
	// A sign before a sign is refused below; nothing needs more than two.
	p.pos++
	p.skipSpace()
	if c := p.peek(); c == '+' || c == '-' {
		return literal{}, p.failAt(p.pos, fmt.Sprintf("operator %q is not a literal", c))
	}
	n, err := p.atom()
	if err != nil {
		return n, err
	}
	if n.kind != plainNumber {
		return n, p.failAt(start, fmt.Sprintf("operator %q is not a literal", op))
	}
	if op == '-' && p.reprs {
		n.value = reprNegative(n.value)
	} else if op == '-' {
		n.value = negate(n.value)
	}
	return literal{value: n.value, kind: signedNumber, start: start}, nil
}

func (p *literalParser) atom() (literal, error) {
	start := p.pos
	n, err := p.primary()
	if err != nil || n.kind != setName {
		return n, err
	}
	if p.skipSpace(); p.peek() != '(' {
		return n, nil
	}
	p.pos++
	p.depth++
	p.skipSpace()
	p.depth--
	if p.peek() != ')' {
		return n, p.failAt(start, "a call is not a literal, except for set()")
	}
	p.pos++
	return literal{value: new(Set), start: start}, nil
}

func (p *literalParser) primary() (literal, error) {
	start, c := p.pos, p.peek()
	switch {
	case c == '(':
		return p.parenthesized()
	case c == '[':
		return p.list()
	case c == '{':
		return p.braces()
	case p.atString():
		value, err := p.strings()
		return literal{value: value, start: start}, err
	case c >= '0' && c <= '9' || c == '.' && isDecimal(p.at(1)):
		value, err := p.number()
		return literal{value: value, kind: plainNumber, start: start}, err
	case !p.reprs && strings.HasPrefix(p.src[p.pos:], "..."):
		p.pos += 3
		return literal{value: Ellipsis, start: start}, nil
	}
	return p.name()
}

func (p *literalParser) name() (literal, error) {
	start := p.pos
	end := start
	for end < len(p.src) && isNameByte(p.src[end]) {
		end++
	}
	n := literal{start: start}
	switch name := p.src[start:end]; name {
	case "None":
	case "True":
		n.value = true
	case "False":
		n.value = false
	case "set":
		n.kind = setName
	case "":
		return n, p.unexpected()
	default:
		if p.reprs {
			return p.reprName(start)
		}
		return n, p.failAt(start, fmt.Sprintf("name %q is not a literal", name))
	}
	p.pos = end
	return n, nil
}
