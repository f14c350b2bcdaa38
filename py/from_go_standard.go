package py

import (
	"encoding"
	"math/big"
	"net/netip"
	"reflect"
	"time"

	"github.com/google/uuid"
)

var (
	marshalerType     = reflect.TypeFor[Marshaler]()
	textMarshalerType = reflect.TypeFor[encoding.TextMarshaler]()
)

// method converts a value whose type says itself what it is: by MarshalPython, or by being an
// error, which no value is.
func (c *fromGo) method(v reflect.Value) (r any, done bool, err error) {
	if m, ok := v.Interface().(Marshaler); ok {
		made, err := m.MarshalPython()
		if err != nil {
			return nil, true, cannotConvert(m, "", err)
		}
		r, err := c.value(made)
		return r, true, err
	}
	if e, ok := v.Interface().(error); ok {
		return nil, true, cannotConvert(e, "an error is raised, not returned", nil)
	}
	return nil, false, nil
}

// fromStandard converts the types that stand for classes of Python's standard library.
func fromStandard(v reflect.Value) (r any, done bool, err error) {
	switch v := v.Interface().(type) {
	case time.Time:
		o, err := NewTimeOf(v, nil)
		return made(v, o, err)
	case time.Duration:
		return NewTimeDelta(v), true, nil
	case uuid.UUID:
		return NewUUID(v), true, nil
	case big.Int:
		return fromBigInt(new(big.Int).Set(&v)), true, nil
	case big.Rat:
		return NewFraction(&v), true, nil
	case netip.Addr:
		o, err := NewIPAddress(v)
		return made(v, o, err)
	case netip.Prefix:
		o, err := fromPrefix(v)
		return made(v, o, err)
	}
	return nil, false, nil
}

func fromText(v reflect.Value) (r any, done bool, err error) {
	m, ok := v.Interface().(encoding.TextMarshaler)
	if !ok {
		return nil, false, nil
	}
	text, err := m.MarshalText()
	if err != nil {
		return nil, true, cannotConvert(m, "", err)
	}
	return string(text), true, nil
}

// fromPrefix makes a network, or an interface where bits below the prefix are set.
func fromPrefix(p netip.Prefix) (*Object, error) {
	if p.Masked() == p {
		return NewIPNetwork(p)
	}
	return NewIPInterface(p)
}

// made is what a constructor of this package returned for v.
func made(v any, o *Object, err error) (any, bool, error) {
	if err != nil {
		return nil, true, cannotConvert(v, "", err)
	}
	return o, true, nil
}

// floorDiv divides as Python's divmod does, for a positive b.
func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		return quotient - 1, rest + b
	}
	return quotient, rest
}
