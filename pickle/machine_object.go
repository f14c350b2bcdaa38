package pickle

import "github.com/pizco-go/pizco/py"

// runObject executes the opcodes that make instances.
func (m *machine) runObject(op Opcode) error {
	switch op {
	case opReduce, opNewObj:
		return m.construct(op)
	case opNewObjEx:
		return m.newObjEx()
	case opInst:
		return m.inst()
	case opObj:
		return m.obj()
	default:
		return m.build()
	}
}

func (m *machine) pushObject(o object) error {
	m.objects = append(m.objects, o)
	m.pushNode(nodeObject, uint64(len(m.objects)-1))
	depth := max(m.nodes[o.callable].depth, m.nodes[o.args].depth, m.nodes[o.kwargs].depth)
	return m.nest(m.stack[len(m.stack)-1], depth)
}

// construct executes REDUCE and NEWOBJ: a callable or class and a tuple of arguments.
func (m *machine) construct(op Opcode) error {
	if len(m.stack) < m.fence+2 {
		return m.underflow()
	}
	top := len(m.stack) - 2
	o := object{callable: m.stack[top], args: m.stack[top+1], how: py.Reduce}
	m.stack = m.stack[:top]
	if err := m.wantTuple(o.args); err != nil {
		return err
	}
	if op == opNewObj {
		o.how = py.NewObj
		if err := m.wantClass(o.callable); err != nil {
			return err
		}
	} else {
		o.form = m.reduceForm(o.callable, o.args)
		if o.form == formGetattr {
			m.push(m.tape.add(m.nestedClass(o.args)))
			return nil
		}
	}
	if err := m.pushObject(o); err != nil {
		return err
	}
	if o.form == formCodecsEncode {
		m.noteEncoded(m.stack[len(m.stack)-1])
	}
	return nil
}

func (m *machine) newObjEx() error {
	if len(m.stack) < m.fence+3 {
		return m.underflow()
	}
	top := len(m.stack) - 3
	o := object{callable: m.stack[top], args: m.stack[top+1], kwargs: m.stack[top+2], how: py.NewObjEx, hasKwargs: true}
	m.stack = m.stack[:top]
	if err := m.wantTuple(o.args); err != nil {
		return err
	}
	if m.nodes[o.kwargs].kind != nodeDict {
		return m.fail("keyword arguments are %s, want a dict", m.typeName(o.kwargs))
	}
	if err := m.wantClass(o.callable); err != nil {
		return err
	}
	return m.pushObject(o)
}

func (m *machine) inst() error {
	class, err := m.readGlobal()
	if err != nil {
		return err
	}
	refs, err := m.sinceMark()
	if err != nil {
		return err
	}
	class.ambiguous = false // it is written with each instance
	callable := m.tape.add(m.globalNode(class))
	return m.oldStyle(py.Inst, callable, refs)
}

func (m *machine) obj() error {
	refs, err := m.sinceMark()
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		return m.fail("there is no class above the mark")
	}
	if err := m.wantClass(refs[0]); err != nil {
		return err
	}
	return m.oldStyle(py.Obj, refs[0], refs[1:])
}

func (m *machine) oldStyle(how py.Construction, class ref, args []ref) error {
	o := object{callable: class, args: refEmptyTuple, how: how}
	if len(args) > 0 {
		at, depth := m.keep(args)
		o.args = m.tape.add(node{kind: nodeTuple, at: uint32(m.at), v: pair(at, uint32(len(args)))})
		if err := m.nest(o.args, depth); err != nil {
			return err
		}
	}
	return m.pushObject(o)
}

// build gives the object below the top a state.
func (m *machine) build() error {
	if len(m.stack) < m.fence+2 {
		return m.underflow()
	}
	top := len(m.stack) - 1
	state, target := m.stack[top], m.stack[top-1]
	m.stack = m.stack[:top]
	return m.setState(target, state)
}

// setState gives an object its state. The pure Python pickler repeats the state of an object that
// its own arguments hold; the last one counts, as it does for Python.
func (m *machine) setState(target, state ref) error {
	n := &m.nodes[target]
	if n.kind != nodeObject {
		if isPlain(n.kind) && m.isNoState(state) {
			return nil
		}
		return m.fail("cannot give %s a state", m.typeName(target))
	}
	o := &m.objects[n.a()]
	o.state, o.hasState = state, true
	o.setter, o.hasSetter = 0, false
	o.build = m.tape.add(node{kind: nodeBuild, at: uint32(m.at), v: pair(target, state)})
	return m.nest(target, m.nodes[state].depth)
}

// isPlain tells whether a node is a value that has no __setstate__ in Python.
func isPlain(k kind) bool {
	return k <= nodeBuffer || k == nodeTuple || k == nodeFrozenSet || k == nodeList || k == nodeDict || k == nodeSet
}

// isNoState tells whether a state is None, or None and an empty dict of slots, which CPython's
// BUILD gives to nothing.
func (m *machine) isNoState(state ref) bool {
	n := &m.nodes[state]
	if n.kind == nodeNone {
		return true
	}
	if n.kind != nodeTuple || n.b() != 2 {
		return false
	}
	first, slots := &m.nodes[m.items[n.a()]], &m.nodes[m.items[n.a()+1]]
	return first.kind == nodeNone && slots.kind == nodeDict && m.containers[slots.a()].count == 0
}

// takeStateSetter recognizes the sixth item of a reduction, which pickle writes as a call of a
// function with the object and its state, whose result it drops.
func (m *machine) takeStateSetter(dropped ref) {
	call := &m.nodes[dropped]
	justMade := int(call.at) == m.at-1 // and so in no memo
	if call.kind != nodeObject || !justMade || len(m.stack) <= m.fence {
		return
	}
	setter := m.objects[call.a()]
	args := &m.nodes[setter.args]
	target := m.stack[len(m.stack)-1]
	if setter.how != py.Reduce || args.b() != 2 || m.nodes[target].kind != nodeObject {
		return
	}
	items := m.span(args)
	o := &m.objects[m.nodes[target].a()]
	if items[0] != target || o.hasState {
		return
	}
	o.state, o.hasState = items[1], true
	o.setter, o.hasSetter = setter.callable, true
	o.build = dropped
	// The call is no value of its own any more: its node becomes the effect.
	*call = node{kind: nodeBuild, at: call.at, depth: call.depth, v: pair(target, items[1])}
}

func (m *machine) wantTuple(r ref) error {
	if m.nodes[r].kind != nodeTuple {
		return m.fail("arguments are %s, want a tuple", m.typeName(r))
	}
	return nil
}

func (m *machine) wantClass(r ref) error {
	if k := m.nodes[r].kind; k != nodeGlobal && k != nodePersID && k != nodeObject {
		return m.fail("cannot make an instance of %s", m.typeName(r))
	}
	return nil
}
