package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/py"
)

func (e *encoder) saveSet(s *py.Set) error {
	if s == nil {
		e.op(opNone)
		return nil
	}
	return e.saveElements(typeOf(s), pointerIdentity(s), classSet, s.Elements())
}

func (e *encoder) saveFrozenSet(s *py.FrozenSet) error {
	if s == nil {
		e.op(opNone)
		return nil
	}
	return e.saveElements(typeOf(s), pointerIdentity(s), classFrozenSet, s.Elements())
}

// saveElements writes a set of a class with the identity.
func (e *encoder) saveElements(t reflect.Type, id identity, class py.Class, elements []py.Pair) (err error) {
	if e.fetch(id) {
		return nil
	}
	if !e.enter() {
		return tooDeep(t)
	}
	save := func(from, to int) error { return e.saveKeys(elements[from:to]) }
	switch {
	case e.proto < 4:
		if err = e.reducedSet(class, len(elements), save); err == nil {
			e.made(id)
		}
	case class == classFrozenSet:
		err = e.frozenSet(id, len(elements), save)
	default:
		e.op(opEmptySet)
		e.memoize(id)
		err = e.fullBatches(len(elements), opAddItems, save)
	}
	e.leave()
	return err
}

func (e *encoder) saveKeys(elements []py.Pair) error {
	for i := range elements {
		if err := e.save(elements[i].Key); err != nil {
			return within(err, "{…}")
		}
	}
	return nil
}

// frozenSet writes a frozenset, unless an element holds it and so has written it already.
func (e *encoder) frozenSet(id identity, n int, save func(from, to int) error) error {
	e.op(opMark)
	if err := save(0, n); err != nil {
		return err
	}
	if i, ok := e.memo.get(id); ok {
		e.op(opPopMark)
		e.get(i)
		return nil
	}
	e.op(opFrozenSet)
	e.memoize(id)
	return nil
}

// reducedSet writes a set of n elements for protocols that have no opcode for it:
// class([elements]). It does not memoize it.
func (e *encoder) reducedSet(class py.Class, n int, save func(from, to int) error) error {
	if err := e.saveClass(class); err != nil {
		return err
	}
	if e.proto < 2 {
		e.op(opMark)
	}
	e.emptyList()
	e.memoizeAlone()
	if err := e.appendAll(n, save); err != nil {
		return err
	}
	e.single()
	e.op(opReduce)
	return nil
}
