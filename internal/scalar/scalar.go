package scalar

import (
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

// maxExact is the number up to which a float64 holds every integer.
const maxExact = 1 << 53

// SetNone stores None: the zero value of a pointer, slice, map or interface. It is the one function
// that wants dst before its pointers are followed.
func SetNone(dst reflect.Value) error {
	switch dst.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		dst.SetZero()
		return nil
	}
	return mismatch
}

// SetBool stores a bool in a bool kind.
func SetBool(dst reflect.Value, b bool) error {
	if dst.Kind() == reflect.Bool {
		dst.SetBool(b)
		return nil
	}
	return setInterface(dst, b)
}

// SetInt stores an int: in int and uint kinds that can hold it, in float and complex kinds that
// hold it exactly, in big.Int and big.Rat. It refuses time.Duration, because a plain number in
// Python does not mean nanoseconds.
func SetInt(dst reflect.Value, n int64) error {
	switch dst.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if dst.Type() == durationType {
			return refuse("a plain number has no unit")
		}
		if dst.OverflowInt(n) {
			return refuse("%d is out of range", n)
		}
		dst.SetInt(n)
		return nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if n < 0 || dst.OverflowUint(uint64(n)) {
			return refuse("%d is out of range", n)
		}
		dst.SetUint(uint64(n))
		return nil
	case reflect.Float64:
		if n < -maxExact || n > maxExact {
			break
		}
		dst.SetFloat(float64(n))
		return nil
	case reflect.Interface:
		return setInterface(dst, n)
	}
	return setBigNumber(dst, big.NewInt(n))
}

// SetBigInt stores an int of any size by the rules of [SetInt]. It keeps n only in an interface;
// others get a copy.
func SetBigInt(dst reflect.Value, n *big.Int) error {
	if dst.Kind() == reflect.Interface {
		return setInterface(dst, n)
	}
	if n.IsInt64() {
		return SetInt(dst, n.Int64())
	}
	switch {
	case dst.CanInt():
		return refuse("%s is out of range", digits(n))
	case dst.CanUint():
		if !n.IsUint64() || dst.OverflowUint(n.Uint64()) {
			return refuse("%s is out of range", digits(n))
		}
		dst.SetUint(n.Uint64())
		return nil
	}
	return setBigNumber(dst, n)
}

// setBigNumber stores n in the types that hold it whatever its size, or exactly.
func setBigNumber(dst reflect.Value, n *big.Int) error {
	switch {
	case dst.CanFloat() || dst.CanComplex():
		f, ok := exactFloat(n, dst.Type())
		if !ok {
			return refuse("%s has no exact %v", digits(n), dst.Kind())
		}
		if dst.CanFloat() {
			dst.SetFloat(f)
		} else {
			dst.SetComplex(complex(f, 0))
		}
		return nil
	case !dst.CanAddr():
		return mismatch
	}
	switch to := dst.Addr().Interface().(type) {
	case *big.Int:
		to.Set(n)
		return nil
	case *big.Rat:
		to.SetInt(n)
		return nil
	}
	return mismatch
}

// exactFloat returns n as a float of the size of t (a float or complex kind), if there is one of
// that value.
func exactFloat(n *big.Int, t reflect.Type) (float64, bool) {
	f, accuracy := new(big.Float).SetInt(n).Float64()
	if accuracy != big.Exact || math.IsInf(f, 0) {
		return 0, false
	}
	if t.Kind() == reflect.Float32 || t.Kind() == reflect.Complex64 {
		return f, float64(float32(f)) == f
	}
	return f, true
}

// digits returns a number for an error message.
func digits(n *big.Int) string {
	const limit = 256 // bits
	if n.BitLen() > limit {
		return "an int of " + big.NewInt(int64(n.BitLen())).String() + " bits"
	}
	return n.String()
}

// SetFloat stores a float in float and complex kinds. The smaller kinds get it rounded, and refuse
// what is beyond their range.
func SetFloat(dst reflect.Value, f float64) error {
	switch dst.Kind() {
	case reflect.Float32, reflect.Float64:
		if dst.OverflowFloat(f) {
			return refuse("%g is out of range", f)
		}
		dst.SetFloat(f)
		return nil
	case reflect.Complex64, reflect.Complex128:
		return SetComplex(dst, complex(f, 0))
	}
	return setInterface(dst, f)
}

// SetComplex stores a complex in complex kinds, by the rules of [SetFloat].
func SetComplex(dst reflect.Value, c complex128) error {
	if dst.CanComplex() {
		if dst.OverflowComplex(c) {
			return refuse("%g is out of range", c)
		}
		dst.SetComplex(c)
		return nil
	}
	return setInterface(dst, c)
}

// maxRatExponent bounds the power of ten in the text of a big.Rat, whose size grows with it.
const maxRatExponent = 4096

// ParseRat reads a big.Rat from its text, as big.Rat.SetString does. It refuses an exponent beyond
// 4096, which would make a large number of a short text.
func ParseRat(s string) (*big.Rat, bool) {
	if i := strings.LastIndexAny(s, "eEpP"); i >= 0 {
		if n, err := strconv.Atoi(s[i+1:]); err != nil || n < -maxRatExponent || n > maxRatExponent {
			return nil, false
		}
	}
	return new(big.Rat).SetString(s)
}

// SetStr stores a str in string kinds and in types that implement encoding.TextUnmarshaler; a
// big.Rat takes what [ParseRat] reads.
func SetStr(dst reflect.Value, s string) error {
	switch {
	case dst.Type() == stringType:
		dst.SetString(s)
		return nil
	case dst.Kind() == reflect.Interface:
		return setInterface(dst, s)
	}
	if dst.Type() == bigRatType {
		r, ok := ParseRat(s)
		if !ok {
			return refuse("it is not a number, or has a large exponent")
		}
		dst.Set(reflect.ValueOf(*r))
		return nil
	}
	if u, ok := textTarget(dst); ok {
		if err := u.UnmarshalText([]byte(s)); err != nil {
			return &Refusal{Err: err}
		}
		return nil
	}
	if dst.Kind() == reflect.String {
		dst.SetString(s)
		return nil
	}
	return mismatch
}

// SetBytes stores bytes in slices of a byte kind, which keep b itself, and in arrays of exactly its
// length.
func SetBytes(dst reflect.Value, b []byte) error {
	switch dst.Kind() {
	case reflect.Slice:
		if dst.Type().Elem().Kind() == reflect.Uint8 {
			dst.SetBytes(b)
			return nil
		}
	case reflect.Array:
		if dst.Type().Elem().Kind() == reflect.Uint8 {
			if dst.Len() != len(b) {
				return refuse("%d bytes do not fill it", len(b))
			}
			copy(dst.Bytes(), b)
			return nil
		}
	case reflect.Interface:
		return setInterface(dst, b)
	}
	return mismatch
}
