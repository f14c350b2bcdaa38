package pickle

import "math"

// noRef marks an empty memo entry.
const noRef ref = math.MaxUint32

// memoSlack is how far beyond twice its entries the dense part of a memo reaches.
const memoSlack = 64

// decodeMemo is the memo of a stack machine. Indexes that follow each other stand in a slice; one that lies far out
// goes to a map, so that it takes no more memory than any other.
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
