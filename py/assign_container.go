package py

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/internal/gotype"
)

// container stores a sequence, set or mapping in a slice, array, map, struct or Dict. It returns
// false when src or dst is of another kind.
func (a *assigner) container(dst reflect.Value, src any) (done bool, err error) {
	if copyContents(dst, src) {
		return true, nil
	}
	if items, ok := sequenceOf(src); ok {
		return a.sequence(dst, src, items)
	}
	if pairs, ok := mappingOf(src); ok {
		return a.mapping(dst, src, pairs)
	}
	return false, nil
}

// copyContents makes dst, a List, Dict, Set... that is no pointer, a copy of src.
func copyContents(dst reflect.Value, src any) bool {
	if !dst.CanAddr() {
		return false
	}
	switch to := dst.Addr().Interface().(type) {
	case *List:
		if from, ok := src.(*List); ok {
			to.Items = slices.Clone(from.Items)
			return true
		}
	case *Dict:
		if pairs, ok := mappingOf(src); ok {
			*to = Dict{}
			to.Grow(len(pairs))
			for _, p := range pairs {
				if to.Set(p.Key, p.Value) != nil {
					return false
				}
			}
			return true
		}
	case *Set:
		if from, ok := src.(*Set); ok {
			to.t = from.t.clone()
			return true
		}
	case *FrozenSet:
		if from, ok := src.(*FrozenSet); ok {
			to.t = from.t.clone()
			return true
		}
	case *Object:
		if from, ok := src.(*Object); ok {
			*to = *from
			return true
		}
	}
	return false
}

// charge counts n items against the bound on what one call may build.
func (a *assigner) charge(dst reflect.Value, src any, n int) error {
	if a.work -= n + 1; a.work >= 0 {
		return nil
	}
	if !a.weighs {
		a.weighs = true
		if a.work += sharedWork * weigh(a.root); a.work >= 0 {
			return nil
		}
	}
	return refuse(dst, src, "the whole holds the same values too many times")
}

func (a *assigner) sequence(dst reflect.Value, src any, items []any) (done bool, err error) {
	if err := a.charge(dst, src, len(items)); err != nil {
		return true, err
	}
	switch dst.Kind() {
	case reflect.Slice:
		if err := a.charge(dst, src, len(items)*int(dst.Type().Elem().Size()/bytesPerElement)); err != nil {
			return true, err
		}
		made := reflect.MakeSlice(dst.Type(), len(items), len(items))
		if err := a.elements(made, src, items); err != nil {
			return true, err
		}
		dst.Set(made)
		return true, nil
	case reflect.Array:
		if dst.Len() != len(items) {
			return true, refuse(dst, src, fmt.Sprintf("it has %d items", len(items)))
		}
		return true, a.elements(dst, src, items)
	case reflect.Map:
		return true, a.members(dst, src, items)
	case reflect.Struct:
		return true, a.tuple(dst, src, src, items)
	}
	return false, nil
}

func (a *assigner) elements(dst reflect.Value, src any, items []any) error {
	for i, item := range items {
		if err := a.assign(dst.Index(i), item); err != nil {
			return inside(src, i, atIndex(i), err)
		}
	}
	return nil
}

// members stores the elements of a set, or of a list in its stead, as the keys of a map[K]struct{}.
func (a *assigner) members(dst reflect.Value, src any, items []any) error {
	t := dst.Type()
	if t.Elem().Kind() != reflect.Struct || t.Elem().NumField() > 0 {
		return mismatch(dst, src)
	}
	made := reflect.MakeMapWithSize(t, len(items))
	for i, item := range items {
		key, err := a.key(t.Key(), item)
		if err != nil {
			return inside(src, i, atIndex(i), err)
		}
		made.SetMapIndex(key, reflect.Zero(t.Elem()))
	}
	if isSet(src) && made.Len() < len(items) {
		return refuse(dst, src, "different elements become equal")
	}
	dst.Set(made)
	return nil
}

func isSet(v any) bool {
	switch v.(type) {
	case *Set, *FrozenSet:
		return true
	}
	return false
}

