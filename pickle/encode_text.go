package pickle

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/internal/wtf8"
	"github.com/pizco-go/pizco/py"
)

func (e *encoder) saveString(s string) error {
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if e.quickString(s) {
		return nil
	}
	return e.saveStringAs(stringIdentity(s), s)
}

// saveStringAs is saveString for a string whose identity is known.
func (e *encoder) saveStringAs(id identity, s string) error {
	if id.isGiant() {
		return e.saveGiant(id, s)
	}
	slot, known := e.memo.find(id)
	if known {
		e.get(e.memo.indexIn(slot))
		return nil
	}
	if err := e.text(s); err != nil {
		return err
	}
	e.put(e.memo.count)
	e.memo.fill(slot, id)
	return nil
}

// saveGiant is saveString for a string whose length does not fit a slot of the memo.
func (e *encoder) saveGiant(id identity, s string) error {
	if e.fetch(id) {
		return nil
	}
	if err := e.text(s); err != nil {
		return err
	}
	e.memoize(id)
	return nil
}

// text writes a str without memoizing it.
func (e *encoder) text(s string) error {
	switch n := len(s); {
	case e.proto == 0:
		e.buf = append(e.buf, byte(opUnicode))
		e.rawUnicodeEscape(s)
		e.buf = append(e.buf, '\n')
	case e.proto >= 4 && n <= 0xFF:
		e.buf = append(e.buf, byte(opShortBinUnicode), byte(n))
		e.buf = append(e.buf, s...)
	case n < byReference:
		e.op4(opBinUnicode, uint32(n))
		e.buf = append(e.buf, s...)
	default:
		content := raw.Bytes(s) // only read
		return e.large(opBinUnicode, opBinUnicode8, 4, content)
	}
	return nil
}

// large writes a payload with a length of four bytes, or of eight where it needs them and the
// protocol has them.
func (e *encoder) large(op4, op8 Opcode, minProto int, content []byte) error {
	var header [9]byte
	h := header[:5]
	if n := uint64(len(content)); n <= math.MaxUint32 {
		h[0] = byte(op4)
		binary.LittleEndian.PutUint32(h[1:], uint32(n))
	} else if e.proto >= minProto {
		h = header[:]
		h[0] = byte(op8)
		binary.LittleEndian.PutUint64(h[1:], n)
	} else {
		return e.fail(content, "more than 4 GiB need protocol 4 or higher")
	}
	e.payload(h, content)
	return nil
}

const hexDigits = "0123456789abcdef"

// rawUnicodeEscape appends s as the codec raw-unicode-escape writes it, with backslash and newline
// escaped as well; from CPython 3.7 on also NUL, CR and ^Z.
func (e *encoder) rawUnicodeEscape(s string) {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if c == '\\' || c == '\n' || (c == 0 || c == '\r' || c == 0x1A) && e.minor >= 7 {
				e.escape16(rune(c))
			} else {
				e.buf = append(e.buf, c)
			}
			continue
		}
		r, n := wtf8.Decode(s[i:])
		i += max(n, 1)
		switch {
		case r > 0xFFFF:
			e.buf = append(e.buf, '\\', 'U', '0', '0', hexDigits[r>>20&0xF], hexDigits[r>>16&0xF])
			e.hex16(r)
		case r > 0xFF:
			e.escape16(r)
		default:
			e.buf = append(e.buf, byte(r))
		}
	}
}

func (e *encoder) escape16(r rune) {
	e.buf = append(e.buf, '\\', 'u')
	e.hex16(r)
}

func (e *encoder) hex16(r rune) {
	e.buf = append(e.buf, hexDigits[r>>12&0xF], hexDigits[r>>8&0xF], hexDigits[r>>4&0xF], hexDigits[r&0xF])
}

func (e *encoder) saveBytes(b []byte) error {
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	return e.saveBytesAs(bytesIdentity(b), b)
}

// saveBytesAs is saveBytes for bytes whose identity is known.
func (e *encoder) saveBytesAs(id identity, b []byte) error {
	if e.fetch(id) {
		return nil
	}
	if err := e.bytes(b); err != nil {
		return err
	}
	e.memoize(id)
	return nil
}

// bytes writes a bytes object without memoizing it.
func (e *encoder) bytes(b []byte) error {
	switch n := len(b); {
	case e.proto < 3:
		return e.encodedBytes(b)
	case n <= 0xFF:
		e.buf = append(e.buf, byte(opShortBinBytes), byte(n))
		e.buf = append(e.buf, b...)
	default:
		return e.large(opBinBytes, opBinBytes8, 4, b)
	}
	return nil
}

