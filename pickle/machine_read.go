package pickle

import (
	"bytes"
	"encoding/binary"
	"io"
)

// read returns the next n bytes.
func (m *machine) read(n int) ([]byte, error) {
	if n > len(m.data)-m.pos {
		return nil, m.truncated()
	}
	return m.cut(n), nil
}

// sized reads a little-endian length of the given width and hands it to what reads so many bytes.
func (m *machine) sized(width int, read func(*machine, int) error) error {
	b, err := m.read(width)
	if err != nil {
		return err
	}
	n := littleEndian(b)
	if n > uint64(len(m.data)-m.pos) {
		return m.truncated()
	}
	return read(m, int(n))
}

// signed is sized for a length of 4 bytes that has a sign.
func (m *machine) signed(read func(*machine, int) error) error {
	if rest := m.data[m.pos:]; len(rest) >= 4 && int32(binary.LittleEndian.Uint32(rest)) < 0 {
		return m.fail("a length is negative")
	}
	return m.sized(4, read)
}

// line returns the bytes up to the next newline and steps over it.
func (m *machine) line() ([]byte, error) {
	n := bytes.IndexByte(m.data[m.pos:], '\n')
	if n < 0 {
		return nil, m.truncated()
	}
	line := m.data[m.pos : m.pos+n]
	m.pos += n + 1
	return line, nil
}

func littleEndian(b []byte) (n uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		n = n<<8 | uint64(b[i])
	}
	return n
}

func (m *machine) truncated() error {
	e := m.fail("the input ends within the pickle")
	e.Err = io.ErrUnexpectedEOF
	return e
}

func (m *machine) underflow() error {
	if len(m.marks) > 0 {
		return m.fail("a mark is where a value is expected on the stack")
	}
	return m.fail("the stack is empty")
}
