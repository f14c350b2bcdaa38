package object

import (
	"math"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// setMethod finds a method of Python's set that works on the whole set.
func setMethod(name string) (operation[set], bool) {
	switch name {
	case "copy":
		return none(func(s set) (any, error) { return setUnion(s, nil) })
	case "clear":
		return none(func(s set) (any, error) { return nil, setReplace(s, &py.Set{}) })
	case "pop":
		return none(setPop)
	case "isdisjoint":
		return one(func(s set, v any) (any, error) {
			return setCompare(s, v, func(_, _, common int) bool { return common == 0 })
		})
	case "issubset":
		return one(func(s set, v any) (any, error) {
			return setCompare(s, v, func(own, _, common int) bool { return common == own })
		})
	case "issuperset":
		return one(func(s set, v any) (any, error) {
			return setCompare(s, v, func(_, other, common int) bool { return common == other })
		})
	case "symmetric_difference":
		return one(func(s set, v any) (any, error) { return setSymmetric(s, py.Tuple{v}) })
	case "symmetric_difference_update":
		return one(func(s set, v any) (any, error) { return setUpdate(s, py.Tuple{v}, setSymmetric) })
	}
	combine := map[string]func(set, py.Tuple) (*py.Set, error){"union": setUnion, "intersection": setIntersection, "difference": setDifference,
		"update": setUnion, "intersection_update": setIntersection, "difference_update": setDifference}[name]
	switch {
	case combine == nil:
		return operation[set]{}, false
	case name == "union" || name == "intersection" || name == "difference":
		return operation[set]{style: styleVariadic, max: math.MaxInt, call: func(s set, args py.Tuple) (any, error) { return combine(s, args) }}, true
	}
	return operation[set]{style: styleVariadic, max: math.MaxInt, call: func(s set, args py.Tuple) (any, error) { return setUpdate(s, args, combine) }}, true
}

// setOf returns a set of the elements of an iterable.
func setOf(b *budget, v any) (*py.Set, error) {
	items, err := b.elements(v)
	if err != nil {
		return nil, err
	}
	all := &py.Set{}
	for _, item := range items {
		if err := b.checked(all.AddWithin(item, &b.left)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// own returns a copy of a served set.
func own(s set) (*py.Set, error) {
	items, err := s.items()
	if err != nil {
		return nil, err
	}
	return setOf(s.work(), py.Tuple(items))
}

func setUnion(s set, others py.Tuple) (*py.Set, error) {
	all, err := own(s)
	for i := 0; i < len(others) && err == nil; i++ {
		var items []any
		if items, err = s.work().elements(others[i]); err != nil {
			break
		}
		for _, item := range items {
			if err = s.work().checked(all.AddWithin(item, &s.work().left)); err != nil {
				break
			}
		}
	}
	return all, err
}

func setIntersection(s set, others py.Tuple) (*py.Set, error) {
	return setFilter(s, others, true)
}

func setDifference(s set, others py.Tuple) (*py.Set, error) {
	return setFilter(s, others, false)
}

// setFilter keeps the elements of s that each of the others has, or that none of them has.
func setFilter(s set, others py.Tuple, wanted bool) (*py.Set, error) {
	all, err := own(s)
	for i := 0; i < len(others) && err == nil; i++ {
		var other *py.Set
		if other, err = setOf(s.work(), others[i]); err != nil {
			break
		}
		kept := &py.Set{}
		for item := range all.All() {
			var found bool
			if found, err = other.HasWithin(item, &s.work().left); err == nil && found == wanted {
				err = kept.AddWithin(item, &s.work().left)
			}
			if err = s.work().checked(err); err != nil {
				return nil, err
			}
		}
		all = kept
	}
	return all, err
}

func setSymmetric(s set, others py.Tuple) (*py.Set, error) {
	other, err := setOf(s.work(), others[0])
	if err != nil {
		return nil, err
	}
	left, err := setFilter(s, py.Tuple{other}, false)
	if err != nil {
		return nil, err
	}
	right, err := setFilter(pySet{other, s.work()}, py.Tuple{setView(s)}, false)
	if err != nil {
		return nil, err
	}
	return setUnion(pySet{left, s.work()}, py.Tuple{right})
}

// setView returns the elements of a served set as an iterable.
func setView(s set) any {
	items, err := s.items()
	if err != nil {
		return py.Tuple{}
	}
	return py.Tuple(items)
}

func setUpdate(s set, args py.Tuple, combine func(set, py.Tuple) (*py.Set, error)) (any, error) {
	all, err := combine(s, args)
	if err != nil {
		return nil, err
	}
	return nil, setReplace(s, all)
}

// setReplace gives a served set the elements of another.
func setReplace(s set, with *py.Set) error {
	for item := range with.All() { // first, since one may not fit
		if err := s.add(item); err != nil {
			return err
		}
	}
	items, err := s.items()
	if err != nil {
		return err
	}
	for _, item := range items {
		kept, err := with.HasWithin(item, &s.work().left)
		if err == nil && !kept {
			_, err = s.remove(item)
		}
		if err := s.work().checked(err); err != nil {
			return err
		}
	}
	return nil
}

func setPop(s set) (any, error) {
	items, err := s.items()
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, pyerr.KeyError.New("pop from an empty set")
	}
	_, err = s.remove(items[0])
	return items[0], err
}

// setCompare says something of how many elements a served set and an iterable have, and have in
// common.
func setCompare(s set, v any, say func(own, other, common int) bool) (any, error) {
	other, err := setOf(s.work(), v)
	if err != nil {
		return nil, err
	}
	common, err := setFilter(s, py.Tuple{other}, true)
	if err != nil {
		return nil, err
	}
	return say(s.length(), other.Len(), common.Len()), nil
}

// frozenSet is a frozenset of package py.
type frozenSet struct {
	*py.FrozenSet
	*budget
}

func (s frozenSet) length() int             { return s.Len() }
func (s frozenSet) has(v any) (bool, error) { return s.holds(v) }
func (s frozenSet) add(any) error           { return pyerr.MissingAttribute("frozenset", "add") }
func (s frozenSet) remove(any) (bool, error) {
	return false, pyerr.MissingAttribute("frozenset", "remove")
}
func (s frozenSet) items() ([]any, error) { return collect(s.All()), nil }

func (s frozenSet) holds(v any) (bool, error) {
	all, err := setOf(s.budget, s.FrozenSet)
	if err != nil {
		return false, err
	}
	found, err := all.HasWithin(v, &s.left)
	return found, s.checked(err)
}

// frozenSetOperation finds a method of Python's frozenset.
func frozenSetOperation(name string) (operation[set], bool) {
	switch name {
	case "__contains__", "__len__", "isdisjoint", "issubset", "issuperset":
		return setOperation(name)
	case "copy", "difference", "intersection", "symmetric_difference", "union":
		op, ok := setOperation(name)
		call := op.call
		op.call = func(s set, args py.Tuple) (any, error) {
			made, err := call(s, args)
			all, isSet := made.(*py.Set)
			if err != nil || !isSet {
				return made, err
			}
			return py.NewFrozenSetWithin(&s.work().left, collect(all.All())...)
		}
		return op, ok
	}
	return operation[set]{}, false
}
