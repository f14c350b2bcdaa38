package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
)

// directMap returns what reads a dict into a new map, nil for keys of which Python has to say what
// is equal.
func (m *planMaker) directMap(p *plan) func(*machine, raw.Place) bool {
	switch p.typ.Key().Kind() {
	case reflect.String, reflect.Int, reflect.Int64, reflect.Int32, reflect.Uint32:
	default:
		return nil
	}
	key, elem := m.plan(p.typ.Key()), m.plan(p.typ.Elem())
	if elem.typ.Size() == 0 {
		return nil // a set
	}
	return func(m *machine, at raw.Place) bool {
		if m.take(opNone) {
			p.at(at).SetZero()
			return true
		}
		if key.direct == nil || !m.take(opEmptyDict) || !m.note(slot{Word: tagOpaque}) || !m.enter() {
			return false
		}
		f := mapReader{key: key, elem: elem, typ: p.typ}
		if !f.read(m) {
			return false
		}
		m.leave()
		if !f.m.IsValid() {
			f.m = reflect.MakeMap(p.typ)
		}
		p.at(at).Set(f.m)
		return f.m.Len() == f.n // else keys are equal
	}
}

// mapReader reads the items of a dict into a map.
type mapReader struct {
	typ       reflect.Type
	key, elem *plan
	m         reflect.Value
	k, v      reflect.Value
	n         int
}

func (f *mapReader) begin(n int) {
	f.m = reflect.MakeMapWithSize(f.typ, n)
	f.k, f.v = reflect.New(f.key.typ).Elem(), reflect.New(f.elem.typ).Elem()
}

func (f *mapReader) read(m *machine) bool {
	switch m.peek() {
	case opMark:
	case opAppends, opSetItems, opTuple, opAppend, opSetItem, opTuple1, opTuple2, opTuple3, opStop:
		return true
	case opShortBinUnicode, opBinUnicode, opBinInt1, opBinInt2, opBinInt, opLong1, opBinGet, opLongBinGet:
		return f.single(m)
	default:
		return false
	}
	for m.peek() == opMark && f.n%batch == 0 {
		m.pos++
		if !f.items(m) {
			return false
		}
	}
	return true
}

// single reads one item and its SETITEM, or nothing where there is something else.
func (f *mapReader) single(m *machine) bool {
	pos, known := m.pos, len(m.memo)
	f.begin(1)
	if f.readKey(m) && f.readElem(m) && m.take(opSetItem) {
		f.put()
		return true
	}
	if m.tries += m.pos - pos; m.tries > len(m.data) {
		return false
	}
	m.back(pos, known)
	f.m = reflect.Value{}
	return true
}

func (f *mapReader) items(m *machine) bool {
	if !f.m.IsValid() {
		f.begin(0)
	}
	for m.peek() != opSetItems {
		if !f.readKey(m) {
			return false
		}
		if !f.readElem(m) {
			return f.graphs(m)
		}
		f.put()
	}
	m.pos++
	return true
}

func (f *mapReader) readKey(m *machine) bool {
	f.k.SetZero()
	return f.key.direct(m, raw.Of(f.k.Addr()))
}

// readElem reads a value. Where it can only be read with the rest of the items, it reports false
// and has read nothing.
func (f *mapReader) readElem(m *machine) bool {
	f.v.SetZero()
	at := raw.Of(f.v.Addr())
	if f.elem.direct != nil {
		return f.elem.direct(m, at)
	}
	v, ok := m.scalar()
	return ok && f.elem.keep(v, at)
}

// graphs keeps the value of the key that was read, and the items behind it, as graphs.
func (f *mapReader) graphs(m *machine) bool {
	if f.elem.direct != nil || f.elem.holds == 0 || m.graphs() != opSetItems || len(m.stack)%2 != 1 {
		return false
	}
	m.pos++
	for i, v := range m.stack {
		if i%2 == 1 {
			f.k.SetZero()
			if !f.key.keep(v, raw.Of(f.k.Addr())) {
				return false
			}
			continue
		}
		f.v.SetZero()
		if !f.elem.keep(v, raw.Of(f.v.Addr())) {
			return false
		}
		f.put()
	}
	return true
}

func (f *mapReader) put() {
	f.m.SetMapIndex(f.k, f.v)
	f.n++
}
