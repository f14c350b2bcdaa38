package py

import (
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
)

// Takeover is an [AssignOption] that gives away the memory of the value. An [Array], an [NDArray]
// or a slice of numbers takes the memory of the elements of a numpy array instead of copying them.
// It does so where they lie there as Go has them. A slice of bytes takes the memory of a bytes
// object or bytearray. The caller of [Assign] does not use the value afterwards, nor anything else
// that shares its memory. Less than 32 KiB is copied all the same.
//
// The zero Takeover is ready for use. One Takeover serves all values that come from the same
// message: an array that is in them more than once is given away once, and copied then. It is not
// safe for concurrent use.
type Takeover struct{ taken []raw.Place }

func (t *Takeover) applyAssign(a *assigner) { a.takeover = t }

// takeLeast is the size in bytes of the smallest elements that are worth taking over.
const takeLeast = 32 << 10

// CanTakeOver reports whether a value may have memory that a [Takeover] gives away. It is quicker
// to assign other values without.
func CanTakeOver(v any) bool {
	switch v := v.(type) {
	case *Object:
		return true // which all arrays are
	case []byte:
		return len(v) >= takeLeast
	case *ByteArray:
		return len(v.Bytes) >= takeLeast
	}
	return false
}

var byteType = reflect.TypeFor[byte]()

// takes reports whether the bytes are given away, as elements of a type.
func (t *Takeover) takes(b []byte, elem reflect.Type) bool {
	if t == nil || len(b) < takeLeast {
		return false
	}
	first := raw.OfSlice(b)
	if first.Address()%uintptr(elem.Align()) != 0 {
		return false
	}
	for _, taken := range t.taken {
		if taken == first {
			return false
		}
	}
	t.taken = append(t.taken, first)
	return true
}

// liesAs reports whether the elements lie in memory as a slice of a Go type has them, bools apart,
// of which Go has no more than two.
func (a *NDArray) liesAs(elem reflect.Type) bool {
	return len(a.Data) > 0 && a.DType.Kind[0] != 'b' && a.DType.isNative() && a.DType.fits(elem)
}

// elements returns memory for elements of a type that lie as the type has them: that of the array
// where it is given away, else a copy. Unlike memory for elements, that of the copy is not cleared
// first, which would take as long as copying. It is nil where the copy is not aligned.
func (a *NDArray) elements(elem reflect.Type, t *Takeover) raw.Place {
	from := a.Data
	if !t.takes(from, elem) {
		from = append([]byte(nil), from...)
	}
	first := raw.OfSlice(from)
	if first.Address()%uintptr(elem.Align()) != 0 {
		return raw.Place{}
	}
	return first
}
