package pickle

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"

	"github.com/pizco-go/pizco/internal/raw"
)

func (m *machine) int(i int64) slot {
	if uint64(i) < 256 {
		return slot{Word: int64Tag, At: raw.Address(&smallInts[i])}
	}
	p := m.ints.next()
	*p = i
	return slot{Word: int64Tag, At: raw.Address(p)}
}

// long reads the n bytes of an int in little-endian two's complement.
func (m *machine) long(n int) error {
	b := trimTwosComplement(m.data[m.pos : m.pos+n])
	m.pos += n
	if len(b) <= 8 {
		m.push(m.int(smallTwosComplement(b)))
		return nil
	}
	// A decimal digit takes more than 0.41 bytes.
	if int64(len(b)) > m.cfg.maxIntDigits*5/12+1 {
		return m.limit(limitIntDigits, m.cfg.maxIntDigits)
	}
	m.pushOther(bigFromTwosComplement(b))
	return nil
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
