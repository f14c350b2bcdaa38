// Package gotype says how Go's types look from Python. A [Plan] holds the rules by which the
// values of a type become Python values, for package py that makes them and package pickle that
// writes them. A [Struct] holds which fields there are, under which Python names, and whether the
// struct is a dict or a tuple.
//
// The tag is `pickle:"name"`; `pickle:"-"` leaves a field out and the option `omitempty` leaves it
// out when it is empty. A field without a name in its tag has the snake_case of its Go name. A
// blank field says what holds for the whole struct:
//
//	type Point struct {
//		_ struct{} `pickle:",tuple"`
//		X, Y int
//	}
package gotype
