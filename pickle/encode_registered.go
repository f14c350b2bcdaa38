package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// orRegistered lets a struct, or a pointer to one, be written as an instance of its class when the
// encoder's registry knows the type, and in the way that the plan has for it otherwise.
func (p *goPlan) orRegistered() {
	base := p.Type
	if base.Kind() == reflect.Pointer {
		base = base.Elem()
	}
	if base.Kind() != reflect.Struct {
		return
	}
	write, held := p.write, p.held
	p.write = func(e *encoder, at raw.Place) error {
		if e.registry != nil {
			if r := e.registry.lookupType(base); r != nil && base == p.Type {
				return e.instance(r, at, e.alone)
			} else if r != nil && !raw.In[raw.Place](at).IsNil() {
				return e.pointedInstance(r, *raw.In[raw.Place](at))
			}
		}
		return write(e, at)
	}
	p.held = func(e *encoder, v any) error {
		if e.registry != nil {
			if r := e.registry.lookupType(base); r != nil && base == p.Type {
				return e.instance(r, e.placeOf(p.Plan, v), e.alone)
			} else if to := raw.Held(v); r != nil && !to.IsNil() {
				return e.pointedInstance(r, to)
			}
		}
		return held(e, v)
	}
}

// pointedInstance writes a registered struct that is known by its pointer.
func (e *encoder) pointedInstance(r *registration, at raw.Place) error {
	id := identity{at, kindPointer}
	if e.fetch(id) {
		return nil
	}
	return e.instance(r, at, func() bool { return e.made(id) })
}

// alone memoizes what nothing else can refer to.
func (e *encoder) alone() bool {
	e.memoizeAlone()
	return true
}

// instance writes a registered struct; made memoizes it once it is made, and reports whether that
// was the first time.
func (e *encoder) instance(r *registration, at raw.Place, made func() bool) error {
	if !e.enter() {
		return tooDeep(r.goType)
	}
	defer e.leave()
	if err := e.construction(r, at); err != nil {
		return err
	}
	if !made() || r.layout == Args || r.layout == NewArgs {
		return nil
	}
	p := r.writer()
	present := p.present(at)
	if len(present) == 0 {
		return nil
	}
	if r.layout == Slots { // (None, {slot: value})
		if e.proto < 2 {
			return &MarshalError{Type: r.goType, Reason: "a class with __slots__ needs protocol 2 or higher"}
		}
		e.op(opNone)
	}
	e.emptyDict()
	e.memoizeAlone()
	if err := e.structFields(p, present, at); err != nil {
		return err
	}
	if r.layout == Slots {
		e.op(opTuple2)
		e.memoizeAlone()
	}
	e.op(opBuild)
	return nil
}

// construction writes what makes the instance.
func (e *encoder) construction(r *registration, at raw.Place) error {
	switch {
	case r.layout == Args:
		return e.callWithFields(r, at, opReduce)
	case r.layout == NewArgs && e.proto >= 2:
		return e.callWithFields(r, at, opNewObj)
	case r.layout == NewArgs:
		return e.rebuild(r.class, py.Class{Module: builtinsModule, Name: "tuple"}, func() error { return e.structTuple(r.writer(), at) })
	case e.proto >= 2:
		if err := e.saveClass(r.class); err != nil {
			return err
		}
		e.emptyTuple()
		e.op(opNewObj)
		return nil
	case r.layout == Slots:
		return &MarshalError{Type: r.goType, Reason: "a class with __slots__ needs protocol 2 or higher"}
	}
	return e.rebuild(r.class, classObject, func() error { e.op(opNone); return nil })
}

func (e *encoder) callWithFields(r *registration, at raw.Place, op Opcode) error {
	if err := e.saveClass(r.class); err != nil {
		return err
	}
	if err := e.structTuple(r.writer(), at); err != nil {
		return err
	}
	e.op(op)
	return nil
}

// rebuild writes copyreg._reconstructor(class, base, state), which makes instances below protocol
// 2.
func (e *encoder) rebuild(class, base py.Class, state func() error) error {
	if err := e.saveClass(classRebuild); err != nil {
		return err
	}
	if e.proto < 2 {
		e.op(opMark)
	}
	if err := e.saveClass(class); err != nil {
		return err
	}
	if err := e.saveClass(base); err != nil {
		return err
	}
	if err := state(); err != nil {
		return err
	}
	if e.proto < 2 {
		e.op(opTuple)
	} else {
		e.op(opTuple3)
	}
	e.memoizeAlone()
	e.op(opReduce)
	return nil
}
