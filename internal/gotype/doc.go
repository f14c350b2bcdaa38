// Package gotype tells how Go's struct types look from Python: which fields there are, under which
// Python names, and whether the struct is a dict or a tuple.
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
