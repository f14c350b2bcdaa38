package pickle

import "math"

// noRef marks an empty memo entry.
const noRef ref = math.MaxUint32

// memoSlack is how far beyond twice its entries the dense part of a memo reaches.
const memoSlack = 64

// decodeMemo is the memo of a stack machine. Indexes that follow each other stand in a slice; one
// that lies far out goes to a map, so that it takes no more memory than any other.
type decodeMemo struct {
	dense  []ref
	sparse map[uint64]ref
	count  int64
}

func (m *decodeMemo) reset() {
	m.dense = m.dense[:0]
	m.sparse = nil
	m.count = 0
}

func (m *decodeMemo) get(index uint64) (ref, bool) {
	if index < uint64(len(m.dense)) {
		if r := m.dense[index]; r != noRef {
			return r, true
		}
	}
	r, ok := m.sparse[index]
	return r, ok
}

func (m *decodeMemo) put(index uint64, r ref) {
	if index == uint64(len(m.dense)) && m.sparse == nil {
		m.dense = append(m.dense, r)
		m.count++
		return
	}
	if _, there := m.get(index); !there {
		m.count++
	}
	if index > uint64(2*m.count+memoSlack) && index >= uint64(len(m.dense)) {
		if m.sparse == nil {
			m.sparse = make(map[uint64]ref)
		}
		m.sparse[index] = r
		return
	}
	for index >= uint64(len(m.dense)) {
		m.dense = append(m.dense, noRef)
	}
	m.dense[index] = r
}

// all yields the indexes and refs of all entries.
func (m *decodeMemo) all(yield func(uint64, ref) bool) {
	for i, r := range m.dense {
		if r != noRef && !yield(uint64(i), r) {
			return
		}
	}
	for i, r := range m.sparse {
		if (i >= uint64(len(m.dense)) || m.dense[i] == noRef) && !yield(i, r) {
			return
		}
	}
}

// carriedMemo is what the memo of a stream holds from earlier pickles.
type carriedMemo struct {
	values map[uint64]any
	firsts firstObjects
}

// get puts a value of an earlier pickle on the tape of this one.
func (c *carriedMemo) get(m *machine, index uint64) (ref, bool) {
	v, ok := c.values[index]
	if !ok {
		return 0, false
	}
	m.foreign = append(m.foreign, v)
	r := m.tape.add(node{kind: nodeForeign, flags: flagShared, at: uint32(m.at), v: uint64(len(m.foreign) - 1)})
	m.memo.count-- // the entry is counted already
	m.memo.put(index, r)
	return r, true
}

// keep takes over what a pickle has put into its memo.
func (c *carriedMemo) keep(m *machine, g *graph) {
	m.firsts.leave()
	c.firsts = m.firsts
	for index, r := range m.memo.all {
		c.values[index] = g.values[r]
	}
}
