package pickle

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/pizco-go/pizco/internal/wtf8"
)

// str pushes a str of n bytes of UTF-8.
func (m *machine) str(n int) error {
	b := m.data[m.pos : m.pos+n]
	if !validStr(b) {
		return m.fail("a str is no UTF-8")
	}
	m.pushNode(nodeStr, pair(uint32(m.pos), uint32(n)))
	m.noteShared(b)
	m.pos += n
	return nil
}

func (m *machine) byteString(n int) error {
	m.pushNode(nodeBytes, pair(uint32(m.pos), uint32(n)))
	m.noteShared(m.data[m.pos : m.pos+n])
	m.pos += n
	return nil
}

func (m *machine) byteArray(n int) error {
	m.pushNode(nodeByteArray, pair(uint32(m.pos), uint32(n)))
	m.pos += n
	return nil
}

// binString reads BINSTRING, whose length is signed.
func (m *machine) binString() error {
	b, err := m.read(4)
	if err != nil {
		return err
	}
	n := int32(binary.LittleEndian.Uint32(b))
	if n < 0 {
		return m.fail("a length is negative")
	}
	if int(n) > len(m.data)-m.pos {
		return m.truncated()
	}
	return m.python2Str(int(n))
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
		return m.str(n)
	}
	if allASCII(b) {
		return m.str(n)
	}
	if m.cfg.str == ASCII {
		return m.fail("a Python 2 str is not ASCII; see WithStringEncoding")
	}
	at := len(m.text)
	m.text = appendLatin1(m.text, b)
	m.pos += n
	return m.pushText(nodeStrText, at)
}

// pushText pushes what has been added to the text since a position.
func (m *machine) pushText(k kind, at int) error {
	n := len(m.text) - at
	m.pushNode(k, pair(uint32(at), uint32(n)))
	m.noteShared(m.text[at:])
	return nil
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

// python2Text decodes the bytes that have been added to the text since a position as Python 2's
// str.
func (m *machine) python2Text(at int) error {
	b := m.text[at:]
	switch {
	case m.cfg.str == Bytes:
		return m.pushText(nodeBytesText, at)
	case allASCII(b), m.cfg.str == UTF8 && utf8.Valid(b):
		return m.pushText(nodeStrText, at)
	case m.cfg.str == Latin1:
		end := len(m.text)
		m.text = appendLatin1(m.text, b)
		return m.pushText(nodeStrText, end)
	}
	return m.fail("a Python 2 str is not in the encoding that is set; see WithStringEncoding")
}
