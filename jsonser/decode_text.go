package jsonser

import (
	"math"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pizco-go/pizco/internal/wtf8"
)

var (
	inf = math.Inf(1)
	// nan is the one that Python makes; math.NaN has another bit set.
	nan = math.Float64frombits(0x7FF8000000000000)
)

// str reads a string that is a value; it has memory of its own.
func (p *parser) str() (any, Kind) {
	b, bad := p.chars()
	if bad != 0 {
		return nil, bad
	}
	if bad := p.spend(len(b)); bad != 0 {
		return nil, bad
	}
	return string(b), 0
}

// name reads a string that names an item of an object. Equal names of a document are one string.
func (p *parser) name() (string, Kind) {
	b, bad := p.chars()
	if bad != 0 {
		return "", bad
	}
	if bad := p.spend(len(b)); bad != 0 {
		return "", bad
	}
	return p.names.get(b), 0
}

// chars reads a string and returns its characters, which are good until the next call.
func (p *parser) chars() ([]byte, Kind) {
	start := p.pos
	p.pos++
	if b, ok := p.plain(); ok {
		return b, 0
	}
	p.buf = append(p.buf[:0], p.text[start+1:p.pos]...)
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		switch {
		case c == '"':
			p.pos++
			return p.buf, 0
		case c < ' ':
			return nil, p.fail(ControlCharacter, p.pos)
		case c != '\\':
			p.buf = append(p.buf, c)
			p.pos++
		default:
			if bad := p.escape(start); bad != 0 {
				return nil, bad
			}
		}
	}
	return nil, p.fail(UnterminatedString, start)
}

// plain returns the rest of a string if nothing in it is escaped; otherwise it stops at what needs
// a closer look.
func (p *parser) plain() ([]byte, bool) {
	start := p.pos
	for ; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return p.text[start : p.pos-1], true
		case c < ' ' || c == '\\':
			return nil, false
		}
	}
	return nil, false
}

// escapes are the characters after a backslash and what they stand for.
var escapes = [utf8.RuneSelf]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// escape reads an escape of the string that begins at start.
func (p *parser) escape(start int) Kind {
	backslash := p.pos
	p.pos++
	if p.pos >= len(p.text) {
		return p.fail(UnterminatedString, start)
	}
	c := p.text[p.pos]
	if c == 'u' {
		return p.unicodeEscape()
	}
	if c >= utf8.RuneSelf || escapes[c] == 0 {
		return p.fail(InvalidEscape, backslash)
	}
	p.buf = append(p.buf, escapes[c])
	p.pos++
	return 0
}

// unicodeEscape reads \uXXXX from the u on. Two escapes that are the surrogates of one character
// become that.
func (p *parser) unicodeEscape() Kind {
	r, ok := p.hex(p.pos + 1)
	if !ok {
		return p.fail(InvalidUnicodeEscape, p.pos)
	}
	p.pos += 5
	if wtf8.IsSurrogate(r) && p.word(`\u`) {
		lo, ok := p.hex(p.pos)
		if !ok {
			return p.fail(InvalidUnicodeEscape, p.pos-1)
		}
		if pair := utf16.DecodeRune(r, lo); pair != utf8.RuneError {
			r = pair
			p.pos += 4
		} else {
			p.pos -= 2 // the second one stands for itself
		}
	}
	p.buf = wtf8.Append(p.buf, r)
	return 0
}

// hex reads four hexadecimal digits, after which something must follow.
func (p *parser) hex(at int) (rune, bool) {
	if len(p.text)-at < 5 {
		return 0, false
	}
	var r rune
	for _, c := range p.text[at : at+4] {
		d, ok := hexValue(c)
		if !ok {
			return 0, false
		}
		r = r<<4 | d
	}
	return r, true
}

func hexValue(c byte) (rune, bool) {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0'), true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10, true
	}
	return 0, false
}
