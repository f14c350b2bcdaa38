package jsonser

import (
	"math/big"
	"strconv"

	"github.com/pizco-go/pizco/py"
)

// Unmarshal decodes what json.loads decodes from bytes in Python 3: a document in UTF-8, UTF-16 or
// UTF-32, with or without a byte order mark. Into a *any it decodes the exact graph of package py.
// Into any other pointer it converts by the rules of py.Assign. It mirrors json.decoder.JSONDecoder
// with its default arguments.
//
// As in Python, equal keys of a document are the same str, and no two other strings are. Of the
// values of equal keys in an object the last one wins, in the place of the first. Ints of any size
// are read, and NaN, Infinity and -Infinity; a float beyond the range is infinite.
//
// What a document may take is bounded: see [WithMaxMemory], [WithMaxDepth] and [WithMaxIntDigits].
//
// It fails with a *[SyntaxError] for what json.loads refuses and for what exceeds a limit, and with
// a *py.ConversionError when the value does not fit v.
func Unmarshal(data []byte, v any, opts ...DecodeOption) error {
	p := parser{config: decodeConfig{maxDepth: DefaultMaxDepth, maxIntDigits: DefaultMaxIntDigits}}
	for _, o := range opts {
		if err := o.applyDecode(&p.config); err != nil {
			return err
		}
	}
	text, encoding, err := decodeText(data)
	if err != nil {
		return err
	}
	p.text = text
	p.memory = p.config.maxMemory
	if p.memory == 0 {
		p.memory = DefaultMaxMemory + DefaultMemoryFactor*int64(len(data))
	}
	p.items = make([]any, 0, roomForItems)
	p.names.first = make([]string, 0, scannedNames)
	graph, bad := p.document()
	if bad != 0 {
		return placed(bad, text, encoding, p.failed)
	}
	if target, ok := v.(*any); ok && target != nil {
		*target = graph
		return nil
	}
	return py.Assign(v, graph)
}

const (
	// roomForItems is how many items of unfinished lists there is room for at first.
	roomForItems = 16
	// roomForPairs is how many pairs of an object there is room for at first.
	roomForPairs = 4
)

// parser reads a document. Its methods return a Kind other than zero for an error, whose place is
// failed.
type parser struct {
	config decodeConfig
	text   []byte
	pos    int
	failed int
	depth  int
	memory int64  // bytes that the values may still take
	items  []any  // the items of the lists that are being read
	buf    []byte // the string that is being read, when it has escapes
	names  names
}

func (p *parser) fail(kind Kind, at int) Kind {
	p.failed = at
	return kind
}

// About how many bytes of memory a value takes, with its place in what holds it while both grow.
const (
	valueSize  = 48
	listSize   = 32
	objectSize = 160
	entrySize  = 96
)

// spend takes memory for a value.
func (p *parser) spend(bytes int) Kind {
	if p.memory -= int64(bytes); p.memory < 0 {
		return p.fail(TooMuchMemory, p.pos)
	}
	return 0
}

func (p *parser) document() (any, Kind) {
	p.space()
	v, bad := p.value()
	if bad != 0 {
		return nil, bad
	}
	p.space()
	if p.pos < len(p.text) {
		return nil, p.fail(ExtraData, p.pos)
	}
	return v, 0
}

// space skips white space.
func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// peek returns the next byte, or zero at the end. No token begins with a zero.
func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// word skips the word if it comes next.
func (p *parser) word(w string) bool {
	if len(p.text)-p.pos >= len(w) && string(p.text[p.pos:p.pos+len(w)]) == w {
		p.pos += len(w)
		return true
	}
	return false
}

func (p *parser) value() (any, Kind) {
	switch p.peek() {
	case '"':
		return p.str()
	case '{', '[':
		return p.container()
	}
	if v, ok := p.constant(); ok {
		return v, 0
	}
	return p.number()
}

// container reads an object or an array, one level deeper.
func (p *parser) container() (v any, bad Kind) {
	if p.depth >= p.config.maxDepth {
		return nil, p.fail(TooDeep, p.pos)
	}
	p.depth++
	opening := p.text[p.pos]
	size := listSize
	if opening == '{' {
		size = objectSize
	}
	if bad := p.spend(size); bad != 0 {
		return nil, bad
	}
	p.pos++
	if opening == '{' {
		v, bad = p.object()
	} else {
		v, bad = p.array()
	}
	p.depth--
	return v, bad
}

