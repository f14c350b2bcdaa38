package pickle

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/internal/wtf8"
	"github.com/pizco-go/pizco/py"
)

// str returns a str that stands in the input.
func (m *machine) str(at, n int) string {
	if m.text != "" {
		return m.text[at : at+n]
	}
	return m.slab.copy(m.data[at : at+n])
}

// unicode reads a str of n bytes of UTF-8.
func (m *machine) unicode(n int) error {
	content := m.data[m.pos : m.pos+n]
	if !validStr(content) {
		return m.fail("a str is no UTF-8")
	}
	p := m.strings.next()
	*p = m.str(m.pos, n)
	m.pushStr(p, content)
	m.pos += n
	return nil
}

func (m *machine) pushStr(p *string, content []byte) {
	if len(content) <= maxShared {
		m.noteText(p, content)
	}
	m.push(slot{Word: stringTag, At: raw.Address(p)})
}

// pushText pushes a str that is not in the input.
func (m *machine) pushText(text []byte) error {
	p := m.strings.next()
	*p = m.slab.copy(text)
	m.pushStr(p, text)
	return nil
}

func (m *machine) byteString(n int) error { return m.pushBytes(m.cut(n), true) }

func (m *machine) byteArray(n int) error {
	b := m.cut(n)
	m.pushOther(&py.ByteArray{Bytes: m.own(b, true)})
	return nil
}

// cut returns the next n bytes, which are there.
func (m *machine) cut(n int) []byte {
	b := m.data[m.pos : m.pos+n : m.pos+n]
	m.pos += n
	return b
}

// pushBytes pushes bytes, whose memory is the input's or only good for now.
func (m *machine) pushBytes(b []byte, inInput bool) error {
	p := m.slices.next()
	if object := sharedBytes(b); object >= 0 && !m.bytes.note(object, raw.Address(p)) {
		*p = m.apart.bytes(b)
	} else {
		*p = m.own(b, inInput)
	}
	m.push(slot{Word: bytesTag, At: raw.Address(p)})
	return nil
}

// own returns bytes for the result: a copy of them, or the input's memory where it may be shared.
func (m *machine) own(b []byte, inInput bool) []byte {
	if inInput && (m.cfg.alias || m.alias || m.cfg.shareMost && len(b) > m.size/2) {
		return b
	}
	return ownBytes(b)
}

// ownBytes returns a copy of b, which is not nil even if b is empty.
func ownBytes(b []byte) []byte {
	if len(b) == 0 {
		return []byte{}
	}
	return slices.Clip(append([]byte(nil), b...)) // memory that append takes is not cleared before
}

// python2Str pushes n bytes as the option says that Python 2's str is to be decoded.
func (m *machine) python2Str(n int) error {
	b := m.data[m.pos : m.pos+n]
	switch m.cfg.str {
	case Bytes:
		return m.byteString(n)
	case UTF8:
		// Unlike BINUNICODE, Python's decoder takes no surrogates here.
		if !utf8.Valid(b) {
			return m.fail("a Python 2 str is no UTF-8")
		}
		return m.unicode(n)
	}
	if allASCII(b) {
		return m.unicode(n)
	}
	if m.cfg.str == ASCII {
		return m.fail("a Python 2 str is not ASCII; see WithStringEncoding")
	}
	return m.pushText(appendLatin1(nil, m.cut(n)))
}

func allASCII(b []byte) bool {
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func appendLatin1(dst, b []byte) []byte {
	for _, c := range b {
		dst = utf8.AppendRune(dst, rune(c))
	}
	return dst
}

// validStr reports whether b is UTF-8 in which lone surrogates may stand as three bytes each, which
// is what Python's "surrogatepass" takes.
func validStr(b []byte) bool {
	if len(b) <= 16 && allASCII(b) {
		return true
	}
	return wtf8.Invalid(b) < 0
}

// python2Text decodes bytes that are not in the input as Python 2's str.
func (m *machine) python2Text(b []byte) error {
	switch {
	case m.cfg.str == Bytes:
		return m.pushBytes(b, false)
	case allASCII(b), m.cfg.str == UTF8 && utf8.Valid(b):
		return m.pushText(b)
	case m.cfg.str == Latin1:
		return m.pushText(appendLatin1(nil, b))
	}
	return m.fail("a Python 2 str is not in the encoding that is set; see WithStringEncoding")
}