// encodedBytes writes bytes for protocols that have no opcode for them: as _codecs.encode(str,
// "latin1"), or as bytes() if they are empty.
func (e *encoder) encodedBytes(b []byte) error {
	if len(b) == 0 {
		if err := e.saveClass(classBytes); err != nil {
			return err
		}
		e.emptyTuple()
		e.op(opReduce)
		return nil
	}
	if err := e.saveClass(classEncode); err != nil {
		return err
	}
	if err := e.latin1Pair(b, latin1Encoding); err != nil {
		return err
	}
	e.op(opReduce)
	return nil
}

// latin1Pair writes the tuple (str, encoding) that makes the bytes when it is encoded.
func (e *encoder) latin1Pair(b []byte, encoding string) error {
	if e.proto < 2 {
		e.op(opMark)
	}
	if err := e.temporaryString(latin1String(b)); err != nil {
		return err
	}
	if err := e.saveString(encoding); err != nil {
		return err
	}
	e.pair()
	return nil
}

// temporaryString is temporaryBytes for a str.
func (e *encoder) temporaryString(s string) error {
	if !hasMemory(s) { // CPython makes no other object of it here
		return e.saveStringAs(sharedIdentity(s), s)
	}
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if err := e.text(s); err != nil {
		return err
	}
	e.memoizeAlone()
	return nil
}

// latin1String returns the str whose characters are the bytes; it may share their memory.
func latin1String(b []byte) string {
	n := len(b)
	for _, c := range b {
		n += int(c >> 7)
	}
	if n == len(b) {
		return raw.String(b[:n]) // only read, and only while the caller has b
	}
	s := make([]byte, 0, n)
	for _, c := range b {
		s = utf8.AppendRune(s, rune(c))
	}
	return raw.String(s) // s is not used elsewhere
}

func (e *encoder) saveByteArray(a *py.ByteArray) error {
	if a == nil {
		e.op(opNone)
		return nil
	}
	id := pointerIdentity(a)
	if e.fetch(id) {
		return nil
	}
	if e.proto >= 5 {
		e.byteArray8(a.Bytes)
	} else if err := e.reducedByteArray(a.Bytes); err != nil {
		return err
	}
	e.memoize(id)
	return nil
}

func (e *encoder) byteArray8(b []byte) {
	var header [9]byte
	header[0] = byte(opByteArray8)
	binary.LittleEndian.PutUint64(header[1:], uint64(len(b)))
	e.payload(header[:], b)
}

// reducedByteArray writes a bytearray for protocols that have no opcode for it, in the way of the
// release.
func (e *encoder) reducedByteArray(b []byte) error {
	if err := e.saveClass(classByteArray); err != nil {
		return err
	}
	switch {
	case len(b) == 0 && (e.minor >= 8 || e.proto >= 3):
		e.emptyTuple()
	case e.minor < 8 && e.proto < 3:
		if err := e.latin1Pair(b, string([]byte("latin-1"))); err != nil { // CPython makes a new str each time
			return err
		}
	default:
		if e.proto < 2 {
			e.op(opMark)
		}
		if err := e.temporaryBytes(b); err != nil {
			return err
		}
		e.single()
	}
	e.op(opReduce)
	return nil
}

// temporaryBytes writes bytes that nothing else refers to, unless they are so short that CPython
// has only one object of them.
func (e *encoder) temporaryBytes(b []byte) error {
	if len(b) <= 1 {
		return e.saveBytesAs(sharedBytesIdentity(b), b)
	}
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if err := e.bytes(b); err != nil {
		return err
	}
	e.memoizeAlone()
	return nil
}

func (e *encoder) saveBuffer(b *py.Buffer) error {
	if b == nil {
		e.op(opNone)
		return nil
	}
	if e.proto < 5 {
		return e.fail(b, "a buffer needs protocol 5")
	}
	id := pointerIdentity(b)
	if e.fetch(id) {
		return nil
	}
	if e.buffer != nil && e.buffer(b) {
		e.op(opNextBuffer)
		if b.ReadOnly {
			e.op(opReadonlyBuffer)
		}
		return nil
	}
	if b.ReadOnly {
		if err := e.bytes(b.Bytes); err != nil {
			return err
		}
	} else {
		e.byteArray8(b.Bytes)
	}
	e.memoize(id)
	return nil
}
