package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/py"
)

// orRegistered writes a struct, or a pointer to one, as an instance of its class when the encoder's registry knows
// the type, and leaves it to p otherwise.
func orRegistered(t reflect.Type, p writer) writer {
	base := t
	if t.Kind() == reflect.Pointer {
		base = t.Elem()
	}
	if base.Kind() != reflect.Struct {
		return p
	}
	return func(e *encoder, v reflect.Value) error {
		if e.registry == nil {
			return p(e, v)
		}
		r := e.registry.lookupType(base)
		if r == nil || t != base && v.IsNil() {
			return p(e, v)
		}
		if t == base {
			return e.instance(r, v, func() bool { e.memoizeAlone(); return true })
		}
		id := identity{v.UnsafePointer(), kindPointer}
		if e.fetch(id) {
			return nil
		}
		return e.instance(r, v.Elem(), func() bool { return e.made(id) })
	}
}

// instance writes a registered struct; made memoizes it once it is made, and tells whether that was the first time.
func (e *encoder) instance(r *registration, v reflect.Value, made func() bool) error {
	if err := e.enterType(r.goType); err != nil {
		return err
	}
	defer e.leave()
	if err := e.construction(r, v); err != nil {
		return err
	}
	if !made() || r.layout == Args || r.layout == NewArgs {
		return nil
	}
	p := r.writer()
	present := p.present(v)
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
	if err := e.structFields(p, present, v); err != nil {
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
func (e *encoder) construction(r *registration, v reflect.Value) error {
	switch {
	case r.layout == Args:
		return e.callWithFields(r, v, opReduce)
	case r.layout == NewArgs && e.proto >= 2:
		return e.callWithFields(r, v, opNewObj)
	case r.layout == NewArgs:
		return e.rebuild(r.class, py.Class{Module: builtinsModule, Name: "tuple"}, func() error { return e.structTuple(r.writer(), v) })
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

func (e *encoder) callWithFields(r *registration, v reflect.Value, op Opcode) error {
	if err := e.saveClass(r.class); err != nil {
		return err
	}
	if err := e.structTuple(r.writer(), v); err != nil {
		return err
	}
	e.op(op)
	return nil
}

// rebuild writes copyreg._reconstructor(class, base, state), which makes instances below protocol 2.
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
