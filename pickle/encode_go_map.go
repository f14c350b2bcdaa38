package pickle

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// entry tells where a key and a value of a Go map stand.
type entry struct{ key, value raw.Place }

// mapping makes the plan of maps: dicts in the order of their sorted keys, and sets for maps of
// empty structs.
func (m *goPlanMaker) mapping(p *goPlan) {
	w := mapWriter{typ: p.typ, compare: keyOrder(p.typ.Key())}
	if w.compare == nil {
		p.asValue(saveGraphMap)
		return
	}
	w.key, w.value = m.plan(p.typ.Key()), m.plan(p.typ.Elem())
	p.write = func(e *encoder, at raw.Place) error { return w.save(e, at.Pointer(p.typ).Elem()) }
	p.held = func(e *encoder, v any) error { return w.save(e, reflect.ValueOf(v)) }
}

// mapWriter is how the maps of a type are written.
type mapWriter struct {
	typ        reflect.Type
	compare    func(a, b raw.Place) int
	key, value *goPlan
}

func (w *mapWriter) save(e *encoder, m reflect.Value) error {
	if !e.enter() {
		return tooDeep(w.typ)
	}
	var err error
	if entries := w.entries(m); w.value.typ == typeEmptyStruct {
		err = w.set(e, entries)
	} else {
		e.emptyDict()
		e.memoizeAlone()
		err = e.setAll(len(entries), func(from, to int) error { return w.pairs(e, entries[from:to]) })
	}
	e.leave()
	return err
}

// entries returns what is in a map, in the order of the keys.
func (w *mapWriter) entries(m reflect.Value) []entry {
	n := m.Len()
	keys, values := reflect.MakeSlice(reflect.SliceOf(w.key.typ), n, n), reflect.MakeSlice(reflect.SliceOf(w.value.typ), n, n)
	entries := make([]entry, 0, n)
	for all := m.MapRange(); len(entries) < n && all.Next(); {
		key, value := keys.Index(len(entries)), values.Index(len(entries))
		key.SetIterKey(all)
		value.SetIterValue(all)
		entries = append(entries, entry{raw.Of(key.Addr()), raw.Of(value.Addr())})
	}
	slices.SortFunc(entries, func(a, b entry) int { return w.compare(a.key, b.key) })
	return entries
}

func (w *mapWriter) pairs(e *encoder, entries []entry) error {
	for i := range entries {
		if len(e.buf) >= e.flushAt {
			e.boundary()
		}
		if err := w.key.write(e, entries[i].key); err != nil {
			return within(err, ".key")
		}
		if len(e.buf) >= e.flushAt {
			e.boundary()
		}
		if err := w.value.write(e, entries[i].value); err != nil {
			return withinKey(err, entries[i].key.Pointer(w.key.typ).Elem().Interface())
		}
	}
	return nil
}

// set writes the keys as a set.
func (w *mapWriter) set(e *encoder, entries []entry) error {
	save := func(from, to int) error {
		for _, at := range entries[from:to] {
			if len(e.buf) >= e.flushAt {
				e.boundary()
			}
			if err := w.key.write(e, at.key); err != nil {
				return within(err, "{…}")
			}
		}
		return nil
	}
	if e.proto >= 4 {
		e.op(opEmptySet)
		e.memoizeAlone()
		return e.fullBatches(len(entries), opAddItems, save)
	}
	if err := e.reducedSet(classSet, len(entries), save); err != nil {
		return err
	}
	e.memoizeAlone()
	return nil
}

// keyOrder returns how the keys of a map are ordered, given their places, or nil when only their
// Python values tell.
func keyOrder(t reflect.Type) func(a, b raw.Place) int {
	switch s := scalarOf(t); s {
	case scalarString:
		return func(a, b raw.Place) int { return strings.Compare(*raw.In[string](a), *raw.In[string](b)) }
	case scalarInt64:
		return func(a, b raw.Place) int { return cmp.Compare(*raw.In[int64](a), *raw.In[int64](b)) }
	case scalarUint64:
		return func(a, b raw.Place) int { return cmp.Compare(*raw.In[uint64](a), *raw.In[uint64](b)) }
	case scalarInt8, scalarInt16, scalarInt32, scalarUint8, scalarUint16, scalarUint32:
		return func(a, b raw.Place) int { return cmp.Compare(s.small(a), s.small(b)) }
	}
	return nil
}

// saveGraphMap writes a map whose keys have no order of their own in Go.
func saveGraphMap(e *encoder, v any) error {
	made, err := py.FromGo(v)
	if err != nil {
		return &MarshalError{Type: typeOf(v), Err: err}
	}
	e.keep(made)
	return e.save(made)
}
