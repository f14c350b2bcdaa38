package object

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// sequence is what served slices, lists and tuples, text and bytes have in common.
type sequence interface {
	length() int
	// at returns the item at an index that is in range.
	at(i int) (any, error)
	// all returns the items, in a slice that is not to be changed.
	all() ([]any, error)
	// some returns a sequence of the same type that holds the items at these indexes.
	some(where span) (any, error)
}

// mutableSequence is a sequence that can be changed: a list.
type mutableSequence interface {
	sequence
	// splice puts added in the place of the items from one index up to another.
	splice(from, to int, added []any) error
	// put puts items in the place of those at these indexes, which are as many.
	put(where span, items []any) error
	// drop takes the items at these indexes out.
	drop(where span) error
	reverse() error

	work() *budget
	same(a, b any) (bool, error)
	elements(v any) ([]any, error)
	indexOf(items []any, v any) (int, error)
}

// maxReprInError is how many bytes of a value an error shows.
const maxReprInError = 10_000

// listOperation finds a method of Python's list.
func listOperation(name string) (operation[mutableSequence], bool) {
	type list = mutableSequence
	switch name {
	case "__getitem__":
		return one(func(l list, index any) (any, error) { return sequenceItem(l, "list", index, pyerr.Version{}) })
	case "__setitem__":
		return wrapper(2, func(l list, args py.Tuple) (any, error) { return nil, listSetItem(l, args[0], args[1]) })
	case "__delitem__":
		return wrapper(1, func(l list, args py.Tuple) (any, error) { return nil, listDelItem(l, args[0]) })
	case "__contains__":
		return wrapper(1, func(l list, args py.Tuple) (any, error) {
			i, err := listFind(l, args[0])
			return i >= 0, err
		})
	case "__len__":
		return wrapper(0, func(l list, _ py.Tuple) (any, error) { return int64(l.length()), nil })
	case "append":
		return one(func(l list, v any) (any, error) { return nil, l.splice(l.length(), l.length(), []any{v}) })
	case "extend":
		return one(func(l list, more any) (any, error) {
			added, err := l.elements(more)
			if err != nil {
				return nil, err
			}
			return nil, l.splice(l.length(), l.length(), added)
		})
	case "insert":
		return between(2, 2, listInsert)
	case "pop":
		return between(0, 1, listPop)
	case "remove":
		return one(listRemove)
	case "clear":
		return none(func(l list) (any, error) { return nil, l.splice(0, l.length(), nil) })
	case "reverse":
		return none(func(l list) (any, error) { return nil, l.reverse() })
	case "copy":
		return none(func(l list) (any, error) {
			items, err := l.all()
			return py.NewList(slices.Clone(items)...), err
		})
	case "index":
		return between(1, 3, listIndex)
	case "sort":
		return operation[list]{
			style: styleKeyword,
			call:  func(l list, _ py.Tuple) (any, error) { return listSort(l, &py.Dict{}, pyerr.Version{}) },
			named: func(l list, _ py.Tuple, kwargs *py.Dict, python pyerr.Version) (any, error) {
				return listSort(l, kwargs, python)
			},
		}, true
	case "count":
		return one(func(l list, v any) (any, error) { return count(l, v) }) //nolint:gocritic // count takes another interface
	}
	return operation[mutableSequence]{}, false
}

// indexOf returns the index of the first item that equals v, or -1.
func (b *budget) indexOf(items []any, v any) (int, error) {
	for i, item := range items {
		equal, err := b.same(item, v)
		if err != nil {
			return -1, err
		}
		if equal {
			return i, nil
		}
	}
	return -1, nil
}

// indexWithin returns the index of the first item that equals the first argument, from the second
// on and before the third where these are given, or -1. It mirrors list.index and tuple.index.
func (b *budget) indexWithin(items []any, args py.Tuple) (int, error) {
	bounds := [2]int{0, len(items)}
	for i, arg := range args[1:] {
		var err error
		if bounds[i], err = clampedIndex(arg, len(items)); err != nil {
			return -1, pyerr.TypeError.New("slice indices must be integers or have an __index__ method")
		}
	}
	from, to := bounds[0], max(bounds[0], bounds[1])
	i, err := b.indexOf(items[from:to], args[0])
	if i < 0 {
		return -1, err
	}
	return from + i, nil
}

