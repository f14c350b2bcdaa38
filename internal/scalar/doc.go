// Package scalar stores Python's scalars in Go values of any fitting type. It holds the rules that
// py's conversions and the typed pickle decoder share.
//
// Every function takes an addressable value that is no pointer (see [Indirect]) and whose type is
// not the scalar's own Go type held in an interface of other methods; it refuses with a *[Refusal].
package scalar
