package pickle

import (
	"encoding"
	"reflect"
	"sync"
	"time"
	"unsafe"

	"github.com/pizco-go/pizco/py"
)

// plan is how values are stored in one Go type. It is made once for a type.
type plan struct {
	typ    reflect.Type
	decode func(d *typed, r ref, p unsafe.Pointer) error
	// direct reads a value of a plain pickle, see directly; nil where the type needs the tape.
	direct func(q *quick, p unsafe.Pointer) bool
	// holds is the word of the interfaces whose value the type stores as it is.
	holds     uintptr
	structure *structPlan // of a struct type that has fields
}

// at returns the value of the plan's type at p.
func (pl *plan) at(p unsafe.Pointer) reflect.Value { return reflect.NewAt(pl.typ, p).Elem() }

// plans remembers what the types themselves say, and so is no state that anybody could observe.
var plans sync.Map

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan) //nolint:forcetypeassert // The map holds nothing else.
	}
	m := planMaker{made: map[reflect.Type]*plan{}}
	m.plan(t)
	for t, p := range m.made {
		plans.LoadOrStore(t, p)
	}
	return m.made[t]
}

// planMaker makes the plans of a type and of the types in it, which may hold each other.
type planMaker struct {
	made map[reflect.Type]*plan
}

func (m *planMaker) plan(t reflect.Type) *plan {
	if p, ok := m.made[t]; ok {
		return p
	}
	p := &plan{typ: t}
	m.made[t] = p
	p.decode = m.decoder(p)
	m.addDirect(p)
	return p
}

var (
	durationType        = reflect.TypeFor[time.Duration]()
	pyUnmarshalerType   = reflect.TypeFor[py.Unmarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
	pyPackage           = reflect.TypeFor[py.List]().PkgPath()
)

func (m *planMaker) decoder(p *plan) func(*typed, ref, unsafe.Pointer) error {
	t := p.typ
	switch {
	case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(pyUnmarshalerType):
		return p.decodeGraph
	case t.Kind() == reflect.Pointer && t.Implements(pyUnmarshalerType):
		return m.pointer(p)
	}
	if t.PkgPath() == pyPackage || t.Kind() == reflect.Pointer && t.Elem().PkgPath() == pyPackage {
		return p.decodeGraph
	}
	if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(textUnmarshalerType) {
		return p.decodeLeaf
	}
	switch t.Kind() {
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return decodeAny
		}
		return p.decodeGraph
	case reflect.Pointer:
		return m.pointer(p)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return m.bytes(p)
		}
		return m.slice(p)
	case reflect.Array:
		return m.array(p)
	case reflect.Map:
		return m.mapping(p)
	case reflect.Struct:
		return m.structure(p)
	}
	return leafDecoder(p)
}

// pointer stores None as nil and anything else in a new value.
func (m *planMaker) pointer(p *plan) func(*typed, ref, unsafe.Pointer) error {
	elem := m.plan(p.typ.Elem())
	return func(d *typed, r ref, at unsafe.Pointer) error {
		if r == refNone {
			*(*unsafe.Pointer)(at) = nil
			return nil
		}
		if err := d.enter(r); err != nil { // a pointer type can point to itself
			return err
		}
		defer d.leave()
		v := reflect.New(elem.typ)
		if err := elem.decode(d, r, v.UnsafePointer()); err != nil {
			return err
		}
		*(*unsafe.Pointer)(at) = v.UnsafePointer()
		return nil
	}
}
