package py

import (
	"bytes"
	"errors"
	"math/big"
	"reflect"

	"github.com/pizco-go/pizco/internal/scalar"
)

// maxAssignDepth bounds the nesting of what is assigned, and so ends a value that holds itself.
const maxAssignDepth = 1000

// AssignOption changes how [Assign] converts.
type AssignOption interface {
	applyAssign(a *assigner)
}

type disallowUnknownKeys struct{}

func (disallowUnknownKeys) applyAssign(a *assigner) { a.strict = true }

// DisallowUnknownKeys refuses a dict or an object that has keys which the struct has no field for.
// The default is to ignore them.
func DisallowUnknownKeys() AssignOption { return disallowUnknownKeys{} }

type maxItems int64

func (n maxItems) applyAssign(a *assigner) { a.work, a.weighs = freeWork+sharedWork*int(n), true }

// MaxItems bounds what is built by the number of items that src holds, so that they need not be
// counted. The result may hold 4 times as many, and 1,048,576 more. By default the items are
// counted when that is needed.
func MaxItems(n int64) AssignOption { return maxItems(n) }

// Assign converts the Python value src into the Go value that dst, a non-nil pointer, points to. It
// fails with a *[ConversionError] when src does not fit. Parts of dst may be assigned by then.
//
//   - Pointers are followed and made. An empty interface gets src itself, as does a target of src's
//     own type. Every other target gets copies and shares no memory with src, except for strings
//     and for what a [Takeover] gives away.
//   - None is the nil of pointers, slices, maps and interfaces.
//   - bool fits bool kinds. int fits the int and uint kinds that hold it, the float and complex
//     kinds that hold it exactly, big.Int and big.Rat, but not time.Duration. float fits float and
//     complex kinds, rounded to their precision and within their range. complex fits complex kinds.
//   - str fits string kinds and encoding.TextUnmarshaler. bytes and bytearray fit slices and arrays
//     of bytes.
//   - list, tuple, set, frozenset, range, deque, namedtuple and array.array fit slices, arrays of
//     that length, structs tagged `pickle:",tuple"` with that many fields, and map[K]struct{}.
//   - dict, OrderedDict, defaultdict and Counter fit maps, structs, and Dict. A struct takes the
//     keys, str or bytes, that its fields name and keeps what other fields held. Slices and maps
//     are always made anew.
//   - An object of any class fits a struct, whose fields get its attributes. These are the
//     attributes of plain classes, of slots, dataclasses, attrs and pydantic models. A state
//     without names, as classes of attrs and dataclasses with slots may have it, fits a struct
//     tagged `pickle:",tuple"`. Any other state is refused, and a state whose keys have no field at
//     all.
//   - An object that was made of a single scalar, as enum members are, fits what that scalar fits.
//   - datetime, date, time and pandas.Timestamp fit time.Time. A naive one is UTC. An aware one has
//     its offset, in a location of the time zone database where its zone is one. A time is on
//     January 1 of year 1. The moment is exact; a location's offset is rounded to the second.
//   - timedelta, pandas.Timedelta and naive time fit time.Duration.
//   - Zones fit *time.Location. The zones of datetime, zoneinfo, pytz and dateutil are known, and
//     classes named FixedOffset; any other is a *[ZoneError].
//   - Decimal, Fraction, UUID, paths, and the addresses and networks of ipaddress fit strings and
//     encoding.TextUnmarshaler in Python's spelling; Decimal and Fraction fit big.Rat, UUID
//     [16]byte.
//   - A pointer to a struct of the program's own, which a decoder has made for a registered class,
//     fits its own type and the struct's.
//   - A type with a method UnmarshalPython takes anything that it likes.
func Assign(dst, src any, opts ...AssignOption) error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return &ConversionError{Path: "$", From: TypeName(src), To: typeText(reflect.TypeOf(dst)), Reason: "the target must be a non-nil pointer"}
	}
	return AssignValue(v.Elem(), src, opts...)
}

// AssignValue is [Assign] for a target that is at hand as a reflect.Value, which must be settable.
func AssignValue(dst reflect.Value, src any, opts ...AssignOption) error {
	if !dst.CanSet() {
		return &ConversionError{Path: "$", From: TypeName(src), To: "an unsettable value"}
	}
	if assignPlain(dst, src) {
		return nil
	}
	a := assigner{root: src, work: freeWork}
	for _, o := range opts {
		o.applyAssign(&a)
	}
	return under("$", a.assign(dst, src))
}

var (
	anyType = reflect.TypeFor[any]()
	intType = reflect.TypeFor[int]()
)

// assignPlain stores what an empty interface takes as it is, and a scalar in a target of its own
// type or of Go's int, the commonest of all, and reports whether it was one of these: an assigner
// takes memory.
func assignPlain(dst reflect.Value, src any) bool {
	t := dst.Type()
	if n, ok := src.(int64); ok && t == intType && int64(int(n)) == n {
		dst.SetInt(n)
		return true
	}
	if src == nil || t != anyType && !(t == reflect.TypeOf(src) && isScalar(src)) {
		return false
	}
	dst.Set(reflect.ValueOf(src))
	return true
}

func isScalar(v any) bool {
	switch v.(type) {
	case int64, float64, string, bool:
		return true
	}
	return false
}

type assigner struct {
	root   any
	depth  int
	work   int
	weighs bool
	strict bool
	// takeover, if not nil, gives away the memory of what is assigned.
	takeover *Takeover
}

var unmarshalerType = reflect.TypeFor[Unmarshaler]()

