package pickle

import (
	"encoding"
	"math/big"
	"net/netip"
	"reflect"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// goPlan is how the values of one Go type are written, with no graph between: what is written is
// what py.FromGo makes of them. It is made once for a type.
type goPlan struct {
	typ reflect.Type
	// write writes the value that stands at a place in memory, held the one that an interface
	// holds.
	write func(e *encoder, at raw.Place) error
	held  func(e *encoder, v any) error
	// scalar is the kind of a plain scalar, noScalar for other types.
	scalar goScalar
	// numbers is how a struct is written that is a tuple of a few numbers.
	numbers *structWriter
}

// saveGo writes a Go value that is none of package py's.
func (e *encoder) saveGo(v any) error {
	switch v := v.(type) {
	case int:
		e.saveInt(int64(v))
		return nil
	case time.Time, time.Duration, uuid.UUID:
		return e.saveStandard(v)
	}
	return e.planFor(v).held(e, v)
}

// planFor returns the plan of the type of v. The last one is at hand.
func (e *encoder) planFor(v any) *goPlan {
	if word := raw.SlotOf(v).Word; word != e.planned {
		e.planned, e.plan = word, goPlanOf(reflect.TypeOf(v))
	}
	return e.plan
}

// goPlans remembers what the types themselves say, and so is no state that anybody could observe.
var goPlans sync.Map

func goPlanOf(t reflect.Type) *goPlan {
	if p, ok := goPlans.Load(t); ok {
		return p.(*goPlan) //nolint:forcetypeassert // The map holds nothing else.
	}
	m := goPlanMaker{made: map[reflect.Type]*goPlan{}}
	m.plan(t)
	for t, p := range m.made {
		goPlans.LoadOrStore(t, p)
	}
	return m.made[t]
}

// goPlanMaker makes the plans of a type and of the types in it, which may hold each other.
type goPlanMaker struct {
	made map[reflect.Type]*goPlan
}

func (m *goPlanMaker) plan(t reflect.Type) *goPlan {
	if p, ok := m.made[t]; ok {
		return p
	}
	p := &goPlan{typ: t}
	m.made[t] = p
	m.build(p)
	return p
}

var (
	typeError       = reflect.TypeFor[error]()
	typePython      = reflect.TypeFor[py.Marshaler]()
	typeNDArray     = reflect.TypeFor[ndarray]()
	typeText        = reflect.TypeFor[encoding.TextMarshaler]()
	typeEmptyStruct = reflect.TypeFor[struct{}]()
)

// Types that have an encoding of their own, whatever their kind and methods.
var (
	standardTypes = map[reflect.Type]bool{
		reflect.TypeFor[time.Time](): true, reflect.TypeFor[time.Duration](): true, reflect.TypeFor[uuid.UUID](): true,
		reflect.TypeFor[big.Rat](): true, reflect.TypeFor[big.Int](): true,
		reflect.TypeFor[netip.Addr](): true, reflect.TypeFor[netip.Prefix](): true,
	}
	graphTypes = map[reflect.Type]bool{
		reflect.TypeFor[py.Tuple](): true, reflect.TypeFor[*py.List](): true, reflect.TypeFor[*py.Dict](): true,
		reflect.TypeFor[*py.Set](): true, reflect.TypeFor[*py.FrozenSet](): true, reflect.TypeFor[*py.ByteArray](): true,
		reflect.TypeFor[py.Class](): true, reflect.TypeFor[*py.Object](): true, reflect.TypeFor[*py.Buffer](): true,
		reflect.TypeFor[py.PersistentID](): true, reflect.TypeFor[*big.Int](): true,
		reflect.TypeOf(py.Ellipsis): true, reflect.TypeOf(py.NotImplemented): true,
	}
	// graphStructs are graph types without the pointer that gives them their identity.
	graphStructs = map[reflect.Type]bool{
		reflect.TypeFor[py.List](): true, reflect.TypeFor[py.Dict](): true, reflect.TypeFor[py.Set](): true,
		reflect.TypeFor[py.FrozenSet](): true, reflect.TypeFor[py.ByteArray](): true, reflect.TypeFor[py.Object](): true,
		reflect.TypeFor[py.Buffer](): true,
	}
)

// build finds out how a type is written, by the rules of py.FromGo.
func (m *goPlanMaker) build(p *goPlan) {
	t := p.typ
	switch {
	case graphTypes[t]:
		p.asValue((*encoder).save)
		p.asGraph()
	case graphStructs[t]:
		p.asPointer(func(e *encoder, pointer any) error {
			e.keep(pointer)
			return e.save(pointer)
		})
	case t.Kind() == reflect.Pointer && t.Implements(typeNDArray):
		p.asValue(orNone(saveArray))
	case reflect.PointerTo(t).Implements(typeNDArray):
		p.asPointer(func(e *encoder, pointer any) error {
			e.keep(pointer)
			return saveArray(e, pointer)
		})
	case p.byMethod():
		p.orRegistered()
	default:
		m.byKind(p)
	}
}

// asGraph lets the most common types of graphs be written without an interface around them.
func (p *goPlan) asGraph() {
	var write func(e *encoder, at raw.Place) error
	switch p.typ {
	case reflect.TypeFor[py.Tuple]():
		write = func(e *encoder, at raw.Place) error { return e.saveTuple(*raw.In[py.Tuple](at)) }
	case reflect.TypeFor[*py.List]():
		write = func(e *encoder, at raw.Place) error { return e.saveList(*raw.In[*py.List](at)) }
	case reflect.TypeFor[*py.Dict]():
		write = func(e *encoder, at raw.Place) error { return e.saveDict(*raw.In[*py.Dict](at)) }
	default:
		return
	}
	asValue := p.write
	p.write = func(e *encoder, at raw.Place) error {
		if e.persistent != nil {
			return asValue(e, at)
		}
		return write(e, at)
	}
}

// byMethod makes the plan of a type that stands for a class of Python's or says itself what it is,
// and reports false for others. A method of the pointer counts for the type as well.
func (p *goPlan) byMethod() bool {
	t := p.typ
	if t.Kind() == reflect.Interface {
		return false
	}
	base := t
	if t.Kind() == reflect.Pointer {
		base = t.Elem()
	}
	switch {
	case implements(t, typePython):
		p.withMethod(typePython, savePython)
	case t.Implements(typeError):
		p.asValue(orNone(func(e *encoder, v any) error { return e.fail(v, "an error is raised, not returned") }))
	case standardTypes[base]:
		p.asValue(orNone((*encoder).saveStandard))
	case implements(t, typeText):
		p.withMethod(typeText, saveText)
	default:
		return false
	}
	return true
}

// implements reports whether a type or, for a named one, its pointer has the method.
func implements(t, method reflect.Type) bool {
	return t.Implements(method) || t.PkgPath() != "" && reflect.PointerTo(t).Implements(method)
}

// byKind makes the plan of a type that is nothing but its kind.
func (m *goPlanMaker) byKind(p *goPlan) {
	t := p.typ
	switch t.Kind() {
	case reflect.Pointer:
		m.pointer(p)
		p.orRegistered()
	case reflect.Interface:
		p.inPlace(writeInterface(t))
	case reflect.Slice, reflect.Array:
		m.sequence(p)
	case reflect.Map:
		m.mapping(p)
	case reflect.Struct:
		m.structure(p)
	default:
		if p.scalar = scalarOf(t); p.scalar == noScalar {
			p.asValue(func(e *encoder, v any) error { return e.fail(v, "type is not supported") })
			return
		}
		p.inPlace(func(e *encoder, at raw.Place) error { return e.saveScalar(p.scalar, at) })
	}
}

// asValue lets save write the values of a type as what an interface holds.
func (p *goPlan) asValue(save func(e *encoder, v any) error) {
	p.held = save
	p.write = func(e *encoder, at raw.Place) error { return save(e, at.Pointer(p.typ).Elem().Interface()) }
}

// asPointer lets save write the values of a type as pointers to where they are.
func (p *goPlan) asPointer(save func(e *encoder, pointer any) error) {
	p.inPlace(func(e *encoder, at raw.Place) error { return save(e, at.Pointer(p.typ).Interface()) })
}

// withMethod lets save write the values of a type, or pointers to them where only these have the
// method.
func (p *goPlan) withMethod(method reflect.Type, save func(e *encoder, v any) error) {
	if p.typ.Implements(method) {
		p.asValue(orNone(save))
	} else {
		p.asPointer(save)
	}
}

// inPlace lets write write the values of a type where they are, and those in an interface where
// that keeps them, which must not be changed or pointed to.
func (p *goPlan) inPlace(write func(e *encoder, at raw.Place) error) {
	p.write = write
	if isPointedTo(p.typ) || mayBeWord(p.typ) {
		p.held = func(e *encoder, v any) error { return p.write(e, e.copied(v)) }
		return
	}
	p.held = func(e *encoder, v any) error { return p.write(e, raw.Held(v)) }
}

// copied returns where a copy of what an interface holds stands.
func (e *encoder) copied(v any) raw.Place {
	p := reflect.New(reflect.TypeOf(v))
	p.Elem().Set(reflect.ValueOf(v))
	e.keep(p.Interface())
	return raw.Of(p)
}

// isPointedTo tells whether pointers to values of a type, or to parts of them, are made when they
// are written.
func isPointedTo(t reflect.Type) bool {
	for _, method := range []reflect.Type{typePython, typeText} {
		if implements(t, method) {
			return !t.Implements(method)
		}
	}
	switch {
	case graphStructs[t] || reflect.PointerTo(t).Implements(typeNDArray):
		return true
	case t.Kind() == reflect.Array:
		return isPointedTo(t.Elem())
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if isPointedTo(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// mayBeWord tells whether an interface may hold the values of a type themselves instead of a
// pointer to them.
func mayBeWord(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Array:
		return t.Size() == strconv.IntSize/8
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return true
	}
	return false
}

// pointer makes the plan of pointers to what is not known by its pointer: None, or what they point
// to.
func (m *goPlanMaker) pointer(p *goPlan) {
	elem := m.plan(p.typ.Elem())
	word := func(e *encoder, to raw.Place) error {
		if to.IsNil() {
			e.op(opNone)
			return nil
		}
		if !e.enter() {
			return tooDeep(p.typ)
		}
		err := elem.write(e, to)
		e.leave()
		return err
	}
	p.write = func(e *encoder, at raw.Place) error { return word(e, *raw.In[raw.Place](at)) }
	p.held = func(e *encoder, v any) error { return word(e, raw.Held(v)) }
}

func writeInterface(t reflect.Type) func(e *encoder, at raw.Place) error {
	if t.NumMethod() == 0 {
		return func(e *encoder, at raw.Place) error { return e.save(*raw.In[any](at)) }
	}
	return func(e *encoder, at raw.Place) error {
		v := at.Pointer(t).Elem()
		if v.IsNil() {
			e.op(opNone)
			return nil
		}
		return e.save(v.Elem().Interface())
	}
}
