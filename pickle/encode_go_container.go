package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
)

// sequence makes the plan of slices and arrays.
func (m *goPlanMaker) sequence(p *goPlan) {
	t := p.typ
	switch {
	case t.Elem().Kind() != reflect.Uint8:
		m.list(p)
	case t.Kind() == reflect.Slice:
		p.inPlace(func(e *encoder, at raw.Place) error { return e.saveBytes(*raw.In[[]byte](at)) })
	default:
		p.inPlace(func(e *encoder, at raw.Place) error { return e.temporaryBytes(at.Bytes(t.Len())) })
	}
}

// list makes the plan of what is a list in Python.
func (m *goPlanMaker) list(p *goPlan) {
	item, size := m.plan(p.typ.Elem()), p.typ.Elem().Size()
	if p.typ.Kind() == reflect.Array {
		p.inPlace(func(e *encoder, at raw.Place) error { return e.goList(p, item, at, p.typ.Len(), size) })
		return
	}
	p.inPlace(func(e *encoder, at raw.Place) error {
		s := *raw.In[[]struct{}](at) // whatever the items are
		return e.goList(p, item, raw.OfSlice(s), len(s), size)
	})
}

// goList writes n values of a size that stand one behind the other.
func (e *encoder) goList(p, item *goPlan, first raw.Place, n int, size uintptr) error {
	if !e.enter() {
		return tooDeep(p.typ)
	}
	e.emptyList()
	e.memoizeAlone()
	err := e.appendAll(n, func(from, to int) error {
		for i := from; i < to; i++ {
			if len(e.buf) >= e.flushAt {
				e.boundary()
			}
			if err := item.write(e, first.Add(uintptr(i)*size)); err != nil {
				return withinIndex(err, i)
			}
		}
		return nil
	})
	e.leave()
	return err
}
