// Package scalar stores Python's scalars in Go values of any fitting type. It holds the rules that
// py's conversions and the typed pickle decoder share.
//
// Every function takes an addressable value that is not a pointer (see [Indirect]). A value of an
// interface type must be able to hold the scalar's own Go type. A function refuses a value with a
// *[Refusal].
package scalar
