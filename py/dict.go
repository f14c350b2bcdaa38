package py

import "iter"

// Dict is a Python dict: it keeps the order of insertion and compares keys as Python does, so 1,
// 1.0 and True are one key. Its identity is its pointer; the zero value is an empty dict. A Dict is
// not safe for concurrent use while it is changed.
type Dict struct {
	t table
}

// NewDict returns a dict of the given pairs in their order; of equal keys the last value wins. It
// fails with an *[UnhashableError] when a key has no hash.
func NewDict(pairs ...Pair) (*Dict, error) {
	d := &Dict{}
	d.Grow(len(pairs))
	for _, p := range pairs {
		if err := d.Set(p.Key, p.Value); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Item is a pair whose key is a str.
type Item struct {
	Key   string
	Value any
}

// StrDict returns a dict of the given items in their order. It cannot fail, since every str has a
// hash.
func StrDict(items ...Item) *Dict {
	d := &Dict{}
	d.Grow(len(items))
	for _, it := range items {
		_ = d.t.put(it.Key, it.Value, nil) // a string always has a hash
	}
	return d
}

// Grow makes room for n more pairs.
func (d *Dict) Grow(n int) {
	if free := cap(d.t.entries) - len(d.t.entries); free < n {
		entries := make([]Pair, len(d.t.entries), len(d.t.entries)+n)
		copy(entries, d.t.entries)
		d.t.entries = entries
	}
}

// Len returns the number of pairs.
func (d *Dict) Len() int { return d.t.len() }

// Set stores the value under key; a key equal to one that is there keeps the old key and its place.
// It fails with an *[UnhashableError] when the key has no hash.
func (d *Dict) Set(key, value any) error { return d.t.put(key, value, nil) }

// SetWithin is [Dict.Set] for a key from a source that is not trusted. Each value that it looks at,
// to hash and compare the key, is taken off work. It fails with [ErrTooComplex] when work is used
// up.
func (d *Dict) SetWithin(key, value any, work *int64) error { return d.t.put(key, value, work) }

// Get returns the value under key and whether there is one; an unhashable key is never there.
func (d *Dict) Get(key any) (any, bool) {
	at, _, err := d.t.find(key, nil)
	if err != nil || at < 0 {
		return nil, false
	}
	return d.t.entries[at].Value, true
}

// GetWithin is [Dict.Get] for a key from a source that is not trusted, as [Dict.SetWithin] is for
// [Dict.Set]. It fails with an *[UnhashableError] when the key has no hash.
func (d *Dict) GetWithin(key any, work *int64) (value any, found bool, err error) {
	at, _, err := d.t.find(key, work)
	if err != nil || at < 0 {
		return nil, false, err
	}
	return d.t.entries[at].Value, true, nil
}

// DeleteWithin is [Dict.Delete] for a key from a source that is not trusted, as [Dict.SetWithin] is
// for [Dict.Set]. It fails with an *[UnhashableError] when the key has no hash.
func (d *Dict) DeleteWithin(key any, work *int64) (found bool, err error) {
	at, _, err := d.t.find(key, work)
	if err != nil || at < 0 {
		return false, err
	}
	d.t.remove(at)
	return true, nil
}

// Delete removes the key and reports whether it was there. It takes time in proportion to the size
// of the dict.
func (d *Dict) Delete(key any) bool {
	at, _, err := d.t.find(key, nil)
	if err != nil || at < 0 {
		return false
	}
	d.t.remove(at)
	return true
}

// Clear removes all pairs, and keeps their memory for others: the dict must not be iterated over
// meanwhile.
func (d *Dict) Clear() {
	clear(d.t.entries)
	d.t.entries, d.t.index = d.t.entries[:0], nil
}

// All yields the pairs in the order of insertion.
func (d *Dict) All() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		for _, p := range d.t.entries {
			if !yield(p.Key, p.Value) {
				return
			}
		}
	}
}

// Pairs returns the pairs in the order of insertion. The slice is the dict's own: it must not be
// changed, and is good until the dict changes.
func (d *Dict) Pairs() []Pair { return d.t.entries }
