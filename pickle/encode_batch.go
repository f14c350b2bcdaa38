package pickle

// batchSize is the number of items after which CPython begins a new batch.
const batchSize = 1000

// Each of the functions here writes n items of a container with the opcodes that put them into it.
// save writes the items from one index up to another.

// appendAll writes the n items of a plain list: one by APPEND, more in batches, the last of which
// may hold one only.
func (e *encoder) appendAll(n int, save func(from, to int) error) error {
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

// setAll writes the n items of a plain dict. Unlike a list's, a last batch that is full is followed
// by an empty one.
func (e *encoder) setAll(n int, save func(from, to int) error) error {
	if e.proto == 0 || n == 1 {
		return e.each(n, opSetItem, save)
	}
	return e.fullBatches(n, opSetItems, save)
}

func (e *encoder) fullBatches(n int, op Opcode, save func(from, to int) error) error {
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

// iterated writes the n items that an iterator of a reduction yields: a last batch of one item is
// written without a mark, and none is empty.
func (e *encoder) iterated(n int, one, many Opcode, save func(from, to int) error) error {
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
		if err := save(from, n); err != nil {
			return err
		}
		e.op(one)
	}
	return nil
}

func (e *encoder) each(n int, op Opcode, save func(from, to int) error) error {
	for i := range n {
		if err := save(i, i+1); err != nil {
			return err
		}
		e.op(op)
	}
	return nil
}

func (e *encoder) batch(from, to int, op Opcode, save func(from, to int) error) error {
	e.op(opMark)
	if err := save(from, to); err != nil {
		return err
	}
	e.op(op)
	return nil
}
