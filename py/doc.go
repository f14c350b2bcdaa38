// Package py holds Python's values in Go, exactly enough that what was read can be
// written again unchanged.
//
// Python's scalars are Go's own:
//
//   - None is nil, and bool is bool
//   - int is int64 or, beyond 64 bits, *[math/big.Int]
//   - float is float64, and complex is complex128
//   - str is string, in UTF-8; a lone surrogate is kept as its three-byte generalized form
//   - bytes is []byte
//
// Everything else has a type of this package: [Tuple], [List], [Dict], [Set], [FrozenSet],
// [ByteArray], [Class], [Object] and the singletons [Ellipsis] and [NotImplemented].
//
// # Identity
//
// Pickle writes an object that comes again as a reference to the first one, so identity is part of
// a value. The identity of a *List, *Dict, *Set, *FrozenSet, *ByteArray or *Object is its pointer.
// That of a string is its data pointer and length, and that of a []byte or a Tuple its backing
// array and length. That of a Class is its module and name. Copying the Go value keeps the
// identity, building an equal one makes another object.
//
// # Equality
//
// [Equal] and [Hash] are Python's == and hash(): 1 == 1.0 == True, a tuple equals a tuple
// of equal items, a set equals a frozenset of equal elements. Objects of classes that this
// program cannot know are equal only to themselves. Both do a bounded amount of work
// whatever graph they are given.
//
// # Go structs
//
// [Assign] and [FromGo] take a Go struct for a dict, or for the attributes of an object, with a key
// for each exported field. The key is the one in the field's tag, or the field's name in
// snake_case: SetFactor is set_factor, and HTTPServer is http_server. The fields of embedded
// structs count as the outer one's own, by the rules of encoding/json.
//
//	type Reading struct {
//		Channel int                               // channel
//		Value   float64 `pickle:"v"`              // v
//		Note    string  `pickle:",omitempty"`     // note, unless it is empty
//		Raw     []byte  `pickle:"-"`              // left out
//	}
//
//	type Point struct {
//		_    struct{} `pickle:",tuple"` // the tuple (x, y)
//		X, Y float64
//	}
//
// The package does no I/O and holds no state.
package py
