package py

import "slices"

// indexFrom is the number of entries from which a table keeps a hash index; below it a
// scan is quicker than hashing.
const indexFrom = 9

// Pair is a key and its value.
type Pair struct {
	Key, Value any
}

// table is the insertion-ordered hash table under Dict, Set and FrozenSet: a dense slice
// of entries, and over it an open-addressed index that appears once the table has grown past a
// scan.
type table struct {
	entries []Pair
	index   *index // nil while a scan is enough
}

// index finds the entries of a table by their hashes.
type index struct {
	hashes []uint64 // of each entry
	slots  []int32  // position of an entry plus one, 0 for none
}

func (t *table) len() int { return len(t.entries) }

// find returns the position of key and its hash; the position is -1 when it is not there. What it
// takes to find out is taken off work, if that is not nil.
func (t *table) find(key any, work *int64) (at int, hash uint64, err error) {
	if t.index == nil {
		at, err = t.scan(key, work)
		return at, 0, err
	}
	hash, err = hashWithin(key, work)
	if err != nil {
		return -1, 0, err
	}
	mask := uint64(len(t.index.slots) - 1)
	for slot := hash & mask; ; slot = (slot + 1) & mask {
		i := t.index.slots[slot]
		if i == 0 {
			return -1, hash, nil
		}
		if t.index.hashes[i-1] != hash {
			continue
		}
		same, err := equalWithin(t.entries[i-1].Key, key, work)
		if err != nil {
			return -1, 0, err
		}
		if same {
			return int(i - 1), hash, nil
		}
	}
}

func (t *table) scan(key any, work *int64) (at int, err error) {
	if s, ok := key.(string); ok {
		return t.scanText(s, work)
	}
	if work == nil {
		err = hashable(key)
	} else {
		_, err = hashWithin(key, work)
	}
	if err != nil {
		return -1, err
	}
	for i := range t.entries {
		same, err := equalWithin(t.entries[i].Key, key, work)
		if err != nil {
			return -1, err
		}
		if same {
			return i, nil
		}
	}
	return -1, nil
}

func (t *table) scanText(key string, work *int64) (at int, err error) {
	looked := 1
	for i := range t.entries {
		k, ok := t.entries[i].Key.(string)
		if !ok {
			continue
		}
		if k == key {
			return i, charge(work, looked+textWork(k, key))
		}
		looked += textWork(k, key)
	}
	return -1, charge(work, looked)
}

// put stores the value under key. As in Python, an equal key that is there already stays
// itself and only its value changes.
func (t *table) put(key, value any, work *int64) error {
	at, hash, err := t.find(key, work)
	if err != nil {
		return err
	}
	if at >= 0 {
		t.entries[at].Value = value
		return nil
	}
	t.entries = append(t.entries, Pair{key, value})
	if t.index == nil {
		if len(t.entries) >= indexFrom {
			return t.reindex()
		}
		return nil
	}
	t.index.hashes = append(t.index.hashes, hash)
	if len(t.entries)*3 > len(t.index.slots)*2 {
		return t.reindex()
	}
	t.place(len(t.entries)-1, hash)
	return nil
}

func (t *table) place(entry int, hash uint64) {
	mask := uint64(len(t.index.slots) - 1)
	slot := hash & mask
	for t.index.slots[slot] != 0 {
		slot = (slot + 1) & mask
	}
	t.index.slots[slot] = int32(entry + 1)
}

// reindex builds the index anew with room to double.
func (t *table) reindex() error {
	size := 32
	for size < len(t.entries)*3 {
		size *= 2
	}
	made := t.index
	if made == nil {
		made = &index{hashes: make([]uint64, 0, cap(t.entries))}
	}
	for i := len(made.hashes); i < len(t.entries); i++ {
		h, err := Hash(t.entries[i].Key)
		if err != nil {
			return err
		}
		made.hashes = append(made.hashes, h)
	}
	made.slots = make([]int32, size)
	t.index = made
	for i, h := range t.index.hashes {
		t.place(i, h)
	}
	return nil
}

// remove takes the entry at position at out and keeps the order of the others.
func (t *table) remove(at int) {
	t.entries = append(t.entries[:at:at], t.entries[at+1:]...)
	if t.index == nil {
		return
	}
	t.index.hashes = append(t.index.hashes[:at:at], t.index.hashes[at+1:]...)
	clear(t.index.slots)
	for i, h := range t.index.hashes {
		t.place(i, h)
	}
}

// clone returns a table of the same entries that can be changed on its own.
func (t *table) clone() table {
	c := table{entries: slices.Clone(t.entries)}
	if t.index != nil {
		c.index = &index{hashes: slices.Clone(t.index.hashes), slots: slices.Clone(t.index.slots)}
	}
	return c
}

// keyList returns the keys in a slice of their own.
func (t *table) keyList() []any {
	keys := make([]any, len(t.entries))
	for i := range t.entries {
		keys[i] = t.entries[i].Key
	}
	return keys
}
