package py

import (
	"reflect"
	"sync"
)

// holding caches what HoldsValues found; it says no more than the types do.
var holding sync.Map

// HoldsValues reports whether a Go value of type t can keep a Python value as it came. Such a type
// is or holds an interface, a type of this package, or a type with UnmarshalPython. In other types
// [Assign] stores numbers, text and the like, whatever the source was.
func HoldsValues(t reflect.Type) bool {
	if known, ok := holding.Load(t); ok {
		holds, _ := known.(bool)
		return holds
	}
	holds := holdsValues(t, map[reflect.Type]bool{})
	holding.Store(t, holds)
	return holds
}

// holdsValues looks at the types in seen no second time.
func holdsValues(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	if t.Kind() == reflect.Interface || isGraphGoType(t) || reflect.PointerTo(t).Implements(unmarshalerType) || t.Implements(unmarshalerType) {
		return true
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holdsValues(t.Elem(), seen)
	case reflect.Map:
		return holdsValues(t.Key(), seen) || holdsValues(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); (f.IsExported() || f.Anonymous) && holdsValues(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

// isGraphGoType reports whether t is a type of this package that holds values, or a pointer to one.
func isGraphGoType(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[Tuple](), reflect.TypeFor[List](), reflect.TypeFor[Dict](), reflect.TypeFor[Set](), reflect.TypeFor[FrozenSet](),
		reflect.TypeFor[Object](), reflect.TypeFor[Class](), reflect.TypeFor[PersistentID]():
		return true
	}
	return false
}
