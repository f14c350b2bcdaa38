package scalar

import (
	"encoding"
	"fmt"
	"math/big"
	"reflect"
	"time"
)

// Refusal is the error for a value that does not fit a Go type.
type Refusal struct {
	// Reason says why; it is empty when the types alone say it.
	Reason string
	// Err is the error of the type's own UnmarshalText, or nil.
	Err error
}

// Error returns the reason.
func (r *Refusal) Error() string {
	switch {
	case r.Reason != "":
		return r.Reason
	case r.Err != nil:
		return r.Err.Error()
	}
	return "types do not fit"
}

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Err }

// mismatch is the refusal that needs no words.
var mismatch = &Refusal{}

func refuse(format string, args ...any) error {
	return &Refusal{Reason: fmt.Sprintf(format, args...)}
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	bigRatType   = reflect.TypeFor[big.Rat]()
	stringType   = reflect.TypeFor[string]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// Indirect follows pointers from dst to what they point to, making what is not there yet.
func Indirect(dst reflect.Value) reflect.Value {
	for dst.Kind() == reflect.Pointer {
		if dst.IsNil() {
			dst.Set(reflect.New(dst.Type().Elem()))
		}
		dst = dst.Elem()
	}
	return dst
}

// textTarget returns dst as a type that reads itself from text.
func textTarget(dst reflect.Value) (encoding.TextUnmarshaler, bool) {
	if !dst.CanAddr() || !reflect.PointerTo(dst.Type()).Implements(textType) {
		return nil, false
	}
	u, ok := dst.Addr().Interface().(encoding.TextUnmarshaler)
	return u, ok
}

// setInterface stores v in dst when dst is an interface that v implements.
func setInterface(dst reflect.Value, v any) error {
	if dst.Kind() != reflect.Interface || !reflect.TypeOf(v).Implements(dst.Type()) {
		return mismatch
	}
	dst.Set(reflect.ValueOf(v))
	return nil
}
