package py

// FillWithin stores pairs as [Dict.SetWithin] does one after the other. An empty dict keeps the slice as its own, so that nothing
// is copied.
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
