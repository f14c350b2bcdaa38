package py

import "github.com/pizco-go/pizco/internal/raw"

// FillWithin stores pairs as [Dict.SetWithin] does one after the other. An empty dict keeps the
// slice as its own, so that nothing is copied.
func (d *Dict) FillWithin(pairs []Pair, work *int64) error {
	if len(pairs) == 0 {
		return nil
	}
	if len(d.t.entries) > 0 {
		return d.put(pairs, work)
	}
	if len(pairs) < indexFrom && distinctStrings(pairs) {
		d.t.entries = pairs[:len(pairs):len(pairs)]
		return nil
	}
	d.t.entries = pairs[:0:len(pairs)] // what is put is never beyond what was read
	return d.put(pairs, work)
}

// FillLike is [Dict.FillWithin] for pairs that may have the very keys of another dict, or nil,
// which it takes to be distinct without comparing them.
func (d *Dict) FillLike(other *Dict, pairs []Pair, work *int64) error {
	if other != nil && len(d.t.entries) == 0 && len(pairs) > 0 && len(pairs) < indexFrom && sameKeys(other.t.entries, pairs) {
		d.t.entries = pairs[:len(pairs):len(pairs)]
		return nil
	}
	return d.FillWithin(pairs, work)
}

// sameKeys reports whether the keys of two slices are the same strings in memory.
func sameKeys(a, b []Pair) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		s, isString := a[i].Key.(string)
		t, areStrings := b[i].Key.(string)
		if !isString || !areStrings || len(s) != len(t) || raw.OfString(s) != raw.OfString(t) {
			return false
		}
	}
	return true
}

func (d *Dict) put(pairs []Pair, work *int64) error {
	for _, p := range pairs {
		if err := d.t.put(p.Key, p.Value, work); err != nil {
			return err
		}
	}
	return nil
}

// distinctStrings reports whether all keys are strings, each another one.
func distinctStrings(pairs []Pair) bool {
	for i := range pairs {
		a, ok := pairs[i].Key.(string)
		if !ok {
			return false
		}
		for j := range i {
			if b, _ := pairs[j].Key.(string); a == b {
				return false
			}
		}
	}
	return true
}
