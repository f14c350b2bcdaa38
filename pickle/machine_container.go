package pickle

// runContainer executes the opcodes of lists, dicts and sets that are not in the main loop.
func (m *machine) runContainer(op Opcode) error {
	switch op {
	case opEmptySet:
		m.pushContainer(nodeSet)
		return nil
	case opFrozenSet:
		return m.frozenSet()
	case opList, opDict:
		return m.filled(op)
	case opAppend:
		if len(m.stack) < m.fence+2 {
			return m.underflow()
		}
		top := len(m.stack) - 1
		item := m.stack[top:]
		m.stack = m.stack[:top]
		return m.appendTo(m.stack[top-1], item)
	case opSetItem:
		if len(m.stack) < m.fence+3 {
			return m.underflow()
		}
		top := len(m.stack) - 2
		item := m.stack[top:]
		m.stack = m.stack[:top]
		return m.storeInto(m.stack[top-1], item)
	default:
		return m.addItems()
	}
}

// smallTuple makes a tuple of the n values on top.
func (m *machine) smallTuple(n int) error {
	from := len(m.stack) - n
	if from < m.fence {
		return m.underflow()
	}
	err := m.pushTuple(m.stack[from:], from)
	return err
}

func (m *machine) tuple() error {
	refs, err := m.sinceMark()
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		m.push(refEmptyTuple)
		return nil
	}
	return m.pushTuple(refs, len(m.stack))
}

// pushTuple replaces the stack from a position on by a tuple of refs.
func (m *machine) pushTuple(refs []ref, from int) error {
	at, depth := m.keep(refs)
	n := uint32(len(refs))
	m.stack = m.stack[:from]
	m.pushNode(nodeTuple, pair(at, n))
	return m.nest(m.stack[from], depth)
}

func (m *machine) frozenSet() error {
	refs, err := m.sinceMark()
	if err != nil {
		return err
	}
	at, depth := m.keep(refs)
	m.pushNode(nodeFrozenSet, pair(at, uint32(len(refs))))
	return m.nest(m.stack[len(m.stack)-1], depth)
}

// filled makes a list or dict of what is above the mark.
func (m *machine) filled(op Opcode) error {
	refs, err := m.sinceMark()
	if err != nil {
		return err
	}
	m.scratch = append(m.scratch[:0], refs...) // the container is pushed to where they are
	if op == opList {
		m.pushContainer(nodeList)
		return m.appendTo(m.stack[len(m.stack)-1], m.scratch)
	}
	m.pushContainer(nodeDict)
	return m.storeInto(m.stack[len(m.stack)-1], m.scratch)
}

// nest notes that a value holds others that are nested to the given depth.
func (m *machine) nest(r ref, depth uint16) error {
	n := &m.nodes[r]
	n.depth = max(n.depth, depth+1)
	if int64(n.depth) > m.cfg.maxDepth {
		return m.limit(limitDepth, m.cfg.maxDepth)
	}
	return nil
}

func (m *machine) appends() error { return m.intoTop((*machine).appendTo) }

func (m *machine) setItems() error { return m.intoTop((*machine).storeInto) }

func (m *machine) addItems() error { return m.intoTop((*machine).addTo) }

// intoTop hands what stands above the last mark to take, with what stands below that mark as the
// target.
func (m *machine) intoTop(take func(m *machine, target ref, refs []ref) error) error {
	refs, err := m.sinceMark()
	if err != nil {
		return err
	}
	target, err := m.top()
	if err != nil {
		return err
	}
	return take(m, target, refs)
}

func (m *machine) addTo(target ref, refs []ref) error {
	if len(refs) == 0 {
		return nil // of anything, as in appendTo
	}
	n := &m.nodes[target]
	if n.kind != nodeSet {
		return m.fail("cannot add elements to %s", m.typeName(target))
	}
	return m.effect(nodeAddItems, target, &m.containers[n.a()], refs)
}

func (m *machine) appendTo(target ref, refs []ref) error {
	if len(refs) == 0 {
		return nil // of anything: CPython does not look
	}
	n := &m.nodes[target]
	switch n.kind {
	case nodeList:
		return m.effect(nodeAppends, target, &m.containers[n.a()], refs)
	case nodeObject:
		return m.effect(nodeAppends, target, &m.objects[n.a()].list, refs)
	}
	return m.fail("cannot append to %s", m.typeName(target))
}

func (m *machine) storeInto(target ref, refs []ref) error {
	if len(refs) == 0 {
		return nil
	}
	if len(refs)%2 != 0 {
		return m.fail("a key without a value")
	}
	n := &m.nodes[target]
	switch n.kind {
	case nodeDict:
		return m.effect(nodeSetItems, target, &m.containers[n.a()], refs)
	case nodeObject:
		return m.effect(nodeSetItems, target, &m.objects[n.a()].dict, refs)
	}
	return m.fail("cannot store items into %s", m.typeName(target))
}

// effect puts refs into a container and notes when that happened.
func (m *machine) effect(k kind, target ref, c *container, refs []ref) error {
	depth := m.deepest(refs)
	at := m.addBatch(c, refs)
	m.tape.add(node{kind: k, at: uint32(m.at), v: pair(target, at)})
	return m.nest(target, depth)
}
