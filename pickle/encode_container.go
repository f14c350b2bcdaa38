package pickle

import "github.com/pizco-go/pizco/py"

// batchSize is the number of items after which CPython begins a new batch.
const batchSize = 1000

func (e *encoder) saveTuple(t py.Tuple) error {
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if len(t) == 0 {
		e.emptyTuple()
		return nil
	}
	id := tupleIdentity(t)
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
	e.memoize(id)
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
	e.memoizeAlone()
	return nil
}

// tupleItems writes the items of a tuple, after a MARK unless it is short enough for an opcode of its own.
func (e *encoder) tupleItems(t py.Tuple) (short bool, err error) {
	if err := e.enter(t); err != nil {
		return false, err
	}
	short = len(t) <= 3 && e.proto >= 2
	if !short {
		e.op(opMark)
	}
	err = e.items(t)
	e.leave()
	return short, err
}

func (e *encoder) closeTuple(n int, short bool) {
	if short {
		e.op(opTuple1 + Opcode(n-1))
	} else {
		e.op(opTuple)
	}
}

// dropTuple takes the items of a tuple that turned out to be there already from the stack, and their MARK.
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

func (e *encoder) items(items []any) error {
	for i, item := range items {
		if err := e.save(item); err != nil {
			return withinIndex(err, i)
		}
	}
	return nil
}

func (e *encoder) saveList(l *py.List) error {
	if l == nil {
		e.op(opNone)
		return nil
	}
	id := pointerIdentity(l)
	if e.fetch(id) {
		return nil
	}
	if err := e.enter(l); err != nil {
		return err
	}
	e.emptyList()
	e.memoize(id)
	err := e.appendAll(len(l.Items), func(i int) error { return e.saveItem(l.Items, i) })
	e.leave()
	return err
}

func (e *encoder) saveItem(items []any, i int) error {
	if err := e.save(items[i]); err != nil {
		return withinIndex(err, i)
	}
	return nil
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

// appendAll writes the n items of a plain list: one by APPEND, more in batches, the last of which may hold one only.
func (e *encoder) appendAll(n int, save func(int) error) error {
	if e.proto == 0 || n == 1 {
		return e.each(n, opAppend, save)
	}
	for from := 0; from < n; from += batchSize {
		if err := e.batch(from, min(from+batchSize, n), opAppends, save); err != nil {
			return err
		}
	}
	return nil
}

// setAll writes the n items of a plain dict. Unlike a list's, a last batch that is full is followed by an empty one.
func (e *encoder) setAll(n int, save func(int) error) error {
	if e.proto == 0 || n == 1 {
		return e.each(n, opSetItem, save)
	}
	return e.fullBatches(n, opSetItems, save)
}

func (e *encoder) fullBatches(n int, op Opcode, save func(int) error) error {
	if n == 0 {
		return nil
	}
	for from := 0; from <= n; from += batchSize {
		if err := e.batch(from, min(from+batchSize, n), op, save); err != nil {
			return err
		}
	}
	return nil
}

// iterated writes the n items that an iterator of a reduction yields: a last batch of one item is written without a mark, and
// none is empty.
func (e *encoder) iterated(n int, one, many Opcode, save func(int) error) error {
	if e.proto == 0 {
		return e.each(n, one, save)
	}
	from := 0
	for ; n-from > 1; from += batchSize {
		if err := e.batch(from, min(from+batchSize, n), many, save); err != nil {
			return err
		}
	}
	if from < n {
		if err := save(from); err != nil {
			return err
		}
		e.op(one)
	}
	return nil
}

func (e *encoder) each(n int, op Opcode, save func(int) error) error {
	for i := range n {
		if err := save(i); err != nil {
			return err
		}
		e.op(op)
	}
	return nil
}

func (e *encoder) batch(from, to int, op Opcode, save func(int) error) error {
	e.op(opMark)
	for i := from; i < to; i++ {
		if err := save(i); err != nil {
			return err
		}
	}
	e.op(op)
	return nil
}

func (e *encoder) saveDict(d *py.Dict) error {
	if d == nil {
		e.op(opNone)
		return nil
	}
	id := pointerIdentity(d)
	if e.fetch(id) {
		return nil
	}
	if err := e.enter(d); err != nil {
		return err
	}
	e.emptyDict()
	e.memoize(id)
	err := e.savePairs(d.Pairs())
	e.leave()
	return err
}

// savePairs is setAll for the pairs of a dict.
func (e *encoder) savePairs(pairs []py.Pair) error {
	if n := len(pairs); e.proto == 0 || n < 2 || n >= batchSize {
		return e.setAll(n, func(i int) error { return e.savePair(&pairs[i]) })
	}
	e.op(opMark)
	for i := range pairs {
		if err := e.savePair(&pairs[i]); err != nil {
			return err
		}
	}
	e.op(opSetItems)
	return nil
}

func (e *encoder) savePair(p *py.Pair) error {
	if err := e.save(p.Key); err != nil {
		return within(err, ".key")
	}
	if err := e.save(p.Value); err != nil {
		return withinKey(err, p.Key)
	}
	return nil
}

func (e *encoder) saveSet(s *py.Set) error {
	if s == nil {
		e.op(opNone)
		return nil
	}
	id := pointerIdentity(s)
	if e.fetch(id) {
		return nil
	}
	if err := e.enter(s); err != nil {
		return err
	}
	defer e.leave()
	elements := s.Elements()
	if e.proto < 4 {
		return e.reducedSet(classSet, id, elements)
	}
	e.op(opEmptySet)
	e.memoize(id)
	return e.fullBatches(len(elements), opAddItems, func(i int) error { return e.saveElement(elements, i) })
}

func (e *encoder) saveElement(elements []py.Pair, i int) error {
	if err := e.save(elements[i].Key); err != nil {
		return within(err, "{…}")
	}
	return nil
}

func (e *encoder) saveFrozenSet(s *py.FrozenSet) error {
	if s == nil {
		e.op(opNone)
		return nil
	}
	id := pointerIdentity(s)
	if e.fetch(id) {
		return nil
	}
	if err := e.enter(s); err != nil {
		return err
	}
	defer e.leave()
	elements := s.Elements()
	if e.proto < 4 {
		return e.reducedSet(classFrozenSet, id, elements)
	}
	e.op(opMark)
	for i := range elements {
		if err := e.saveElement(elements, i); err != nil {
			return err
		}
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

// reducedSet writes a set for protocols that have no opcode for it: class([elements]).
func (e *encoder) reducedSet(class py.Class, id identity, elements []py.Pair) error {
	if err := e.saveClass(class); err != nil {
		return err
	}
	if e.proto < 2 {
		e.op(opMark)
	}
	e.emptyList()
	e.memoizeAlone()
	if err := e.appendAll(len(elements), func(i int) error { return e.saveElement(elements, i) }); err != nil {
		return err
	}
	e.single()
	e.op(opReduce)
	e.made(id)
	return nil
}

// made memoizes what a reduction has made, unless its arguments held it and so have written it already.
func (e *encoder) made(id identity) (first bool) {
	if i, ok := e.memo.get(id); ok {
		e.op(opPop)
		e.get(i)
		return false
	}
	e.memoize(id)
	return true
}
