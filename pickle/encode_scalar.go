package pickle

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"

	"github.com/pizco-go/pizco/py"
)

func (e *encoder) saveBool(v bool) {
	switch {
	case e.proto >= 2 && v:
		e.op(opNewTrue)
	case e.proto >= 2:
		e.op(opNewFalse)
	case v:
		e.buf = append(e.buf, "I01\n"...)
	default:
		e.buf = append(e.buf, "I00\n"...)
	}
}

func (e *encoder) saveInt(v int64) {
	switch {
	case v != int64(int32(v)):
		e.saveLong(v)
	case e.proto == 0:
		e.saveDecimal(v)
	case v < 0 || v > 0xFFFF:
		e.op4(opBinInt, uint32(v))
	case v > 0xFF:
		e.buf = append(e.buf, byte(opBinInt2), byte(v), byte(v>>8))
	default:
		e.buf = append(e.buf, byte(opBinInt1), byte(v))
	}
}

// saveDecimal writes an int of 32 bits at protocol 0: as INT, and by CPython 3.6 as LONG.
func (e *encoder) saveDecimal(v int64) {
	if e.minor < 7 {
		e.buf = append(strconv.AppendInt(append(e.buf, byte(opLong)), v, 10), "L\n"...)
		return
	}
	e.buf = append(strconv.AppendInt(append(e.buf, byte(opInt)), v, 10), '\n')
}

// saveLong writes an int that needs more than 32 bits.
func (e *encoder) saveLong(v int64) {
	if e.proto < 2 {
		e.buf = append(strconv.AppendInt(append(e.buf, byte(opLong)), v, 10), "L\n"...)
		return
	}
	n := 8 - (bits.LeadingZeros64(uint64(v^v>>63))-1)/8
	e.buf = append(e.buf, byte(opLong1), byte(n))
	for ; n > 0; n-- {
		e.buf = append(e.buf, byte(v))
		v >>= 8
	}
}

func (e *encoder) saveBigInt(v *big.Int) error {
	if v.IsInt64() {
		e.saveInt(v.Int64())
		return nil
	}
	if e.proto < 2 {
		e.buf = append(v.Append(append(e.buf, byte(opLong)), 10), "L\n"...)
		return nil
	}
	b := twosComplement(v)
	switch {
	case len(b) < 256:
		e.buf = append(e.buf, byte(opLong1), byte(len(b)))
	case len(b) <= math.MaxInt32:
		e.op4(opLong4, uint32(len(b)))
	default:
		return e.fail(v, "int is too large for a pickle")
	}
	e.buf = append(e.buf, b...)
	return nil
}

// twosComplement returns the shortest little-endian two's complement of v.
func twosComplement(v *big.Int) []byte {
	if v.Sign() < 0 {
		v = new(big.Int).Not(v) // the bits of a negative v are the inverted bits of -v-1
		b := twosComplement(v)
		for i := range b {
			b[i] = ^b[i]
		}
		return b
	}
	b := v.FillBytes(make([]byte, v.BitLen()/8+1))
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return b
}

func (e *encoder) saveFloat(v float64) {
	if e.proto >= 1 {
		b := math.Float64bits(v)
		e.buf = append(e.buf, byte(opBinFloat), byte(b>>56), byte(b>>48), byte(b>>40), byte(b>>32), byte(b>>24), byte(b>>16), byte(b>>8), byte(b))
		return
	}
	e.buf = append(py.AppendFloat(append(e.buf, byte(opFloat)), v), '\n')
}

// saveComplex writes what copyreg.pickle_complex makes of a complex number: complex(real, imag). Of
// the scalars it is the only one that is memoized.
func (e *encoder) saveComplex(v complex128, id identity) error {
	if e.fetch(id) {
		return nil
	}
	if err := e.saveClass(classComplex); err != nil {
		return err
	}
	if e.proto < 2 {
		e.op(opMark)
	}
	e.saveFloat(real(v))
	e.saveFloat(imag(v))
	e.pair()
	e.op(opReduce)
	e.memoize(id)
	return nil
}

// pair closes a temporary tuple of two, whose MARK was written below protocol 2.
func (e *encoder) pair() {
	if e.proto < 2 {
		e.op(opTuple)
	} else {
		e.op(opTuple2)
	}
	e.memoizeAlone()
}

// single closes a temporary tuple of one.
func (e *encoder) single() {
	if e.proto < 2 {
		e.op(opTuple)
	} else {
		e.op(opTuple1)
	}
	e.memoizeAlone()
}

// emptyTuple writes the tuple that is never memoized.
func (e *encoder) emptyTuple() {
	if e.proto == 0 {
		e.buf = append(e.buf, byte(opMark), byte(opTuple))
		return
	}
	e.op(opEmptyTuple)
}

// put writes the opcode that stores the top of the stack under an index, the next one.
func (e *encoder) put(i uint32) {
	if e.proto >= 4 {
		e.op(opMemoize)
	} else {
		e.putIndex(i)
	}
}

func (e *encoder) putIndex(i uint32) {
	switch {
	case e.proto == 0:
		e.buf = append(strconv.AppendUint(append(e.buf, byte(opPut)), uint64(i), 10), '\n')
	case i < 256:
		e.buf = append(e.buf, byte(opBinPut), byte(i))
	default:
		e.op4(opLongBinPut, i)
	}
}

// get writes the opcode that pushes what is stored under the index.
func (e *encoder) get(i uint32) {
	switch {
	case e.proto == 0:
		e.buf = append(strconv.AppendUint(append(e.buf, byte(opGet)), uint64(i), 10), '\n')
	case i < 256:
		e.buf = append(e.buf, byte(opBinGet), byte(i))
	default:
		e.op4(opLongBinGet, i)
	}
}