func (a *assigner) assign(dst reflect.Value, src any) error {
	if a.depth >= maxAssignDepth {
		return refuse(dst, src, "it is nested too deeply, or holds itself")
	}
	a.depth++
	err := a.indirect(dst, src)
	a.depth--
	return err
}

// indirect follows pointers to where src is to be stored.
func (a *assigner) indirect(dst reflect.Value, src any) error {
	if src == nil && !isUnmarshaler(dst) {
		return wrap(dst, src, scalar.SetNone(dst))
	}
	for {
		if done, err := a.assignWhole(dst, src); done {
			return err
		}
		if dst.Kind() != reflect.Pointer {
			break
		}
		if dst.IsNil() {
			dst.Set(reflect.New(dst.Type().Elem()))
		}
		dst = dst.Elem()
	}
	return a.convert(dst, src)
}

func isUnmarshaler(dst reflect.Value) bool {
	t := dst.Type()
	if t.PkgPath() == "" && t.Kind() != reflect.Struct {
		return false // only defined types and structs that embed them have methods
	}
	return t.Kind() != reflect.Pointer && dst.CanAddr() && reflect.PointerTo(t).Implements(unmarshalerType)
}

// assignWhole stores src as it is where the target takes it so.
func (a *assigner) assignWhole(dst reflect.Value, src any) (done bool, err error) {
	t := dst.Type()
	switch {
	case t.Kind() == reflect.Interface:
		if !reflect.TypeOf(src).Implements(t) {
			return true, mismatch(dst, src)
		}
		dst.Set(reflect.ValueOf(src))
		return true, nil
	case t == reflect.TypeOf(src) && isGraphType(src):
		dst.Set(reflect.ValueOf(src))
		return true, nil
	case holdsStruct(src) && reflect.TypeOf(src) == t:
		dst.Set(reflect.ValueOf(src))
		return true, nil
	case holdsStruct(src) && reflect.TypeOf(src).Elem() == t:
		dst.Set(reflect.ValueOf(src).Elem())
		return true, nil
	case isUnmarshaler(dst):
		if u, ok := dst.Addr().Interface().(Unmarshaler); ok {
			if err := a.unmarshal(u, src); err != nil {
				return true, conversionError(dst, src, "", err)
			}
			return true, nil
		}
	}
	return false, nil
}

// unmarshal has a target of its own kind take what it likes.
func (a *assigner) unmarshal(dst Unmarshaler, src any) error {
	if array, ok := dst.(interface {
		take(src any, t *Takeover) error
	}); ok {
		return array.take(src, a.takeover)
	}
	return dst.UnmarshalPython(src)
}

// holdsStruct reports whether v is a pointer to a struct of the program's own, as a decoder makes
// for a registered class.
func holdsStruct(v any) bool {
	t := reflect.TypeOf(v)
	return t != nil && t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && !isGraphType(v) && t != reflect.TypeFor[*big.Int]()
}

// isGraphType reports whether v is of a type of this package and can be shared.
func isGraphType(v any) bool {
	switch v.(type) {
	case Tuple, *List, *Dict, *Set, *FrozenSet, *ByteArray, *Buffer, *Object, Class, PersistentID, ellipsis, notImplemented:
		return true
	}
	return false
}

// convert stores src in dst, which is neither pointer nor interface.
func (a *assigner) convert(dst reflect.Value, src any) error {
	switch v := src.(type) {
	case bool:
		return wrap(dst, src, scalar.SetBool(dst, v))
	case int64:
		return wrap(dst, src, scalar.SetInt(dst, v))
	case *big.Int:
		if err := a.charge(dst, src, v.BitLen()/bitsPerItem); err != nil {
			return err
		}
		return wrap(dst, src, scalar.SetBigInt(dst, v))
	case float64:
		return wrap(dst, src, scalar.SetFloat(dst, v))
	case complex128:
		return wrap(dst, src, scalar.SetComplex(dst, v))
	case string:
		return wrap(dst, src, scalar.SetStr(dst, v))
	case []byte:
		return a.bytes(dst, src, v)
	case *ByteArray:
		return a.bytes(dst, src, v.Bytes)
	case *Buffer:
		return a.bytes(dst, src, v.Bytes)
	case *Object:
		return a.object(dst, v)
	}
	if done, err := a.container(dst, src); done {
		return err
	}
	return mismatch(dst, src)
}

func (a *assigner) bytes(dst reflect.Value, src any, b []byte) error {
	if err := a.charge(dst, src, len(b)/bytesPerItem); err != nil {
		return err
	}
	if dst.Kind() != reflect.Slice || !a.takeover.takes(b, byteType) {
		b = bytes.Clone(b)
	}
	return wrap(dst, src, scalar.SetBytes(dst, b[:len(b):len(b)]))
}

// wrap makes a ConversionError of a scalar's refusal.
func wrap(dst reflect.Value, src any, err error) error {
	if err == nil {
		return nil
	}
	var refusal *scalar.Refusal
	if errors.As(err, &refusal) {
		return conversionError(dst, src, refusal.Reason, refusal.Err)
	}
	return conversionError(dst, src, "", err)
}

func mismatch(dst reflect.Value, src any) error { return conversionError(dst, src, "", nil) }

func refuse(dst reflect.Value, src any, reason string) error {
	return conversionError(dst, src, reason, nil)
}

func conversionError(dst reflect.Value, src any, reason string, err error) error {
	return &ConversionError{From: TypeName(src), To: typeText(dst.Type()), Reason: reason, Err: err}
}
