package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
)

// bytes makes the plan of slices and arrays of bytes.
func (p *goPlan) bytes() {
	if p.Type.Kind() == reflect.Slice {
		p.inPlace(func(e *encoder, at raw.Place) error { return e.saveBytes(*raw.In[[]byte](at)) })
		return
	}
	p.inPlace(func(e *encoder, at raw.Place) error { return e.temporaryBytes(at.Bytes(p.Type.Len())) })
}

// list makes the plan of what is a list in Python.
func (m *goPlanMaker) list(p *goPlan) {
	item := m.plan(p.Elem)
	p.inPlace(func(e *encoder, at raw.Place) error {
		first, n, size := p.Items(at)
		return e.goList(p, item, first, n, size)
	})
}

// goList writes n values of a size that stand one behind the other.
func (e *encoder) goList(p, item *goPlan, first raw.Place, n int, size uintptr) error {
	if !e.enter() {
		return tooDeep(p.Type)
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
