package py

import (
	"fmt"
	"math/big"
	"regexp"
)

var decimalPattern = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$|^[+-]?(?i:inf(inity)?|s?nan\d*)$`)

// NewDecimal returns decimal.Decimal(text). It fails when text is no number that Decimal reads.
// CPython writes the text that str gives of the number, so give it in that form ("1E+3", not "1e3")
// for the same bytes.
func NewDecimal(text string) (*Object, error) {
	if !decimalPattern.MatchString(text) {
		return nil, fmt.Errorf("pizco/py: %q is not a Decimal", text)
	}
	return NewObject(class("decimal", "Decimal"), text), nil
}

// NewFraction returns fractions.Fraction of r. Up to CPython 3.10 it is written as text, from 3.11
// on as two ints.
func NewFraction(r *big.Rat) *Object {
	r = new(big.Rat).Set(r)
	fraction := class("fractions", "Fraction")
	o := NewObject(fraction, NewInt(r.Num()), NewInt(r.Denom()))
	o.Reducer = before{11, NewObject(fraction, r.RatString())}
	return o
}

// NewInt returns n as Python's int: an int64, or beyond 64 bits a *big.Int, which is n itself.
func NewInt(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

// NewUUID returns uuid.UUID of the 16 bytes.
func NewUUID(id [16]byte) *Object {
	return NewInstance(class("uuid", "UUID"), Item{"int", NewInt(new(big.Int).SetBytes(id[:]))})
}
