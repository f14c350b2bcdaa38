package py

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

func (p *literalParser) atEnd() bool { return p.pos >= len(p.src) }

func (p *literalParser) atNewline() bool { return p.peek() == '\n' || p.peek() == '\r' }

// peek returns the next byte, 0 at the end of the text.
func (p *literalParser) peek() byte { return p.at(0) }

func (p *literalParser) at(ahead int) byte {
	if p.pos+ahead < len(p.src) {
		return p.src[p.pos+ahead]
	}
	return 0
}

// skipSpace skips what separates tokens: inside of brackets line ends and comments too.
func (p *literalParser) skipSpace() {
	for {
		switch c := p.peek(); {
		case c == ' ' || c == '\t' || c == '\f':
			p.pos++
		case c == '#':
			p.skipComment()
		case p.depth > 0 && p.atNewline():
			p.pos++
		case c == '\\' && p.newlineAt(p.pos+1) > 0 && p.pos+1+p.newlineAt(p.pos+1) < len(p.src):
			p.pos += 1 + p.newlineAt(p.pos+1)
		default:
			return
		}
	}
}

func (p *literalParser) skipComment() {
	if i := strings.IndexAny(p.src[p.pos:], "\r\n"); i >= 0 {
		p.pos += i
		return
	}
	p.pos = len(p.src)
}

// skipBlankLines skips white space, line ends and comments between the literal and the ends of the
// text.
func (p *literalParser) skipBlankLines() {
	for p.skipSpace(); p.atNewline(); p.skipSpace() {
		p.pos++
	}
}

// newlineAt returns the length of the line end at offset i, or 0 if no line ends there.
func (p *literalParser) newlineAt(i int) int {
	switch {
	case strings.HasPrefix(p.src[min(i, len(p.src)):], "\r\n"):
		return 2
	case i < len(p.src) && (p.src[i] == '\n' || p.src[i] == '\r'):
		return 1
	}
	return 0
}

func (p *literalParser) open() error {
	if p.depth == maxLiteralDepth {
		return p.failAt(p.pos, "too many nested brackets")
	}
	p.depth++
	p.pos++
	p.skipSpace()
	return nil
}

// close reads the closing bracket of what was opened at start.
func (p *literalParser) close(bracket byte, start int) error {
	p.skipSpace()
	if p.atEnd() {
		return p.failAt(start, fmt.Sprintf("%q was never closed", p.src[start]))
	}
	if p.peek() != bracket {
		return p.unexpected()
	}
	p.depth--
	p.pos++
	return nil
}

func (p *literalParser) unexpected() error {
	if p.atEnd() {
		return p.failAt(p.pos, "unexpected end of the text")
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	if r == '\n' || r == '\r' {
		return p.failAt(p.pos, "unexpected end of the line")
	}
	return p.failAt(p.pos, fmt.Sprintf("unexpected %q", r))
}

func (p *literalParser) failAt(offset int, reason string) *LiteralError {
	return p.wrapAt(offset, reason, nil)
}

func (p *literalParser) wrapAt(offset int, reason string, err error) *LiteralError {
	before := p.src[:min(offset, len(p.src))]
	before = strings.ReplaceAll(before, "\r\n", "\n")
	before = strings.ReplaceAll(before, "\r", "\n")
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return &LiteralError{Line: line, Column: column, Reason: reason, Err: err}
}

func isDecimal(c byte) bool { return c >= '0' && c <= '9' }

// isNameByte reports whether c can be part of a name. Any byte beyond ASCII can.
func isNameByte(c byte) bool {
	return c == '_' || isDecimal(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}
