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

// method converts a value whose type says itself what it is: by MarshalPython, or by being an error, which no value is.
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
		r, err := fromTime(v)
		return r, true, err
	case time.Duration:
		return fromDuration(v), true, nil
	case uuid.UUID:
		return NewObject(Class{"uuid", "UUID"}, v.String()), true, nil
	case big.Int:
		return fromBigInt(new(big.Int).Set(&v)), true, nil
	case big.Rat:
		return fromRat(&v), true, nil
	case netip.Addr:
		r, err := fromAddr(v)
		return r, true, err
	case netip.Prefix:
		r, err := fromPrefix(v)
		return r, true, err
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

// fromRat makes a Fraction of one str, which every Python reads.
func fromRat(r *big.Rat) *Object {
	return NewObject(Class{"fractions", "Fraction"}, r.RatString())
}

func fromAddr(a netip.Addr) (any, error) {
	switch {
	case !a.IsValid():
		return nil, cannotConvert(a, "it is no valid address", nil)
	case a.Is4():
		b := a.As4()
		return NewObject(Class{"ipaddress", "IPv4Address"}, new(big.Int).SetBytes(b[:]).Int64()), nil
	}
	return NewObject(Class{"ipaddress", "IPv6Address"}, a.String()), nil
}

// fromPrefix makes a network, or an interface where bits below the prefix are set.
func fromPrefix(p netip.Prefix) (any, error) {
	if !p.IsValid() {
		return nil, cannotConvert(p, "it is no valid prefix", nil)
	}
	name := "IPv6"
	if p.Addr().Is4() {
		name = "IPv4"
	}
	if p.Masked() == p {
		name += "Network"
	} else {
		name += "Interface"
	}
	return NewObject(Class{"ipaddress", name}, p.String()), nil
}

// fromTime makes an aware datetime. Its zone is datetime.timezone, which every Python has: utc, or the
// offset of that moment.
func fromTime(t time.Time) (any, error) {
	year, month, day := t.Date()
	if year < 1 || year > 9999 {
		return nil, cannotConvert(t, "its year is not within 1 and 9999", nil)
	}
	micros := t.Nanosecond() / 1000
	fields := []byte{
		byte(year >> 8), byte(year), byte(month), byte(day), byte(t.Hour()), byte(t.Minute()), byte(t.Second()),
		byte(micros >> 16), byte(micros >> 8), byte(micros),
	}
	_, offset := t.Zone()
	zone := NewObject(Class{"datetime", "timezone"}, fromDuration(time.Duration(offset)*time.Second))
	return NewObject(Class{"datetime", "datetime"}, fields, zone), nil
}

// fromDuration makes a timedelta, of which only the days are negative.
func fromDuration(d time.Duration) *Object {
	micros := int64(d / time.Microsecond)
	secs, micros := floorDiv(micros, microsPerSec)
	days, secs := floorDiv(secs, secsPerDay)
	return NewObject(Class{"datetime", "timedelta"}, days, secs, micros)
}

// floorDiv divides as Python's divmod does, for a positive b.
func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		return quotient - 1, rest + b
	}
	return quotient, rest
}