// key converts a dict's key or a set's element.
func (a *assigner) key(t reflect.Type, src any) (reflect.Value, error) {
	key := reflect.New(t).Elem()
	if err := a.assign(key, src); err != nil {
		return key, err
	}
	if !key.Comparable() {
		return key, refuse(key, src, "it cannot be a key of a Go map")
	}
	return key, nil
}

// tuple stores items, which src or a part of it holds, in the fields of a struct in turn.
func (a *assigner) tuple(dst reflect.Value, src, holder any, items []any) error {
	if gotype.IsLeaf(dst.Type()) {
		return mismatch(dst, src)
	}
	s := gotype.Of(dst.Type())
	switch {
	case !s.Tuple:
		return mismatch(dst, src)
	case s.Clash != "":
		return refuse(dst, src, s.Clash)
	case len(s.Fields) != len(items):
		return refuse(dst, src, fmt.Sprintf("it has %d items instead of %d", len(items), len(s.Fields)))
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		if err := a.assign(f.Settable(dst), items[i]); err != nil {
			return inside(holder, i, atField(f.Name), err)
		}
	}
	return nil
}

func (a *assigner) mapping(dst reflect.Value, src any, pairs []Pair) (done bool, err error) {
	if err := a.charge(dst, src, 2*len(pairs)); err != nil {
		return true, err
	}
	switch dst.Kind() {
	case reflect.Map:
		return true, a.entries(dst, src, pairs)
	case reflect.Struct:
		_, err := a.fields(dst, src, src, pairs)
		return true, err
	}
	return false, nil
}

func (a *assigner) entries(dst reflect.Value, src any, pairs []Pair) error {
	t := dst.Type()
	made := reflect.MakeMapWithSize(t, len(pairs))
	for i, p := range pairs {
		key, err := a.key(t.Key(), p.Key)
		if err != nil {
			return inside(src, 2*i, atKey(p.Key), err)
		}
		value := reflect.New(t.Elem()).Elem()
		if err := a.assign(value, p.Value); err != nil {
			return inside(src, 2*i+1, atKey(p.Key), err)
		}
		made.SetMapIndex(key, value)
	}
	if made.Len() < len(pairs) {
		return refuse(dst, src, "different keys become equal")
	}
	dst.Set(made)
	return nil
}

// fields stores the pairs of a mapping, which is src or belongs to it, in the fields that their
// keys name, and returns how many keys did so.
func (a *assigner) fields(dst reflect.Value, src, mapping any, pairs []Pair) (found int, err error) {
	if gotype.IsLeaf(dst.Type()) || isGraphStruct(dst.Type()) {
		return 0, mismatch(dst, src)
	}
	s := gotype.Of(dst.Type())
	if s.Tuple {
		return 0, refuse(dst, src, "the struct is a tuple")
	}
	if s.Clash != "" {
		return 0, refuse(dst, src, s.Clash)
	}
	for at, p := range pairs {
		name, inBytes := fieldName(p.Key)
		i := s.Lookup(name)
		if i < 0 {
			if a.strict {
				return found, inside(mapping, 2*at+1, atKey(p.Key), refuse(dst, p.Value, "there is no such field"))
			}
			continue
		}
		if inBytes && hasKey(pairs, name) {
			return found, inside(mapping, 2*at+1, atKey(p.Key), refuse(dst, p.Value, "a str and bytes name the same field"))
		}
		found++
		if err := a.assign(s.Fields[i].Settable(dst), p.Value); err != nil {
			return found, inside(mapping, 2*at+1, atField(name), err)
		}
	}
	return found, nil
}

// fieldName returns the name that a key may be of a field: a str, or the bytes that a str of Python
// 2 is read as.
func fieldName(key any) (name string, inBytes bool) {
	switch key := key.(type) {
	case string:
		return key, false
	case []byte:
		return string(key), true
	}
	return "", false
}

func hasKey(pairs []Pair, name string) bool {
	return slices.ContainsFunc(pairs, func(p Pair) bool { return p.Key == any(name) })
}

// isGraphStruct reports whether t is one of this package's structs, which are values and no records
// of fields.
func isGraphStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && gotype.IsDeclared(t)
}
