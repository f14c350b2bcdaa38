package pickle

import (
	"encoding"
	"reflect"
	"strconv"
	"sync"
	"time"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// plan is how values are stored in one Go type. It is made once for a type.
type plan struct {
	typ reflect.Type
	// direct reads a value of a plain pickle, see directly; nil where it takes the value
	// and the rules of py.Assign.
	direct func(m *machine, p raw.Place) bool
	// holds is the word of the interfaces whose value the type stores as it is.
	holds uintptr
}

// at returns the value of the plan's type at p.
func (pl *plan) at(p raw.Place) reflect.Value { return p.Pointer(pl.typ).Elem() }

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
	m.addDirect(p)
	return p
}

var (
	durationType        = reflect.TypeFor[time.Duration]()
	pyUnmarshalerType   = reflect.TypeFor[py.Unmarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
	pyPackage           = reflect.TypeFor[py.List]().PkgPath()
)

// holdsAny is the word of plans for interfaces that hold any value.
const holdsAny = 1

// heldGraph returns the word of the interfaces whose value a type of a graph stores as it is,
// holdsAny for all, zero for none.
func heldGraph(t reflect.Type) uintptr {
	switch t {
	case reflect.TypeFor[py.Tuple]():
		return tupleTag
	case reflect.TypeFor[*py.List]():
		return listTag
	case reflect.TypeFor[*py.Dict]():
		return dictTag
	}
	if t.Kind() == reflect.Interface && t.NumMethod() == 0 {
		return holdsAny
	}
	return 0
}

// heldScalar is heldGraph for basic types.
func heldScalar(t reflect.Type) uintptr {
	switch t.Kind() {
	case reflect.Bool:
		return boolTag
	case reflect.Int, reflect.Int64:
		if strconv.IntSize == 64 {
			return int64Tag
		}
	case reflect.Float64:
		return float64Tag
	case reflect.String:
		return stringTag
	}
	return 0
}

// addDirect gives a plan what reads its type directly, if there is such a thing, and tells what it
// holds as it is.
func (m *planMaker) addDirect(p *plan) {
	t := p.typ
	p.holds = heldGraph(t)
	if own(t) {
		return
	}
	if p.holds == 0 {
		p.holds = heldScalar(t)
	}
	switch t.Kind() {
	case reflect.Pointer:
		p.direct = m.directPointer(p)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			p.direct = directBytes(t)
		} else if t.PkgPath() != pyPackage {
			p.direct = m.directSlice(p)
		}
	case reflect.Map:
		p.direct = m.directMap(p)
	case reflect.Struct:
		if s := m.structure(p); s != nil {
			p.direct = s.reader()
		}
	default:
		p.direct = leafDirect(p)
	}
}

// own reports whether a type has rules of its own, by a method or by what it is.
func own(t reflect.Type) bool {
	base := t
	if t.Kind() == reflect.Pointer {
		base = t.Elem()
	}
	for _, method := range []reflect.Type{pyUnmarshalerType, textUnmarshalerType} {
		if t.Implements(method) && t.Kind() != reflect.Interface || reflect.PointerTo(base).Implements(method) {
			return true
		}
	}
	return t == durationType || base.Kind() == reflect.Struct && (base.PkgPath() == pyPackage || gotype.IsLeaf(base))
}
