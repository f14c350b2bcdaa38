// Package pickle reads and writes Python pickles of protocols 0 to 5 as CPython's own C pickler
// does.
//
// # Decoding
//
// [Unmarshal] into a *any gives the exact graph of Python values in the types of package py. What
// was one object in Python is one object in the graph, and [Marshal] writes the bytes back that
// CPython wrote. Into any other pointer it converts straight into Go values, by the rules of
// [github.com/pizco-go/pizco/py.Assign]. The fields of structs have the keys in their tags
// `pickle:"name"`, or the snake_case of their names. A [Decoder] reads one pickle after another
// from a stream.
//
// Nothing is ever called, imported or looked up. A call of a class or function in a pickle stays a
// *py.Object, which says what would have been called with what. So do instances of classes, unless
// a [Registry] ties their class to a Go struct. Only the calls by which Python itself writes
// built-in values become those values: bytes, bytearray, set, frozenset and complex in the
// protocols that have no opcode for them. They stay calls where that is the only way to write them
// back unchanged.
//
// Pickles of Python 2 are read like pickles of Python 3. The names of modules and classes are
// mapped to Python 3's (see [WithPython2Names]), and [WithStringEncoding] says what a str is.
//
// Malformed input is a [*SyntaxError], input beyond a limit a [*LimitError], and a value that does
// not fit the target an [*UnmarshalError]. Each has the offset and the opcode.
//
// Limits bound what a hostile pickle could cost. They are for the size of the input, the number of
// values and of memo entries, the depth of nesting, the digits of ints, and the work on keys. Each
// has an option that states its default, least and greatest value. A typed target holds what
// [py.Assign] may build from the value. [Wellformed] checks a pickle without making any value, and
// [Dis] prints its opcodes.
//
// The strings of a decoded graph share memory with each other in pieces of at most 16 KiB: one that
// is kept for long can keep that much alive.
//
// # Differences from CPython's unpickler
//
//   - A text opcode whose number has a NUL in it is refused; C's number parsers take the NUL for
//     the end.
//   - A BUILD of anything but an object is refused, unless its state is None.
//   - An int written as text may have more than the 4300 digits that newer Pythons allow; see
//     [WithMaxIntDigits].
//   - The arguments of a call are not checked, since nothing is called.
package pickle
