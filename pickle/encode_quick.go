package pickle

import (
	"encoding/binary"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
)

// What is here writes the most common values of protocols from 4 on into room that is known to be
// there: behind a boundary the buffer has it, and no frame ends before flushAt.

// quickRoom is what the longest of them takes: the reference to a field's name, and a str whose
// length fits a byte.
const quickRoom = 5 + 2 + 0xFF + 1

// quickFields writes the scalars among fields, each behind the reference to its name if there are
// keys, up to the first that it cannot write, and returns how many.
func (e *encoder) quickFields(fields []fieldWriter, keys []keyRef, at raw.Place) int {
	limit := e.flushAt - quickRoom
	if e.proto < 4 {
		limit = -1
	}
	for i := range fields {
		f := &fields[i]
		begin := len(e.buf)
		if begin > limit || f.scalar == gotype.NoScalar && f.numbers == nil {
			return i
		}
		if keys != nil {
			if keys[i].size == 0 {
				return i
			}
			binary.LittleEndian.PutUint64(e.buf[begin:begin+8], keys[i].code)
			e.buf = e.buf[:begin+keys[i].size]
		}
		var done bool
		if place := at.Add(f.offset); f.scalar != gotype.NoScalar {
			done = e.quickScalar(f.scalar, place)
		} else {
			done = e.quickNumbers(f.numbers, place)
		}
		if !done {
			e.buf = e.buf[:begin]
			return i
		}
	}
	return len(fields)
}

// maxNumbers is how many numbers have room in quickRoom.
const maxNumbers = 16

// numbers returns the writer of a struct that is a tuple of a few numbers and truth values, nil for
// any other.
func (p *structWriter) numbers(isTuple bool) *structWriter {
	if !isTuple || p.optional || len(p.fields) == 0 || len(p.fields) > maxNumbers {
		return nil
	}
	for i := range p.fields {
		switch p.fields[i].scalar {
		case gotype.NoScalar, gotype.String, gotype.Uint64, gotype.Complex64, gotype.Complex128:
			return nil
		}
	}
	return p
}

// quickNumbers writes a tuple of numbers, or reports false.
func (e *encoder) quickNumbers(p *structWriter, at raw.Place) bool {
	if e.registry != nil || e.depth >= e.maxDepth {
		return false
	}
	short := len(p.fields) <= 3
	if !short {
		e.op(opMark)
	}
	for i := range p.fields {
		f := &p.fields[i]
		e.quickScalar(f.scalar, at.Add(f.offset))
	}
	e.closeTuple(len(p.fields), short)
	e.memo.count++
	return true
}

// quickScalar writes the scalar at a place, or reports false.
func (e *encoder) quickScalar(s gotype.Scalar, at raw.Place) bool {
	var i int64
	switch s {
	case gotype.String:
		return e.quickString(*raw.In[string](at))
	case gotype.Float64:
		e.saveFloat(*raw.In[float64](at))
		return true
	case gotype.Float32:
		e.saveFloat(float64(*raw.In[float32](at)))
		return true
	case gotype.Bool:
		e.saveBool(*raw.In[bool](at))
		return true
	case gotype.Int64:
		i = *raw.In[int64](at)
	case gotype.Int8, gotype.Int16, gotype.Int32, gotype.Uint8, gotype.Uint16, gotype.Uint32:
		i = s.Small(at)
	case gotype.Uint64:
		if i = *raw.In[int64](at); i < 0 {
			return false // beyond an int64
		}
	default:
		return false
	}
	e.saveInt(i)
	return true
}

// quickString writes a str, or a reference to it. It reports false for one that has no memory of
// its own or is too long, for lower protocols, and where a frame may end.
func (e *encoder) quickString(s string) bool {
	at, n := len(e.buf), len(s)
	if n > 0xFF || at >= e.flushAt || e.proto < 4 || !hasMemory(s) {
		return false
	}
	if i, known := e.memo.claim(identity{raw.OfString(s), uintptr(n) << kindBits}); known {
		e.get(i)
		return true
	}
	b := e.buf[at : at+n+3]
	b[0], b[1] = byte(opShortBinUnicode), byte(n)
	switch from := raw.Bytes(s); { // short ones in two moves that overlap
	case n >= 8 && n <= 16:
		binary.LittleEndian.PutUint64(b[2:], binary.LittleEndian.Uint64(from))
		binary.LittleEndian.PutUint64(b[n-6:], binary.LittleEndian.Uint64(from[n-8:]))
	case n >= 4 && n < 8:
		binary.LittleEndian.PutUint32(b[2:], binary.LittleEndian.Uint32(from))
		binary.LittleEndian.PutUint32(b[n-2:], binary.LittleEndian.Uint32(from[n-4:]))
	default:
		copy(b[2:], s)
	}
	b[n+2] = byte(opMemoize)
	e.buf = e.buf[:at+n+3]
	return true
}

// keyRef is the reference to an object of the memo, from protocol 1 on: the opcode and its operand,
// and how many bytes that is. It is zero for what the memo has not.
type keyRef struct {
	code uint64
	size int
}

func refTo(index uint32) keyRef {
	if index < 256 {
		return keyRef{uint64(opBinGet) | uint64(index)<<8, 2}
	}
	return keyRef{uint64(opLongBinGet) | uint64(index)<<8, 5}
}
