package jsonser

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"

	"github.com/pizco-go/pizco/internal/wtf8"
)

// encoding is how a document's characters are laid out in bytes.
type encoding struct {
	unit int // the number of bytes of a code unit
	bom  int // the number of bytes of the byte order mark
	big  bool
}

// detect returns the encoding, by the byte order mark or the zeros of the first characters. It
// mirrors json.detect_encoding.
func detect(b []byte) encoding {
	for _, e := range []struct {
		bom string
		encoding
	}{
		{"\x00\x00\xfe\xff", encoding{4, 4, true}},
		{"\xff\xfe\x00\x00", encoding{4, 4, false}},
		{"\xfe\xff", encoding{2, 2, true}},
		{"\xff\xfe", encoding{2, 2, false}},
		{"\xef\xbb\xbf", encoding{1, 3, false}},
	} {
		if bytes.HasPrefix(b, []byte(e.bom)) {
			return e.encoding
		}
	}
	switch {
	case len(b) >= 4 && b[0] == 0:
		return encoding{unit: unitFor(b[1] != 0), big: true}
	case len(b) >= 4 && b[1] == 0:
		return encoding{unit: unitFor(b[2] != 0 || b[3] != 0)}
	case len(b) == 2 && b[0] == 0:
		return encoding{unit: 2, big: true}
	case len(b) == 2 && b[1] == 0:
		return encoding{unit: 2}
	}
	return encoding{unit: 1}
}

func unitFor(is16 bool) int {
	if is16 {
		return 2
	}
	return 4
}

// decodeText returns the document in UTF-8 with surrogates passed, which is the data itself when
// that is its encoding.
func decodeText(data []byte) ([]byte, encoding, error) {
	e := detect(data)
	text := data[e.bom:]
	var bad int
	switch e.unit {
	case 1:
		bad = wtf8.Invalid(text)
	case 2:
		text, bad = e.decode16(text)
	default:
		text, bad = e.decode32(text)
	}
	if bad < 0 {
		return text, e, nil
	}
	offset := e.bom + bad
	return nil, e, placed(InvalidEncoding, data, encoding{unit: 1}, offset)
}

// decode16 decodes UTF-16 and returns the offset of what is no UTF-16, or -1.
func (e encoding) decode16(b []byte) (text []byte, bad int) {
	order := e.order()
	text = make([]byte, 0, len(b))
	for i := 0; i+1 < len(b); i += 2 {
		r := rune(order.Uint16(b[i:]))
		if wtf8.IsSurrogate(r) && i+3 < len(b) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(b[i+2:]))); pair != 0xFFFD {
				r = pair
				i += 2
			}
		}
		text = wtf8.Append(text, r)
	}
	if len(b)%2 != 0 {
		return nil, len(b) - 1
	}
	return text, -1
}

// decode32 decodes UTF-32 and returns the offset of what is no UTF-32, or -1.
func (e encoding) decode32(b []byte) (text []byte, bad int) {
	order := e.order()
	text = make([]byte, 0, len(b)/2)
	for i := 0; i+3 < len(b); i += 4 {
		r := order.Uint32(b[i:])
		if r > 0x10FFFF {
			return nil, i
		}
		text = wtf8.Append(text, rune(r))
	}
	if rest := len(b) % 4; rest != 0 {
		return nil, len(b) - rest
	}
	return text, -1
}

func (e encoding) order() binary.ByteOrder {
	if e.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// offset returns the number of bytes in this encoding of what has the given UTF-8.
func (e encoding) offset(text []byte) int64 {
	n := e.bom
	for i := 0; i < len(text); {
		r, size := wtf8.Decode(text[i:])
		switch {
		case e.unit == 1 || size == 0:
			return int64(n + len(text) - i)
		case e.unit == 2 && r > 0xFFFF:
			n += 4
		default:
			n += e.unit
		}
		i += size
	}
	return int64(n)
}

// placed returns the error at a byte of the text, which was decoded from that encoding.
func placed(kind Kind, text []byte, e encoding, at int) *SyntaxError {
	before := text[:at]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return &SyntaxError{
		Kind:   kind,
		Offset: e.offset(before),
		Char:   wtf8.Count(before),
		Line:   1 + bytes.Count(before, []byte{'\n'}),
		Column: 1 + wtf8.Count(line),
	}
}
