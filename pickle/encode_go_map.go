package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// mapping makes the plan of maps: dicts in the order of their sorted keys, and sets for maps of
// empty structs.
func (m *goPlanMaker) mapping(p *goPlan) {
	if !p.HasOrder() {
		p.asValue(saveGraphMap)
		return
	}
	w := mapWriter{Plan: p.Plan, key: m.plan(p.Key), value: m.plan(p.Elem)}
	p.write = func(e *encoder, at raw.Place) error { return w.save(e, at.Pointer(p.Type).Elem()) }
	p.held = func(e *encoder, v any) error { return w.save(e, reflect.ValueOf(v)) }
}

// mapWriter is how the maps of a type are written.
type mapWriter struct {
	*gotype.Plan
	key, value *goPlan
}

func (w *mapWriter) save(e *encoder, m reflect.Value) error {
	if !e.enter() {
		return tooDeep(w.Type)
	}
	var err error
	if entries := w.Entries(m); w.Form == gotype.Set {
		err = w.set(e, entries)
	} else {
		e.emptyDict()
		e.memoizeAlone()
		err = e.setAll(len(entries), func(from, to int) error { return w.pairs(e, entries[from:to]) })
	}
	e.leave()
	return err
}

func (w *mapWriter) pairs(e *encoder, entries []gotype.Entry) error {
	for i := range entries {
		if len(e.buf) >= e.flushAt {
			e.boundary()
		}
		if err := w.key.write(e, entries[i].Key); err != nil {
			return within(err, ".key")
		}
		if len(e.buf) >= e.flushAt {
			e.boundary()
		}
		if err := w.value.write(e, entries[i].Value); err != nil {
			return withinKey(err, entries[i].Key.Pointer(w.key.Type).Elem().Interface())
		}
	}
	return nil
}

// set writes the keys as a set.
func (w *mapWriter) set(e *encoder, entries []gotype.Entry) error {
	save := func(from, to int) error {
		for _, at := range entries[from:to] {
			if len(e.buf) >= e.flushAt {
				e.boundary()
			}
			if err := w.key.write(e, at.Key); err != nil {
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

// saveGraphMap writes a map whose keys have no order of their own in Go.
func saveGraphMap(e *encoder, v any) error {
	made, err := py.FromGo(v)
	if err != nil {
		return &MarshalError{Type: typeOf(v), Err: err}
	}
	e.keep(made)
	return e.save(made)
}
