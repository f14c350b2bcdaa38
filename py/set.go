package py

import "iter"

// Set is a Python set. Unlike Python's it keeps the order in which elements came, so that what was
// read is written in the same order. Its identity is its pointer; the zero value is an empty set. A
// Set is not safe for concurrent use while it is changed.
type Set struct {
	t table
}

// NewSet returns a set of the given elements, of equal ones the first. It fails with an
// *[UnhashableError] when an element has no hash.
func NewSet(elements ...any) (*Set, error) {
	s := &Set{}
	for _, e := range elements {
		if err := s.Add(e); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Add puts the element into the set unless an equal one is there. It fails with an
// *[UnhashableError] when the element has no hash.
func (s *Set) Add(element any) error { return s.t.put(element, nil, nil) }

// AddWithin is [Set.Add] for an element from a source that is not trusted. Each value that it looks
// at, to hash and compare the element, is taken off work. It fails with [ErrTooComplex] when work
// is used up.
func (s *Set) AddWithin(element any, work *int64) error { return s.t.put(element, nil, work) }

// Delete removes the element and reports whether it was there. It takes time in proportion to the
// size of the set.
func (s *Set) Delete(element any) bool {
	at, _, err := s.t.find(element, nil)
	if err != nil || at < 0 {
		return false
	}
	s.t.remove(at)
	return true
}

// HasWithin is [Set.Has] for an element from a source that is not trusted, as [Set.AddWithin] is
// for [Set.Add]. It fails with an *[UnhashableError] when the element has no hash.
func (s *Set) HasWithin(element any, work *int64) (bool, error) {
	at, _, err := s.t.find(element, work)
	return err == nil && at >= 0, err
}

// DeleteWithin is [Set.Delete] for an element from a source that is not trusted, as [Set.AddWithin]
// is for [Set.Add]. It fails with an *[UnhashableError] when the element has no hash.
func (s *Set) DeleteWithin(element any, work *int64) (found bool, err error) {
	at, _, err := s.t.find(element, work)
	if err != nil || at < 0 {
		return false, err
	}
	s.t.remove(at)
	return true, nil
}

// Has reports whether an equal element is in the set.
func (s *Set) Has(element any) bool { return s.t.has(element) }

// Len returns the number of elements.
func (s *Set) Len() int { return s.t.len() }

// All yields the elements in the order in which they came.
func (s *Set) All() iter.Seq[any] { return s.t.keys() }

// Elements returns the elements in the order in which they came, as the keys of pairs without
// values. The slice is the set's own: it must not be changed, and is good until the set changes.
func (s *Set) Elements() []Pair { return s.t.entries }

// FrozenSet is a Python frozenset, in the order in which its elements came. Its identity is its
// pointer.
type FrozenSet struct {
	t table
}

// NewFrozenSet returns a frozenset of the given elements, of equal ones the first. It fails with an
// *[UnhashableError] when an element has no hash.
func NewFrozenSet(elements ...any) (*FrozenSet, error) {
	return NewFrozenSetWithin(nil, elements...)
}

// NewFrozenSetWithin is [NewFrozenSet] for elements from a source that is not trusted. Each value
// that it looks at, to hash and compare them, is taken off work. It fails with [ErrTooComplex] when
// work is used up.
func NewFrozenSetWithin(work *int64, elements ...any) (*FrozenSet, error) {
	s := &FrozenSet{}
	for _, e := range elements {
		if err := s.t.put(e, nil, work); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Has reports whether an equal element is in the set.
func (s *FrozenSet) Has(element any) bool { return s.t.has(element) }

// Len returns the number of elements.
func (s *FrozenSet) Len() int { return s.t.len() }

// All yields the elements in the order in which they came.
func (s *FrozenSet) All() iter.Seq[any] { return s.t.keys() }

// Elements returns the elements as [Set.Elements] does.
func (s *FrozenSet) Elements() []Pair { return s.t.entries }

func (t *table) has(key any) bool {
	at, _, err := t.find(key, nil)
	return err == nil && at >= 0
}

func (t *table) keys() iter.Seq[any] {
	return func(yield func(any) bool) {
		for i := range t.entries {
			if !yield(t.entries[i].Key) {
				return
			}
		}
	}
}
