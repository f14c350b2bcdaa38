package pickle

import "github.com/pizco-go/pizco/py"

func (e *encoder) saveTuple(t py.Tuple) error {
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if len(t) == 0 {
		e.emptyTuple()
		return nil
	}
	id := tupleIdentity(t)
	if id.isGiant() {
		return e.saveGiantTuple(t, id)
	}
	slot, known := e.memo.find(id)
	if known {
		e.get(e.memo.indexIn(slot))
		return nil
	}
	room := len(e.memo.slots)
	short, err := e.tupleItems(t)
	if err != nil {
		return err
	}
	if room != len(e.memo.slots) || e.memo.holds(slot) { // the slot is the tuple's no longer
		if slot, known = e.memo.find(id); known {
			e.dropTuple(len(t), short)
			e.get(e.memo.indexIn(slot))
			return nil
		}
	}
	e.closeTuple(len(t), short)
	e.memo.fill(slot, id)
	return nil
}

// saveGiantTuple is saveTuple for a tuple whose length does not fit a slot of the memo.
func (e *encoder) saveGiantTuple(t py.Tuple, id identity) error {
	if e.fetch(id) {
		return nil
	}
	short, err := e.tupleItems(t)
	if err != nil {
		return err
	}
	if i, ok := e.memo.get(id); ok { // an item holds the tuple, and has written it
		e.dropTuple(len(t), short)
		e.get(i)
		return nil
	}
	e.closeTuple(len(t), short)
	e.memo.put(id)
	return nil
}

// temporaryTuple writes a tuple that nothing else refers to.
func (e *encoder) temporaryTuple(t py.Tuple) error {
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if len(t) == 0 {
		e.emptyTuple()
		return nil
	}
	short, err := e.tupleItems(t)
	if err != nil {
		return err
	}
	e.closeTuple(len(t), short)
	e.memo.count++
	return nil
}

// tupleItems writes the items of a tuple, after a MARK unless it is short enough for an opcode of
// its own.
func (e *encoder) tupleItems(t py.Tuple) (short bool, err error) {
	if !e.enter() {
		return false, tooDeep(typeOf(t))
	}
	short = len(t) <= 3 && e.proto >= 2
	if !short {
		e.op(opMark)
	}
	err = e.saveItems(t, 0)
	e.leave()
	return short, err
}

// closeTuple writes the opcodes that make the tuple and memoize it.
func (e *encoder) closeTuple(n int, short bool) {
	op := opTuple
	if short {
		op = opTuple1 + Opcode(n-1)
	}
	if e.proto >= 4 {
		e.buf = append(e.buf, byte(op), byte(opMemoize))
		return
	}
	e.op(op)
	e.put(e.memo.count)
}

// dropTuple takes the items of a tuple that turned out to be there already from the stack, and
// their MARK.
func (e *encoder) dropTuple(n int, short bool) {
	switch {
	case short:
	case e.proto == 0:
		n++
	default:
		e.op(opPopMark)
		return
	}
	for range n {
		e.op(opPop)
	}
}

// saveItems writes items, the first of which has the index first in what holds them.
func (e *encoder) saveItems(items []any, first int) error {
	for i, item := range items {
		if s, ok := item.(string); ok && e.persistent == nil && e.quickString(s) {
			continue
		}
		if err := e.save(item); err != nil {
			return withinIndex(err, first+i)
		}
	}
	return nil
}

func (e *encoder) saveList(l *py.List) error {
	if l == nil {
		e.op(opNone)
		return nil
	}
	if i, known := e.memo.claim(pointerIdentity(l)); known {
		e.get(i)
		return nil
	}
	if !e.enter() {
		return tooDeep(typeOf(l))
	}
	e.emptyList()
	e.put(e.memo.count - 1)
	err := e.appendItems(l.Items)
	e.leave()
	return err
}

// appendItems is appendAll for values of any type.
func (e *encoder) appendItems(items []any) error {
	return e.appendAll(len(items), func(from, to int) error { return e.saveItems(items[from:to], from) })
}

func (e *encoder) emptyList() {
	if e.proto == 0 {
		e.buf = append(e.buf, byte(opMark), byte(opList))
		return
	}
	e.op(opEmptyList)
}

func (e *encoder) emptyDict() {
	if e.proto == 0 {
		e.buf = append(e.buf, byte(opMark), byte(opDict))
		return
	}
	e.op(opEmptyDict)
}

func (e *encoder) saveDict(d *py.Dict) error {
	if d == nil {
		e.op(opNone)
		return nil
	}
	if i, known := e.memo.claim(pointerIdentity(d)); known {
		e.get(i)
		return nil
	}
	if !e.enter() {
		return tooDeep(typeOf(d))
	}
	pairs := d.Pairs()
	var err error
	if n := len(pairs); e.proto >= 4 && n > 1 && n < batchSize {
		e.buf = append(e.buf, byte(opEmptyDict), byte(opMemoize), byte(opMark))
		err = e.savePairs(pairs)
		e.op(opSetItems)
	} else {
		e.emptyDict()
		e.put(e.memo.count - 1)
		err = e.setAll(n, func(from, to int) error { return e.savePairs(pairs[from:to]) })
	}
	e.leave()
	return err
}

func (e *encoder) savePairs(pairs []py.Pair) error {
	for i := range pairs {
		p := &pairs[i]
		if s, ok := p.Key.(string); !ok || e.persistent != nil || !e.quickString(s) {
			if err := e.save(p.Key); err != nil {
				return within(err, ".key")
			}
		}
		if s, ok := p.Value.(string); !ok || e.persistent != nil || !e.quickString(s) {
			if err := e.save(p.Value); err != nil {
				return withinKey(err, p.Key)
			}
		}
	}
	return nil
}
