package pickle

import (
	"reflect"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// goPlan is how the values of one Go type are written, with no graph between. It goes by the plan
// that py.FromGo makes values by, so both come to the same pickle. It is made once for a type.
type goPlan struct {
	*gotype.Plan
	// write writes the value that stands at a place in memory, held the one that an interface
	// holds.
	write func(e *encoder, at raw.Place) error
	held  func(e *encoder, v any) error
	// numbers is how a struct is written that is a tuple of a few numbers.
	numbers *structWriter
}

// saveGo writes a Go value that is not of package py.
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
	m.plan(gotype.PlanOf(t))
	for t, p := range m.made {
		goPlans.LoadOrStore(t, p)
	}
	return m.made[t]
}

// goPlanMaker makes the plans of a type and of the types in it, which may hold each other.
type goPlanMaker struct {
	made map[reflect.Type]*goPlan
}

func (m *goPlanMaker) plan(of *gotype.Plan) *goPlan {
	if p, ok := m.made[of.Type]; ok {
		return p
	}
	p := &goPlan{Plan: of}
	m.made[of.Type] = p
	m.build(p)
	return p
}

var typeNDArray = reflect.TypeFor[ndarray]()

// build finds out how a type is written.
func (m *goPlanMaker) build(p *goPlan) {
	t := p.Type
	switch {
	case p.Form == gotype.Whole:
		p.asValue((*encoder).save)
		p.asGraph()
	case p.Form == gotype.Unpointed:
		p.asPointer(saveKept((*encoder).save))
	case t.Kind() == reflect.Pointer && t.Implements(typeNDArray):
		p.asValue(orNone(saveArray))
	case reflect.PointerTo(t).Implements(typeNDArray):
		p.asPointer(saveKept(saveArray))
	default:
		if m.byForm(p); p.Form != gotype.Record { // which looks for its class itself
			p.orRegistered()
		}
	}
}

// saveKept lets save write what a pointer points to that only the encoder has.
func saveKept(save func(e *encoder, v any) error) func(e *encoder, v any) error {
	return func(e *encoder, pointer any) error {
		e.keep(pointer)
		return save(e, pointer)
	}
}

// asGraph lets the most common types of graphs be written without an interface around them.
func (p *goPlan) asGraph() {
	var write func(e *encoder, at raw.Place) error
	switch p.Type {
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

// byForm makes the plan of a type that stands for a class of Python's, says itself what it is, or
// is nothing but its kind.
func (m *goPlanMaker) byForm(p *goPlan) {
	switch p.Form {
	case gotype.Marshals:
		p.withMethod(savePython)
	case gotype.Error:
		p.asValue(orNone(func(e *encoder, v any) error { return e.fail(v, "an error is raised, not returned") }))
	case gotype.Standard:
		p.asValue(orNone((*encoder).saveStandard))
	case gotype.Text:
		p.withMethod(saveText)
	case gotype.Pointer:
		m.pointer(p)
	case gotype.Interface:
		p.inPlace(writeInterface(p.Type))
	case gotype.Bytes:
		p.bytes()
	case gotype.List:
		m.list(p)
	case gotype.Map, gotype.Set:
		m.mapping(p)
	case gotype.Record:
		m.record(p)
	case gotype.Plain:
		p.inPlace(func(e *encoder, at raw.Place) error { return e.saveScalar(p.Scalar, at) })
	default:
		p.asValue(func(e *encoder, v any) error { return e.fail(v, "type is not supported") })
	}
}

// asValue lets save write the values of a type as what an interface holds.
func (p *goPlan) asValue(save func(e *encoder, v any) error) {
	p.held = save
	p.write = func(e *encoder, at raw.Place) error { return save(e, at.Pointer(p.Type).Elem().Interface()) }
}

// asPointer lets save write the values of a type as pointers to where they are.
func (p *goPlan) asPointer(save func(e *encoder, pointer any) error) {
	p.inPlace(func(e *encoder, at raw.Place) error { return save(e, at.Pointer(p.Type).Interface()) })
}

// withMethod lets save write the values of a type, or pointers to them where only these have the
// method.
func (p *goPlan) withMethod(save func(e *encoder, v any) error) {
	if p.ByPointer {
		p.asPointer(save)
	} else {
		p.asValue(orNone(save))
	}
}

// inPlace lets write write the values of a type where they are, and those in an interface where
// that keeps them, which must not be changed or pointed to.
func (p *goPlan) inPlace(write func(e *encoder, at raw.Place) error) {
	p.write = write
	p.held = func(e *encoder, v any) error { return p.write(e, e.placeOf(p.Plan, v)) }
}

// placeOf returns where the value stands that an interface holds, or a copy of it.
func (e *encoder) placeOf(p *gotype.Plan, v any) raw.Place {
	at, copied := p.Place(v)
	if copied {
		e.keep(at.Pointer(p.Type).Interface())
	}
	return at
}

// pointer makes the plan of pointers to what is not known by its pointer: None, or what they point
// to.
func (m *goPlanMaker) pointer(p *goPlan) {
	elem := m.plan(p.Elem)
	word := func(e *encoder, to raw.Place) error {
		if to.IsNil() {
			e.op(opNone)
			return nil
		}
		if !e.enter() {
			return tooDeep(p.Type)
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
