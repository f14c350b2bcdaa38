package pickle

import (
	"errors"
	"reflect"
)

// assignValue is py.AssignValue once that has landed: until then objects convert to no Go type of their own.
func assignValue(dst reflect.Value, v any) error {
	if v != nil && reflect.TypeOf(v).AssignableTo(dst.Type()) {
		dst.Set(reflect.ValueOf(v))
		return nil
	}
	return errors.New("not convertible yet")
}
