package goagent

import (
	"fmt"
	"reflect"
)

// assign stores a value of package py in what target points to, converting it. (Until py.Assign lands: kinds that Go
// converts by itself.)
func assign(target, value any) error {
	if target == nil {
		return nil
	}
	dst := reflect.ValueOf(target).Elem()
	if value == nil {
		dst.SetZero()
		return nil
	}
	src := reflect.ValueOf(value)
	if !src.CanConvert(dst.Type()) {
		return fmt.Errorf("pizco/goagent: cannot convert %T to %s", value, dst.Type())
	}
	dst.Set(src.Convert(dst.Type()))
	return nil
}
