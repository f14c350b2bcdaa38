package gotype

import (
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/internal/raw"
)

// Place returns where the value stands that v holds, an interface of the plan's type. It is a copy
// where a method of the pointer could change what the interface holds.
func (p *Plan) Place(v any) (at raw.Place, copied bool) {
	if !p.apart {
		return raw.Held(v), false
	}
	made := reflect.New(p.Type)
	made.Elem().Set(reflect.ValueOf(v))
	return raw.Of(made), true
}

// Interface returns the value at a place, or a pointer to it when only that has the method that the
// form names.
func (p *Plan) Interface(at raw.Place) any {
	pointer := at.Pointer(p.Type)
	if p.ByPointer {
		return pointer.Interface()
	}
	return pointer.Elem().Interface()
}

// Items returns where the items of a List at a place stand, how many there are, and how many bytes
// each of them takes.
func (p *Plan) Items(at raw.Place) (first raw.Place, n int, size uintptr) {
	size = p.Type.Elem().Size()
	if p.Type.Kind() == reflect.Array {
		return at, p.Type.Len(), size
	}
	s := *raw.In[[]struct{}](at) // whatever the items are
	return raw.OfSlice(s), len(s), size
}

// Place returns where the field stands of the struct of type t at a place. It reports false when an
// embedded pointer on the way is nil.
func (f *Field) Place(t reflect.Type, at raw.Place) (raw.Place, bool) {
	if !f.BehindPointer {
		return at.Add(f.Offset), true
	}
	v, ok := f.Get(at.Pointer(t).Elem())
	if !ok {
		return raw.Place{}, false
	}
	return raw.Of(v.Addr()), true
}

// Omits reports whether the value of the field at a place is left out of a dict.
func (f *Field) Omits(at raw.Place) bool {
	return f.OmitEmpty && IsEmpty(at.Pointer(f.Type).Elem())
}

// Entry is where a key of a map and its value stand.
type Entry struct{ Key, Value raw.Place }

// HasOrder reports whether the keys of a Map or Set have an order of their own in Go. Then
// different keys are different in Python, too. Other keys are ordered by their Python values.
func (p *Plan) HasOrder() bool { return p.compare != nil }

// Entries returns what a map holds, in the order of its keys if they have one.
func (p *Plan) Entries(m reflect.Value) []Entry {
	n := m.Len()
	keys, values := reflect.MakeSlice(reflect.SliceOf(p.Key.Type), n, n), reflect.MakeSlice(reflect.SliceOf(p.Elem.Type), n, n)
	entries := make([]Entry, 0, n)
	for all := m.MapRange(); len(entries) < n && all.Next(); {
		key, value := keys.Index(len(entries)), values.Index(len(entries))
		key.SetIterKey(all)
		value.SetIterValue(all)
		entries = append(entries, Entry{raw.Of(key.Addr()), raw.Of(value.Addr())})
	}
	if p.compare != nil {
		slices.SortFunc(entries, func(a, b Entry) int { return p.compare(a.Key, b.Key) })
	}
	return entries
}
