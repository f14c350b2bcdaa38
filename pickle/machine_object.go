package pickle

import (
	"math/big"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// construct executes REDUCE and NEWOBJ: a callable or class and a tuple of arguments.
func (m *machine) construct(op Opcode) error {
	from, err := m.topmost(2)
	if err != nil {
		return err
	}
	callable, args := m.stack[from], m.stack[from+1]
	if args.Word != tupleTag {
		return m.fail("arguments are %s, want a tuple", py.TypeName(args.Value()))
	}
	depth := m.depthOf(m.stack[from:])
	if args.At == m.closedAt && isScalar(callable) {
		depth = m.closed + 1
	}
	m.stack = m.stack[:from]
	if op == opReduce {
		m.reduced, m.used = m.pos, true
		if made, err := m.reduce(callable, args, depth); made || err != nil {
			return err
		}
		return m.pushObject(py.Reduce, callable, args, depth)
	}
	if err := m.wantClass(callable); err != nil {
		return err
	}
	return m.pushObject(py.NewObj, callable, args, depth)
}

// tupleIn returns the tuple of a slot.
func tupleIn(s slot) py.Tuple { return *raw.Target[py.Tuple](s) }

func (m *machine) pushObject(how py.Construction, callable, args slot, depth int) error {
	p := m.objects.next()
	p.How, p.Callable, p.Args = how, callable.Value(), tupleIn(args)
	return m.pushMade(p, depth)
}

// pushMade pushes an object, or the struct that is registered for its class.
func (m *machine) pushMade(o *py.Object, depth int) error {
	if m.cfg.registry != nil && !m.asObjects[m.at] {
		made, err := m.registered(o)
		if err != nil {
			return err
		}
		if made != nil {
			m.pushOther(made)
			return m.nest(depth)
		}
	}
	m.push(slot{Word: objectTag, At: raw.Address(o)})
	return m.nest(depth)
}

func (m *machine) newObjEx() error {
	from, err := m.topmost(3)
	if err != nil {
		return err
	}
	callable, args, kwargs := m.stack[from], m.stack[from+1], m.stack[from+2]
	if args.Word != tupleTag {
		return m.fail("arguments are %s, want a tuple", py.TypeName(args.Value()))
	}
	if kwargs.Word != dictTag {
		return m.fail("keyword arguments are %s, want a dict", py.TypeName(kwargs.Value()))
	}
	if err := m.wantClass(callable); err != nil {
		return err
	}
	depth := m.depthOf(m.stack[from:])
	m.stack = m.stack[:from]
	p := m.objects.next()
	p.How, p.Callable, p.Args = py.NewObjEx, callable.Value(), tupleIn(args)
	p.Kwargs, _ = kwargs.Value().(*py.Dict)
	return m.pushMade(p, depth)
}

func (m *machine) inst() error {
	class, err := m.readGlobal()
	if err != nil {
		return err
	}
	args, err := m.sinceMark()
	if err != nil {
		return err
	}
	p := m.objects.next()
	p.Callable = class.class
	return m.oldStyle(py.Inst, p, args)
}

func (m *machine) obj() error {
	values, err := m.sinceMark()
	if err != nil {
		return err
	}
	if len(values) == 0 {
		return m.fail("there is no class above the mark")
	}
	if err := m.wantClass(values[0]); err != nil {
		return err
	}
	p := m.objects.next()
	p.Callable = values[0].Value()
	return m.oldStyle(py.Obj, p, values[1:])
}

func (m *machine) oldStyle(how py.Construction, o *py.Object, args []slot) error {
	o.How, o.Args = how, py.Tuple{}
	if len(args) == 0 {
		return m.pushMade(o, m.inner+1)
	}
	o.Args = append(o.Args, raw.Values(args)...)
	return m.pushMade(o, m.inner+2)
}

// build executes BUILD, which gives the object below the top a state. The pure Python pickler
// repeats the state of an object that its own arguments hold; the last one counts, as it does for
// Python.
func (m *machine) build() error {
	from, err := m.topmost(2)
	if err != nil {
		return err
	}
	target, state := m.stack[from], m.stack[from+1]
	depth := m.depthOf(m.stack[from+1:])
	m.stack = m.stack[:from+1]
	if m.isForeignValue(target) {
		return m.refused(target, "cannot give %s a state")
	}
	if target.Word == objectTag {
		o := raw.Target[py.Object](target)
		o.State, o.HasState, o.StateSetter = state.Value(), true, nil
		return m.nest(max(depth, m.level))
	}
	if made, ok := m.structs[target.At]; ok {
		return m.buildStruct(made, target, state.Value())
	}
	if isNoState(state.Value()) && hasNoState(target) && !(m.formed && !m.formless) {
		return nil
	}
	return m.refused(target, "cannot give %s a state")
}

// hasNoState reports whether a value is of a type that has no __setstate__ in Python.
func hasNoState(s slot) bool {
	switch s.Value().(type) {
	case nil, bool, int64, float64, *big.Int, string, []byte, *py.ByteArray, *py.Buffer, py.Tuple, *py.FrozenSet, *py.List, *py.Dict, *py.Set:
		return true
	}
	return false
}

// isNoState reports whether a state is None, or None and an empty dict of slots, which CPython's
// BUILD gives to nothing.
func isNoState(state any) bool {
	t, ok := state.(py.Tuple)
	if !ok || len(t) != 2 {
		return state == nil
	}
	slots, ok := t[1].(*py.Dict)
	return ok && t[0] == nil && slots.Len() == 0
}

// takeStateSetter recognizes the sixth item of a reduction, which pickle writes as a call of a
// function with the object and its state, whose result it drops.
func (m *machine) takeStateSetter(dropped slot) error {
	if dropped.Word != objectTag || m.reduced != m.at || len(m.stack) <= m.fence { // it may be in a memo
		return nil
	}
	call, target := raw.Target[py.Object](dropped), m.stack[len(m.stack)-1]
	if call.How != py.Reduce || len(call.Args) != 2 || raw.SlotOf(call.Args[0]) != target {
		return nil
	}
	if target.Word != objectTag {
		if _, isStruct := m.structs[target.At]; isStruct || m.formed && !m.formless {
			return m.refused(target, "cannot give %s a state")
		}
		return nil
	}
	if o := raw.Target[py.Object](target); !o.HasState && !m.foreign[target.At] {
		o.State, o.HasState, o.StateSetter = call.Args[1], true, call.Callable
	}
	return nil
}

func (m *machine) wantClass(s slot) error {
	if _, isStruct := m.structs[s.At]; s.Word == classTag || s.Word == objectTag || isStruct {
		return nil
	}
	v := s.Value()
	if _, ok := v.(py.PersistentID); ok || v == py.Ellipsis || v == py.NotImplemented {
		return nil
	}
	return m.fail("cannot make an instance of %s", py.TypeName(v))
}
