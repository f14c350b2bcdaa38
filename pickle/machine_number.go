package pickle

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
)

// number reads an int or float of fixed size.
func (m *machine) number(op Opcode) error {
	b, err := m.read(int(fixedSize[opcodes[op].arg]))
	if err != nil {
		return err
	}
	switch op {
	case opBinFloat:
		m.pushNode(nodeFloat, binary.BigEndian.Uint64(b))
	case opBinInt:
		m.pushNode(nodeInt, uint64(int32(binary.LittleEndian.Uint32(b))))
	default:
		m.pushNode(nodeInt, littleEndian(b))
	}
	return nil
}

// long reads the n bytes of an int in little-endian two's complement.
func (m *machine) long(n int) error {
	at := m.pos
	b := trimTwosComplement(m.data[at : at+n])
	m.pos += n
	if len(b) <= 8 {
		m.pushNode(nodeInt, uint64(smallTwosComplement(b)))
		return nil
	}
	// A decimal digit takes more than 0.41 bytes.
	if int64(len(b)) > m.cfg.maxIntDigits*5/12+1 {
		return m.limit(limitIntDigits, m.cfg.maxIntDigits)
	}
	m.pushNode(nodeBigBytes, pair(uint32(at), uint32(len(b))))
	return nil
}

// long4 reads LONG4, whose length is signed.
func (m *machine) long4() error {
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
	return m.long(int(n))
}

// trimTwosComplement drops the high bytes that only repeat the sign.
func trimTwosComplement(b []byte) []byte {
	for len(b) > 1 {
		high, sign := b[len(b)-1], b[len(b)-2]&0x80
		if !(high == 0 && sign == 0) && !(high == 0xFF && sign != 0) {
			break
		}
		b = b[:len(b)-1]
	}
	return b
}

func smallTwosComplement(b []byte) int64 {
	if len(b) == 0 {
		return 0
	}
	shift := uint(64 - 8*len(b))
	return int64(littleEndian(b)<<shift) >> shift
}

func bigFromTwosComplement(b []byte) *big.Int {
	be := slices.Clone(b)
	slices.Reverse(be)
	i := new(big.Int)
	if be[0]&0x80 == 0 {
		return i.SetBytes(be)
	}
	for k := range be {
		be[k] = ^be[k]
	}
	return i.Not(i.SetBytes(be))
}

// float8 returns the float of 8 big-endian bytes.
func float8(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }
