package object

import (
	"reflect"
	"strings"
)

var objectType = reflect.TypeFor[*Object]()

// nestedObject returns the object that the value of an attribute is: one that was put together by
// hand, or a struct with methods. A struct without methods is a dict, and a value that is text for
// others is a value.
func nestedObject(settings *Settings, v reflect.Value) (*Served, bool) {
	if v.Type() == objectType {
		built, ok := v.Interface().(*Object)
		if !ok || built == nil || built.Err() != nil {
			return nil, false
		}
		return &Served{class: built.class, settings: settings, members: built}, true
	}
	if !isNested(v.Type()) || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, false
	}
	v = addressable(v)
	class, err := classOfType(v.Type(), v, settings)
	if err != nil {
		settings.log().Warn("an attribute cannot be served as an object", "type", v.Type().String(), "error", err)
		return nil, false
	}
	return &Served{class: class.name, settings: settings, members: boundClass{class, v}}, true
}

func isNested(t reflect.Type) bool {
	p := t
	switch {
	case t.Kind() == reflect.Struct:
		p = reflect.PointerTo(t)
	case t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct:
		return false
	}
	if p.Elem().PkgPath() == objectType.Elem().PkgPath() && p.Elem() == futureType.Elem() || strings.HasSuffix(p.Elem().PkgPath(), "/pizco/py") {
		return false
	}
	return p.NumMethod() > 0 && !p.Implements(textMarshalerType) && !p.Implements(pyMarshalerType) && !p.Implements(errorType)
}