func (p *parser) array() (any, Kind) {
	base := len(p.items)
	p.space()
	if p.peek() == ']' {
		p.pos++
		return &py.List{Items: []any{}}, 0
	}
	for {
		v, bad := p.value()
		if bad != 0 {
			return nil, bad
		}
		if bad := p.spend(valueSize); bad != 0 {
			return nil, bad
		}
		p.items = append(p.items, v)
		end, bad := p.separator(']', TrailingCommaArray)
		if bad != 0 {
			return nil, bad
		}
		if end {
			break
		}
	}
	items := make([]any, len(p.items)-base)
	copy(items, p.items[base:])
	clear(p.items[base:])
	p.items = p.items[:base]
	return &py.List{Items: items}, 0
}

// separator reads what follows an item: the end of its container, or a comma that is not followed
// by the end.
func (p *parser) separator(closing byte, trailing Kind) (end bool, bad Kind) {
	p.space()
	switch p.peek() {
	case closing:
		p.pos++
		return true, 0
	case ',':
	default:
		return false, p.fail(ExpectingComma, p.pos)
	}
	comma := p.pos
	p.pos++
	p.space()
	if p.peek() == closing {
		return false, p.fail(trailing, comma)
	}
	return false, 0
}

func (p *parser) object() (any, Kind) {
	d := &py.Dict{}
	p.space()
	if p.peek() == '}' {
		p.pos++
		return d, 0
	}
	d.Grow(roomForPairs)
	for {
		if p.peek() != '"' {
			return nil, p.fail(ExpectingName, p.pos)
		}
		name, bad := p.name()
		if bad != 0 {
			return nil, bad
		}
		p.space()
		if p.peek() != ':' {
			return nil, p.fail(ExpectingColon, p.pos)
		}
		p.pos++
		p.space()
		v, bad := p.value()
		if bad != 0 {
			return nil, bad
		}
		if d.Len() >= roomForPairs {
			if bad := p.spend(entrySize); bad != 0 {
				return nil, bad
			}
		}
		_ = d.Set(name, v) // a str always has a hash
		end, bad := p.separator('}', TrailingCommaObject)
		if end || bad != 0 {
			return d, bad
		}
	}
}

func (p *parser) constant() (any, bool) {
	switch p.peek() {
	case 'n':
		return nil, p.word("null")
	case 't':
		return true, p.word("true")
	case 'f':
		return false, p.word("false")
	case 'N':
		return nan, p.word("NaN")
	case 'I':
		return inf, p.word("Infinity")
	case '-':
		return -inf, p.word("-Infinity")
	}
	return nil, false
}

// number reads an int, or a float when a fraction or an exponent follows. What looks like one of
// these but is not complete is left to be found as something that does not belong there.
func (p *parser) number() (any, Kind) {
	start := p.pos
	at := start
	if at < len(p.text) && p.text[at] == '-' {
		at++
	}
	digits := at
	switch {
	case at < len(p.text) && p.text[at] == '0':
		at++
	default:
		at = p.digits(at)
		if at == digits {
			return nil, p.fail(ExpectingValue, start)
		}
	}
	whole := at
	if at < len(p.text) && p.text[at] == '.' {
		if end := p.digits(at + 1); end > at+1 {
			at = end
		}
	}
	at = p.exponent(at)
	p.pos = at
	if at > whole {
		f, _ := strconv.ParseFloat(string(p.text[start:at]), 64) // out of range is infinite, as in Python
		return f, 0
	}
	return p.int(start, whole-digits)
}

// digits returns the position after the digits that begin at the given one.
func (p *parser) digits(at int) int {
	for at < len(p.text) && p.text[at] >= '0' && p.text[at] <= '9' {
		at++
	}
	return at
}

// exponent returns the position after an exponent that begins at the given one.
func (p *parser) exponent(at int) int {
	if at >= len(p.text) || p.text[at]|0x20 != 'e' {
		return at
	}
	first := at + 1
	if first < len(p.text) && (p.text[first] == '+' || p.text[first] == '-') {
		first++
	}
	if end := p.digits(first); end > first {
		return end
	}
	return at
}

func (p *parser) int(start, digits int) (any, Kind) {
	text := string(p.text[start:p.pos])
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, 0
	}
	if digits > p.config.maxIntDigits {
		return nil, p.fail(TooManyDigits, start)
	}
	n, _ := new(big.Int).SetString(text, 10) // text is digits with a sign
	return n, 0
}
