// Package raw reads and writes Go values where they stand in memory. It holds all uses of package
// unsafe in the codec.
//
// Why it is needed: reading or writing a struct field by field through package reflect takes
// several times as long, since reflect allocates for each value that it returns. BenchmarkPlace
// shows the difference.
//
// Why it is sound:
//
//   - A [Place] is made from a pointer, a slice, a string or an interface only. [Place.Add] moves
//     it only by the offset of a field, or by a multiple of the size of an element of the type
//     there, as package reflect states them. So it never leaves its value.
//   - [In] is called with the type that stands at the place, or with one of the same kind and size.
//     The reflect.Type chooses what reads a place, when the plan of a type is made.
//   - A Place holds a pointer, which the garbage collector sees, so its value stays alive.
//   - A [Slot] holds numbers that the collector does not see. Its owner keeps what it points to
//     alive until the Slot is dropped. Go's collector does not move values on the heap.
//   - Strings that share memory with bytes are made only of bytes that are not changed any more.
package raw

import (
	"reflect"
	"unsafe"
)

// Place is where a value stands. The zero value is no place.
type Place struct{ p unsafe.Pointer }

// At returns the place that p points to.
func At[T any](p *T) Place { return Place{unsafe.Pointer(p)} }

// Of returns the place that a pointer points to.
func Of(v reflect.Value) Place { return Place{v.UnsafePointer()} }

// OfSlice returns the place of the elements of s.
func OfSlice[T any](s []T) Place { return At(unsafe.SliceData(s)) }

// OfString returns the place of the bytes of s.
func OfString(s string) Place { return At(unsafe.StringData(s)) }

// Held returns the place that an interface points to, which is a pointer in it or its value.
func Held(v any) Place { return (*[2]Place)(unsafe.Pointer(&v))[1] }

// In returns the value at a place.
func In[T any](at Place) *T { return (*T)(at.p) }

// Add returns the place so many bytes on.
func (at Place) Add(offset uintptr) Place { return Place{unsafe.Add(at.p, offset)} }

// Pointer returns a pointer to the value of a type at the place.
func (at Place) Pointer(t reflect.Type) reflect.Value { return reflect.NewAt(t, at.p) }

// Bytes returns the n bytes from the place on.
func (at Place) Bytes(n int) []byte { return unsafe.Slice(In[byte](at), n) }

// IsNil reports whether it is no place.
func (at Place) IsNil() bool { return at.p == nil }

// Slice returns the slice of n values of an element type from the place on.
func (at Place) Slice(elem reflect.Type, n int) reflect.Value {
	return reflect.SliceAt(elem, at.p, n)
}

// Address returns the place as a number, which keeps nothing alive.
func (at Place) Address() uintptr { return uintptr(at.p) }

// Address returns the place that p points to as a number.
func Address[T any](p *T) uintptr { return At(p).Address() }

// String returns a string that shares the memory of b.
func String(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Bytes returns the bytes of s, which must not be changed.
func Bytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// BytesOf returns the memory of the elements of s, which hold no pointers.
func BytesOf[T any](s []T) []byte {
	return OfSlice(s).Bytes(len(s) * int(reflect.TypeFor[T]().Size()))
}

// Slice returns the n values of a type from the place on.
func Slice[T any](at Place, n int) []T { return unsafe.Slice(In[T](at), n) }

// Box returns the interface that holds *p without a copy of it. T is no pointer, map, channel or
// function, and *p must not be changed any more.
func Box[T any](p *T) any {
	var zero T
	v := any(zero)
	In[[2]Place](At(&v))[1] = At(p)
	return v
}

// Slot is the two words of an interface as numbers: the type and the address of the value. Storing
// it costs no write barrier.
type Slot struct{ Word, At uintptr }

// SlotOf returns the words of an interface.
func SlotOf(v any) Slot { return *In[Slot](At(&v)) }

// Value returns the interface.
func (s *Slot) Value() any { return *In[any](At(s)) }

// Target returns what the interface holds or, for one that holds a pointer, what that points to.
func Target[T any](s Slot) *T { return In[T](*In[Place](At(&s.At))) }

// String returns the string of n bytes at the address.
func (s *Slot) String(n uintptr) string { return String(In[Place](At(&s.At)).Bytes(int(n))) }

// Values returns slots as the interfaces that they are.
func Values(s []Slot) []any { return unsafe.Slice(In[any](OfSlice(s)), len(s)) }
