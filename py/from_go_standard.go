package py

import (
	"encoding"
	"math/big"
	"net/netip"
	"time"

	"github.com/google/uuid"
)

// marshaler converts what a value says that it is.
func (c *fromGo) marshaler(v any) (any, error) {
	m, _ := v.(Marshaler)
	made, err := m.MarshalPython()
	if err != nil {
		return nil, cannotConvert(v, "", err)
	}
	return c.value(made)
}

// fromStandard converts the types that stand for classes of Python's standard library.
func fromStandard(v any) (any, error) {
	switch v := v.(type) {
	case time.Time:
		o, err := NewTimeOf(v, nil)
		return made(v, o, err)
	case time.Duration:
		return NewTimeDelta(v), nil
	case uuid.UUID:
		return NewUUID(v), nil
	case big.Int:
		return fromBigInt(new(big.Int).Set(&v)), nil
	case big.Rat:
		return NewFraction(&v), nil
	case netip.Addr:
		o, err := NewIPAddress(v)
		return made(v, o, err)
	case netip.Prefix:
		o, err := fromPrefix(v)
		return made(v, o, err)
	}
	return nil, cannotConvert(v, "", nil)
}

// fromBigInt returns the int in the form that a graph has for its size.
func fromBigInt(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

func fromText(v any) (any, error) {
	m, _ := v.(encoding.TextMarshaler)
	text, err := m.MarshalText()
	if err != nil {
		return nil, cannotConvert(v, "", err)
	}
	return string(text), nil
}

// fromPrefix makes a network, or an interface where bits below the prefix are set.
func fromPrefix(p netip.Prefix) (*Object, error) {
	if p.Masked() == p {
		return NewIPNetwork(p)
	}
	return NewIPInterface(p)
}

// made is what a constructor of this package returned for v.
func made(v any, o *Object, err error) (any, error) {
	if err != nil {
		return nil, cannotConvert(v, "", err)
	}
	return o, nil
}

// floorDiv divides as Python's divmod does, for a positive b.
func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		return quotient - 1, rest + b
	}
	return quotient, rest
}
