package py

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pizco-go/pizco/internal/wtf8"
)

// atString reports whether a str or bytes starts here, with any prefix, valid or not.
func (p *literalParser) atString() bool {
	for i := 0; i <= 2; i++ {
		switch c := p.at(i); {
		case c == '\'' || c == '"':
			return true
		case !strings.ContainsRune("bBfFrRtTuU", rune(c)) || c == 0:
			return false
		}
	}
	return false
}

// strings reads a str or bytes and all that follow it without an operator between.
func (p *literalParser) strings() (any, error) {
	var joined strings.Builder
	start, isBytes := p.pos, false
	for first := true; first || p.atString(); first = false {
		bytes, err := p.oneString(&joined)
		if err != nil {
			return nil, err
		}
		if !first && bytes != isBytes {
			return nil, p.failAt(start, "cannot mix bytes and nonbytes literals")
		}
		isBytes = bytes
		p.skipSpace()
	}
	if isBytes {
		return p.shareBytes(joined.String()), nil
	}
	return p.shareString(joined.String()), nil
}

// oneString adds a str or bytes to out and tells which of the two it is.
func (p *literalParser) oneString(out *strings.Builder) (isBytes bool, err error) {
	start := p.pos
	for p.peek() != '\'' && p.peek() != '"' {
		p.pos++
	}
	prefix := strings.ToLower(p.src[start:p.pos])
	switch prefix {
	case "", "u", "r", "b", "br", "rb":
	case "f", "fr", "rf":
		return false, p.failAt(start, "an f-string is not a literal")
	case "t", "tr", "rt":
		return false, p.failAt(start, "a t-string is not a literal")
	default:
		return false, p.failAt(start, fmt.Sprintf("invalid string prefix %q", prefix))
	}
	s := stringScan{
		literalParser: p, out: out, start: start,
		isBytes: strings.Contains(prefix, "b"), isRaw: strings.Contains(prefix, "r"),
	}
	return s.isBytes, s.body()
}

// stringScan is the reading of one string between its quotes.
type stringScan struct {
	*literalParser
	out            *strings.Builder
	start          int
	isBytes, isRaw bool
}

func (s *stringScan) body() error {
	quote := s.src[s.pos : s.pos+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(s.src[s.pos:], triple) {
		quote = triple
	}
	s.pos += len(quote)
	for {
		newline := s.newlineAt(s.pos)
		switch c := s.peek(); {
		case s.atEnd() || newline > 0 && len(quote) == 1:
			return s.failAt(s.start, "unterminated string")
		case strings.HasPrefix(s.src[s.pos:], quote):
			s.pos += len(quote)
			return nil
		case newline > 0:
			s.out.WriteByte('\n')
			s.pos += newline
		case c == '\\':
			if err := s.backslash(); err != nil {
				return err
			}
		case s.isBytes && c >= utf8.RuneSelf:
			return s.failAt(s.pos, "bytes can only contain ASCII literal characters")
		default:
			s.out.WriteByte(c)
			s.pos++
		}
	}
}

func (s *stringScan) backslash() error {
	at := s.pos
	s.pos++
	newline := s.newlineAt(s.pos)
	switch {
	case s.atEnd():
		return s.failAt(s.start, "unterminated string")
	case s.isRaw && newline > 0:
		s.out.WriteString("\\\n")
		s.pos += newline
		return nil
	case newline > 0:
		s.pos += newline
		return nil
	case s.isBytes && s.peek() >= utf8.RuneSelf:
		return s.failAt(s.pos, "bytes can only contain ASCII literal characters")
	case s.isRaw:
		s.out.WriteByte('\\')
		_, size := utf8.DecodeRuneInString(s.src[s.pos:])
		s.out.WriteString(s.src[s.pos : s.pos+size])
		s.pos += size
		return nil
	}
	return s.escape(at)
}

// escape reads what follows the backslash at offset at.
func (s *stringScan) escape(at int) error {
	c := s.peek()
	s.pos++
	if i := strings.IndexByte(`\'"abfnrtv`, c); i >= 0 {
		s.out.WriteByte("\\'\"\a\b\f\n\r\t\v"[i])
		return nil
	}
	switch {
	case c >= '0' && c <= '7':
		s.octal(rune(c - '0'))
		return nil
	case c == 'x':
		return s.hexadecimal(at, 2)
	case c == 'u' && !s.isBytes:
		return s.hexadecimal(at, 4)
	case c == 'U' && !s.isBytes:
		return s.hexadecimal(at, 8)
	case c == 'N' && !s.isBytes:
		return s.named(at)
	}
	// Python keeps the backslash of an escape that it does not know.
	s.out.WriteByte('\\')
	s.pos--
	return nil
}

func (s *stringScan) octal(code rune) {
	for i := 0; i < 2 && s.peek() >= '0' && s.peek() <= '7'; i++ {
		code = code<<3 | rune(s.peek()-'0')
		s.pos++
	}
	s.add(code)
}

func (s *stringScan) hexadecimal(at, digits int) error {
	end := s.pos
	for end < len(s.src) && end < s.pos+digits && isHexadecimal(s.src[end]) {
		end++
	}
	if end < s.pos+digits {
		return s.failAt(at, fmt.Sprintf(`truncated \%c escape: %d hexadecimal digits are needed`, s.src[at+1], digits))
	}
	code, _ := strconv.ParseUint(s.src[s.pos:end], 16, 32)
	if code > utf8.MaxRune {
		return s.failAt(at, "illegal Unicode character")
	}
	s.pos = end
	s.add(rune(code))
	return nil
}

func (s *stringScan) named(at int) error {
	name, _, closed := strings.Cut(strings.TrimPrefix(s.src[s.pos:], "{"), "}")
	if s.peek() != '{' || !closed || name == "" {
		return s.failAt(at, `malformed \N character escape`)
	}
	r, ok := s.names.lookup(name)
	if !ok {
		return s.failAt(at, fmt.Sprintf("unknown Unicode character name %q", name))
	}
	s.pos += len(name) + len("{}")
	s.add(r)
	return nil
}

// add writes a character, or the low byte of one to bytes.
func (s *stringScan) add(r rune) {
	if s.isBytes {
		s.out.WriteByte(byte(r))
		return
	}
	var character [utf8.UTFMax]byte
	s.out.Write(wtf8.Append(character[:0], r))
}

// shareString returns the object for a str: CPython has one of the empty str and of each character
// up to U+00FF.
func (p *literalParser) shareString(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || r > 0xFF {
		return text
	}
	if shared, ok := p.sharedStrings[text]; ok {
		return shared
	}
	if p.sharedStrings == nil {
		p.sharedStrings = map[string]string{}
	}
	p.sharedStrings[text] = text
	return text
}

// shareBytes does the same for bytes. CPython shares bytes of length 0 and 1 only.
func (p *literalParser) shareBytes(text string) []byte {
	if len(text) > 1 {
		return []byte(text)
	}
	if shared, ok := p.sharedBytes[text]; ok {
		return shared
	}
	if p.sharedBytes == nil {
		p.sharedBytes = map[string][]byte{}
	}
	p.sharedBytes[text] = []byte(text)
	return p.sharedBytes[text]
}
