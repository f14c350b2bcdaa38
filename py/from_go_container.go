package py

import (
	"bytes"
	"cmp"
	"math"
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
)

// bytesAt returns the bytes at a place: a slice's own, and a copy of an array's.
func bytesAt(p *gotype.Plan, at raw.Place) []byte {
	if p.Type.Kind() == reflect.Array {
		return bytes.Clone(at.Bytes(p.Type.Len()))
	}
	if b := *raw.In[[]byte](at); b != nil {
		return b
	}
	return []byte{}
}

func (c *fromGo) list(p *gotype.Plan, at raw.Place) (any, error) {
	first, n, size := p.Items(at)
	items := make([]any, n)
	for i := range items {
		item, err := c.element(p.Elem, first.Add(uintptr(i)*size))
		if err != nil {
			return nil, under(atIndex(i), err)
		}
		items[i] = item
	}
	made := c.lists.take()
	made.Items = items
	return made, nil
}

// mapping makes a dict or a set, in the order of the sorted keys.
func (c *fromGo) mapping(p *gotype.Plan, m reflect.Value) (any, error) {
	pairs, err := c.entriesOf(p, m)
	if err != nil {
		return nil, err
	}
	t, err := c.tableOf(p, pairs)
	if err != nil {
		return nil, cannotConvertType(p.Type, "", err)
	}
	if p.Form == gotype.Set {
		return &Set{t: t}, nil
	}
	if len(t.entries) < len(pairs) {
		return nil, cannotConvertType(p.Type, "different keys become equal", nil)
	}
	return &Dict{t: t}, nil
}

// tableOf returns the table of a map's entries.
func (c *fromGo) tableOf(p *gotype.Plan, pairs []Pair) (t table, err error) {
	if p.HasOrder() { // different keys are different in Python
		return unique(pairs)
	}
	if len(pairs) > 0 {
		t.entries = make([]Pair, 0, len(pairs))
	}
	for _, pair := range pairs {
		if err := t.put(pair.Key, pair.Value, nil); err != nil {
			return t, err
		}
	}
	return t, nil
}

// entriesOf converts the entries of a map.
func (c *fromGo) entriesOf(p *gotype.Plan, m reflect.Value) ([]Pair, error) {
	entries := p.Entries(m)
	pairs := make([]Pair, len(entries))
	for i, e := range entries {
		key, err := c.element(p.Key, e.Key)
		if err != nil {
			return nil, under(atKey(e.Key.Pointer(p.Key.Type).Elem().Interface()), err)
		}
		pairs[i].Key = key
		if p.Form == gotype.Set {
			continue
		}
		if pairs[i].Value, err = c.element(p.Elem, e.Value); err != nil {
			return nil, under(atKey(key), err)
		}
	}
	if !p.HasOrder() {
		slices.SortFunc(pairs, func(a, b Pair) int { return compareKeys(a.Key, b.Key) })
	}
	return pairs, nil
}

// record makes a dict of a struct's fields, or a tuple when the struct says so.
func (c *fromGo) record(p *gotype.Plan, at raw.Place) (any, error) {
	if p.Reason != "" {
		return nil, cannotConvertType(p.Type, p.Reason, nil)
	}
	if p.Struct.Tuple {
		return c.tuple(p, at)
	}
	pairs, n := c.pairs.room(len(p.Fields)), 0
	for i, plan := range p.Fields {
		f := &p.Struct.Fields[i]
		place, ok := f.Place(p.Type, at)
		if !ok || f.Omits(place) {
			continue
		}
		value, err := c.element(plan, place)
		if err != nil {
			return nil, under(atField(f.Name), err)
		}
		pairs[n] = Pair{f.Key, value}
		n++
	}
	t, err := unique(pairs[:n:n])
	made := c.dicts.take()
	made.t = t
	return made, err
}

func (c *fromGo) tuple(p *gotype.Plan, at raw.Place) (any, error) {
	made := make(Tuple, len(p.Fields))
	for i, plan := range p.Fields {
		f := &p.Struct.Fields[i]
		place, ok := f.Place(p.Type, at)
		if !ok {
			continue // in an embedded struct that is not there: None
		}
		value, err := c.element(plan, place)
		if err != nil {
			return nil, under(atField(f.Name), err)
		}
		made[i] = value
	}
	return made, nil
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
