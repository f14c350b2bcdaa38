package py

import (
	"encoding"
	"math/big"
	"reflect"
	"time"

	"github.com/pizco-go/pizco/internal/scalar"
)

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	locationType = reflect.TypeFor[time.Location]()
	bigRatType   = reflect.TypeFor[big.Rat]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// object stores an instance of a class in what it can be converted to: first what the standard
// library's classes stand for, then a container's contents, then the attributes.
func (a *assigner) object(dst reflect.Value, o *Object) error {
	if done, err := a.clock(dst, o); done {
		return err
	}
	if done, err := a.number(dst, o); done {
		return err
	}
	if done, err := a.text(dst, o); done {
		return err
	}
	if done, err := a.ndarray(dst, o); done {
		return err
	}
	if done, err := a.array(dst, o); done {
		return err
	}
	if done, err := a.container(dst, o); done {
		return err
	}
	if dst.Kind() == reflect.Struct {
		return a.attributes(dst, o)
	}
	return a.member(dst, o)
}

// clock stores the classes of the module datetime in the types of package time.
func (a *assigner) clock(dst reflect.Value, o *Object) (done bool, err error) {
	switch dst.Type() {
	case timeType:
		t, err := timeOf(o)
		return stored(dst, o, t, err)
	case durationType:
		d, err := durationOf(o)
		return stored(dst, o, d, err)
	case locationType:
		l, err := locationOf(o)
		if err != nil {
			return true, conversionError(dst, o, "", err)
		}
		return stored(dst, o, *l, nil)
	}
	return false, nil
}

func stored[T any](dst reflect.Value, o *Object, v T, err error) (done bool, _ error) {
	if err != nil {
		return true, conversionError(dst, o, "", err)
	}
	dst.Set(reflect.ValueOf(v))
	return true, nil
}

// number stores a Decimal or Fraction in a big.Rat, and a UUID in an array of 16 bytes.
func (a *assigner) number(dst reflect.Value, o *Object) (done bool, err error) {
	switch {
	case dst.Type() == bigRatType:
		r, ok := ratOf(o)
		if !ok {
			return true, mismatch(dst, o)
		}
		if err := a.charge(dst, o, (r.Num().BitLen()+r.Denom().BitLen())/bitsPerItem); err != nil {
			return true, err
		}
		dst.Set(reflect.ValueOf(*r))
		return true, nil
	case dst.Kind() == reflect.Array && dst.Len() == uuidSize && dst.Type().Elem().Kind() == reflect.Uint8:
		id, ok := uuidOf(o)
		if !ok {
			return true, mismatch(dst, o)
		}
		return true, wrap(dst, o, scalar.SetBytes(dst, id[:]))
	}
	return false, nil
}

// text stores the classes that have a spelling in string kinds, and in types that read themselves
// from text.
func (a *assigner) text(dst reflect.Value, o *Object) (done bool, err error) {
	if dst.Kind() != reflect.String && !reflect.PointerTo(dst.Type()).Implements(textType) {
		return false, nil
	}
	s, ok := textOf(o)
	if !ok {
		return false, nil
	}
	return true, wrap(dst, o, scalar.SetStr(dst, s))
}

// isReconstructed reports whether the object is made by one of copyreg's helpers, whose arguments
// are no attributes.
func isReconstructed(o *Object) bool {
	c, _ := o.Callable.(Class)
	return isCopyreg(c)
}

// member stores what an object of an unknown class was made of when that is a single scalar, as
// with a member of an enum or an instance of a subclass of str.
func (a *assigner) member(dst reflect.Value, o *Object) error {
	value, ok := scalarOf(o)
	if !ok || a.convert(dst, value) != nil {
		return mismatch(dst, o)
	}
	return nil
}

func scalarOf(o *Object) (any, bool) {
	if isStandard(o.Class()) || len(o.ListItems)+len(o.DictItems) > 0 {
		return nil, false
	}
	value, ok := baseOf(o)
	if !ok {
		if len(o.Args) != 1 || o.How == Reduce && o.HasState {
			return nil, false
		}
		value = o.Args[0]
	}
	switch value.(type) {
	case bool, int64, *big.Int, float64, string:
		return value, true
	}
	return nil, false
}

// isStandard reports whether a class belongs to a module of Python's own, whose objects are no enum
// members.
func isStandard(c Class) bool {
	switch c.Module {
	case "", "builtins", "__builtin__", "exceptions", "datetime", "decimal", "fractions", "uuid", "ipaddress", "pathlib",
		"pathlib._local", "collections", "zoneinfo":
		return true
	}
	return false
}