func listFind(l mutableSequence, v any) (int, error) {
	items, err := l.all()
	if err != nil {
		return -1, err
	}
	return l.indexOf(items, v)
}

func listRemove(l mutableSequence, v any) (any, error) {
	i, err := listFind(l, v)
	if err == nil && i < 0 {
		err = pyerr.ValueError.New("list.remove(x): x not in list")
	}
	if err != nil {
		return nil, err
	}
	return nil, l.splice(i, i+1, nil)
}

func count(l mutableSequence, v any) (any, error) {
	items, err := l.all()
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for _, item := range items {
		equal, err := l.same(item, v)
		if err != nil {
			return nil, err
		}
		if equal {
			n++
		}
	}
	return n, nil
}

func listSetItem(l mutableSequence, index, v any) error {
	if o, ok := sliceObject(index); ok {
		where, err := sliceSpan(o, l.length())
		if err != nil {
			return err
		}
		added, err := l.elements(v)
		if errors.Is(err, pyerr.RuntimeError) {
			return err
		}
		if err != nil {
			return pyerr.TypeError.New("can only assign an iterable")
		}
		return assignSlice(l, o, where, added)
	}
	i, err := position(l, "list", "list assignment", index, pyerr.Version{})
	if err != nil {
		return err
	}
	return l.put(span{i, 1, 1}, []any{v})
}

// assignSlice is l[a:b:c] = added.
func assignSlice(l mutableSequence, o *py.Object, where span, added []any) error {
	if step := plainBool(o.Args[2]); step == nil || step == any(int64(1)) {
		start, _, _, _ := sliceBounds(o, l.length()) // cannot fail: the indexes were found
		return l.splice(start, start+where.n, added)
	}
	if len(added) != where.n {
		return pyerr.ValueError.New(fmt.Sprintf("attempt to assign sequence of size %d to extended slice of size %d", len(added), where.n))
	}
	return l.put(where, added)
}

func listDelItem(l mutableSequence, index any) error {
	if o, ok := sliceObject(index); ok {
		where, err := sliceSpan(o, l.length())
		if err != nil {
			return err
		}
		return l.drop(where)
	}
	i, err := position(l, "list", "list assignment", index, pyerr.Version{})
	if err != nil {
		return err
	}
	return l.splice(i, i+1, nil)
}

func listInsert(l mutableSequence, args py.Tuple) (any, error) {
	i, err := clampedIndex(args[0], l.length())
	if err != nil {
		return nil, err
	}
	return nil, l.splice(i, i, args[1:])
}

func listPop(l mutableSequence, args py.Tuple) (any, error) {
	n := l.length()
	i := n - 1
	if len(args) == 1 {
		index, err := indexNumber(args[0])
		if err != nil {
			return nil, err
		}
		if i = index; i < 0 {
			i += n
		}
	}
	switch {
	case n == 0:
		return nil, pyerr.IndexError.New("pop from empty list")
	case i < 0 || i >= n:
		return nil, pyerr.IndexError.New("pop index out of range")
	}
	v, err := l.at(i)
	if err != nil {
		return nil, err
	}
	return v, l.splice(i, i+1, nil)
}

// listIndex is index(value[, start[, stop]]).
func listIndex(l mutableSequence, args py.Tuple) (any, error) {
	items, err := l.all()
	if err != nil {
		return nil, err
	}
	i, err := l.work().indexWithin(items, args)
	switch {
	case err != nil:
		return nil, err
	case i >= 0:
		return int64(i), nil
	}
	return nil, pyerr.ValueError.New(py.Repr(args[0], py.WithReprLength(maxReprInError)) + " is not in list")
}
