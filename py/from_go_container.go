package py

import (
	"bytes"
	"cmp"
	"math"
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/internal/gotype"
)

// sequence makes bytes of bytes and a list of anything else.
func (c *fromGo) sequence(v reflect.Value) (any, error) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return bytesOf(v), nil
	}
	items := make([]any, v.Len())
	for i := range items {
		item, err := c.element(v.Index(i))
		if err != nil {
			return nil, under(atIndex(i), err)
		}
		items[i] = item
	}
	return NewList(items...), nil
}

func bytesOf(v reflect.Value) []byte {
	if v.Kind() == reflect.Slice {
		if v.IsNil() {
			return []byte{}
		}
		return v.Bytes()
	}
	if v.CanAddr() {
		return bytes.Clone(v.Bytes())
	}
	b := make([]byte, v.Len())
	for i := range b {
		b[i] = byte(v.Index(i).Uint())
	}
	return b
}

// mapping makes a dict, or a set of a map[K]struct{}, in the order of the sorted keys.
func (c *fromGo) mapping(v reflect.Value) (any, error) {
	pairs := make([]Pair, 0, v.Len())
	isSet := v.Type().Elem() == reflect.TypeFor[struct{}]()
	for entries := v.MapRange(); entries.Next(); {
		key, err := c.value(entries.Key().Interface())
		if err != nil {
			return nil, under(atKey(entries.Key().Interface()), err)
		}
		pair := Pair{Key: key}
		if !isSet {
			if pair.Value, err = c.value(entries.Value().Interface()); err != nil {
				return nil, under(atKey(key), err)
			}
		}
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, func(a, b Pair) int { return compareKeys(a.Key, b.Key) })
	if isSet {
		return c.setOf(v, pairs)
	}
	d := &Dict{}
	d.Grow(len(pairs))
	for _, p := range pairs {
		if err := d.Set(p.Key, p.Value); err != nil {
			return nil, cannotConvert(v.Interface(), "", err)
		}
	}
	if d.Len() < len(pairs) {
		return nil, cannotConvert(v.Interface(), "different keys become equal", nil)
	}
	return d, nil
}

func (c *fromGo) setOf(v reflect.Value, pairs []Pair) (any, error) {
	s := &Set{}
	for _, p := range pairs {
		if err := s.Add(p.Key); err != nil {
			return nil, cannotConvert(v.Interface(), "", err)
		}
	}
	return s, nil
}

// compareKeys orders the keys of a map: numbers by value, strings and bytes by their bytes, and
// anything else after them by the names of the types.
func compareKeys(a, b any) int {
	af, aNumber := keyNumber(a)
	bf, bNumber := keyNumber(b)
	if aNumber && bNumber {
		if ai, ok := a.(int64); ok {
			if bi, ok := b.(int64); ok {
				return cmp.Compare(ai, bi)
			}
		}
		return cmp.Compare(af, bf)
	}
	if as, ok := a.(string); ok {
		if bs, ok := b.(string); ok {
			return cmp.Compare(as, bs)
		}
	}
	if ab, ok := a.([]byte); ok {
		if bb, ok := b.([]byte); ok {
			return bytes.Compare(ab, bb)
		}
	}
	if at, ok := a.(Tuple); ok {
		if bt, ok := b.(Tuple); ok {
			return slices.CompareFunc(at, bt, compareKeys)
		}
	}
	return cmp.Compare(TypeName(a), TypeName(b))
}

// keyNumber returns a number rounded to a float.
func keyNumber(v any) (float64, bool) {
	if v, ok := v.(float64); ok {
		return v, true
	}
	small, large, ok := asInt(v)
	if !ok {
		return math.NaN(), false
	}
	if large != nil {
		f, _ := large.Float64()
		return f, true
	}
	return float64(small), true
}

// structure makes a dict of a struct's fields, or a tuple when the struct says so.
func (c *fromGo) structure(v reflect.Value) (any, error) {
	if isGraphStruct(v.Type()) {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		return c.value(p.Interface())
	}
	if gotype.IsLeaf(v.Type()) {
		return nil, cannotConvert(v.Interface(), "it has no exported fields", nil)
	}
	s := gotype.Of(v.Type())
	if s.Clash != "" {
		return nil, cannotConvert(v.Interface(), s.Clash, nil)
	}
	tuple := Tuple{}
	dict := &Dict{}
	for i := range s.Fields {
		f := &s.Fields[i]
		field, ok := f.Get(v)
		if !s.Tuple && (!ok || f.OmitEmpty && gotype.IsEmpty(field)) {
			continue
		}
		var value any
		if ok {
			var err error
			if value, err = c.element(field); err != nil {
				return nil, under(atField(f.Name), err)
			}
		}
		if s.Tuple {
			tuple = append(tuple, value)
		} else if err := dict.Set(f.Name, value); err != nil {
			return nil, err
		}
	}
	if s.Tuple {
		return tuple, nil
	}
	return dict, nil
}
