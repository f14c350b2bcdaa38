package goagent

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/py"
)

// sequence is what served slices, lists and tuples, text and bytes have in common.
type sequence interface {
	length() int
	// at returns the item at an index that is in range.
	at(i int) (any, error)
	items() ([]any, error)
	// some returns a sequence of the same type that holds the items at these indexes.
	some(indexes []int) (any, error)
}

// mutableSequence is a sequence that can be changed: a list.
type mutableSequence interface {
	sequence
	setAt(i int, v any) error
	// replace makes items the whole content.
	replace(items []any) error
}

// listOperation finds a method of Python's list.
func listOperation(name string) (operation[mutableSequence], bool) {
	type list = mutableSequence
	switch name {
	case "__getitem__":
		return one(func(l list, index any) (any, error) { return sequenceItem(l, "list", index, pythonVersion{}) })
	case "__setitem__":
		return wrapper(2, func(l list, args py.Tuple) (any, error) { return nil, listSetItem(l, args[0], args[1]) })
	case "__delitem__":
		return wrapper(1, func(l list, args py.Tuple) (any, error) { return nil, listDelItem(l, args[0]) })
	case "__contains__":
		return wrapper(1, func(l list, args py.Tuple) (any, error) {
			i, err := indexOf(l, args[0])
			return i >= 0, err
		})
	case "__len__":
		return wrapper(0, func(l list, _ py.Tuple) (any, error) { return int64(l.length()), nil })
	case "append":
		return one(func(l list, v any) (any, error) {
			return nil, edit(l, func(items []any) ([]any, error) { return append(items, v), nil })
		})
	case "extend":
		return one(func(l list, more any) (any, error) {
			return nil, edit(l, func(items []any) ([]any, error) {
				added, err := elements(more)
				return append(items, added...), err
			})
		})
	case "insert":
		return between(2, 2, listInsert)
	case "pop":
		return between(0, 1, listPop)
	case "remove":
		return one(func(l list, v any) (any, error) {
			return nil, edit(l, func(items []any) ([]any, error) {
				i, err := indexOf(l, v)
				if err == nil && i < 0 {
					err = ValueError.New("list.remove(x): x not in list")
				}
				if err != nil {
					return nil, err
				}
				return slices.Delete(items, i, i+1), nil
			})
		})
	case "clear":
		return none(func(l list) (any, error) { return nil, l.replace(nil) })
	case "reverse":
		return none(func(l list) (any, error) {
			return nil, edit(l, func(items []any) ([]any, error) {
				slices.Reverse(items)
				return items, nil
			})
		})
	case "copy":
		return none(func(l list) (any, error) {
			items, err := l.items()
			return py.NewList(slices.Clone(items)...), err
		})
	case "index":
		return between(1, 3, listIndex)
	case "count":
		return one(func(l list, v any) (any, error) { return count(l, v) })
	}
	return operation[mutableSequence]{}, false
}

// edit changes a list as a whole.
func edit(l mutableSequence, change func(items []any) ([]any, error)) error {
	items, err := l.items()
	if err != nil {
		return err
	}
	if items, err = change(slices.Clone(items)); err != nil {
		return err
	}
	return l.replace(items)
}

func indexOf(s sequence, v any) (int, error) {
	items, err := s.items()
	if err != nil {
		return -1, err
	}
	return slices.IndexFunc(items, func(item any) bool { return same(item, v) }), nil
}

func count(s sequence, v any) (any, error) {
	items, err := s.items()
	n := int64(0)
	for _, item := range items {
		if same(item, v) {
			n++
		}
	}
	return n, err
}

func listSetItem(l mutableSequence, index, v any) error {
	if o, ok := sliceObject(index); ok {
		indexes, err := sliceIndexes(o, l.length())
		if err != nil {
			return err
		}
		added, err := elements(v)
		if err != nil {
			return TypeError.New("can only assign an iterable")
		}
		return edit(l, func(items []any) ([]any, error) { return assignSlice(items, o, indexes, added) })
	}
	i, err := position(l, "list", "list assignment", index, pythonVersion{})
	if err != nil {
		return err
	}
	return l.setAt(i, v)
}

// assignSlice is items[a:b:c] = added.
func assignSlice(items []any, o *py.Object, indexes []int, added []any) ([]any, error) {
	if o.Args[2] == nil || same(o.Args[2], int64(1)) {
		start, _, _, _ := sliceBounds(o, len(items)) // cannot fail: the indexes were found
		return slices.Replace(items, start, start+len(indexes), added...), nil
	}
	if len(added) != len(indexes) {
		return nil, ValueError.New(fmt.Sprintf("attempt to assign sequence of size %d to extended slice of size %d", len(added), len(indexes)))
	}
	for n, i := range indexes {
		items[i] = added[n]
	}
	return items, nil
}

func listDelItem(l mutableSequence, index any) error {
	var doomed []int
	if o, ok := sliceObject(index); ok {
		var err error
		if doomed, err = sliceIndexes(o, l.length()); err != nil {
			return err
		}
	} else {
		i, err := position(l, "list", "list assignment", index, pythonVersion{})
		if err != nil {
			return err
		}
		doomed = []int{i}
	}
	return edit(l, func(items []any) ([]any, error) {
		drop := make([]bool, len(items))
		for _, i := range doomed {
			drop[i] = true
		}
		kept := items[:0]
		for i, item := range items {
			if !drop[i] {
				kept = append(kept, item)
			}
		}
		return kept, nil
	})
}

func listInsert(l mutableSequence, args py.Tuple) (any, error) {
	i, err := clampedIndex(args[0], l.length())
	if err != nil {
		return nil, err
	}
	return nil, edit(l, func(items []any) ([]any, error) { return slices.Insert(items, i, args[1]), nil })
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
		return nil, IndexError.New("pop from empty list")
	case i < 0 || i >= n:
		return nil, IndexError.New("pop index out of range")
	}
	v, err := l.at(i)
	if err != nil {
		return nil, err
	}
	return v, edit(l, func(items []any) ([]any, error) { return slices.Delete(items, i, i+1), nil })
}

// listIndex is index(value[, start[, stop]]).
func listIndex(l mutableSequence, args py.Tuple) (any, error) {
	items, err := l.items()
	if err != nil {
		return nil, err
	}
	bounds := [2]int{0, len(items)}
	for i, arg := range args[1:] {
		if bounds[i], err = clampedIndex(arg, len(items)); err != nil {
			return nil, TypeError.New("slice indices must be integers or have an __index__ method")
		}
	}
	for i := bounds[0]; i < bounds[1]; i++ {
		if same(items[i], args[0]) {
			return int64(i), nil
		}
	}
	return nil, ValueError.New(py.Repr(args[0]) + " is not in list")
}

// pyList is a list of package py.
type pyList struct{ *py.List }

func (l pyList) length() int               { return l.Len() }
func (l pyList) at(i int) (any, error)     { return l.Items[i], nil }
func (l pyList) items() ([]any, error)     { return l.Items, nil }
func (l pyList) setAt(i int, v any) error  { l.Items[i] = v; return nil }
func (l pyList) replace(items []any) error { l.Items = items; return nil }

func (l pyList) some(indexes []int) (any, error) { return py.NewList(pick(l.Items, indexes)...), nil }

// goList is a slice or an array of Go.
type goList struct {
	v reflect.Value
	// store keeps a new slice where the old one came from; nil when it cannot be kept.
	store func(reflect.Value) error
}

func (l goList) length() int { return l.v.Len() }

func (l goList) at(i int) (any, error) { return toGraph(l.v.Index(i).Interface()) }

func (l goList) items() ([]any, error) {
	items := make([]any, l.v.Len())
	for i := range items {
		var err error
		if items[i], err = l.at(i); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func (l goList) some(indexes []int) (any, error) {
	items := make([]any, len(indexes))
	for n, i := range indexes {
		var err error
		if items[n], err = l.at(i); err != nil {
			return nil, err
		}
	}
	return py.NewList(items...), nil
}

func (l goList) setAt(i int, v any) error {
	item := l.v.Index(i)
	if !item.CanSet() {
		return TypeError.New("the list cannot be changed")
	}
	changed := reflect.New(item.Type()).Elem()
	if err := take(changed, v); err != nil {
		return argumentError("__setitem__", "value", err)
	}
	item.Set(changed)
	return nil
}

func (l goList) replace(items []any) error {
	if l.store == nil || l.v.Kind() != reflect.Slice {
		return TypeError.New("the length of the list cannot be changed")
	}
	changed := reflect.MakeSlice(l.v.Type(), len(items), len(items))
	for i, item := range items {
		if err := take(changed.Index(i), item); err != nil {
			return argumentError("list", fmt.Sprintf("item %d", i), err)
		}
	}
	return l.store(changed)
}

func pick(items []any, indexes []int) []any {
	picked := make([]any, len(indexes))
	for n, i := range indexes {
		picked[n] = items[i]
	}
	return picked
}

// position returns the place of an item; what names the sequence in the IndexError.
func position(s sequence, typ, what string, index any, python pythonVersion) (int, error) {
	i, err := sequenceIndex(index, typ, python)
	if err != nil {
		return 0, err
	}
	if i < 0 {
		i += s.length()
	}
	if i < 0 || i >= s.length() {
		if what == "bytes" {
			return 0, IndexError.New("index out of range")
		}
		return 0, IndexError.New(what + " index out of range")
	}
	return i, nil
}

// sequenceIndex converts an index as sequences do in Python (Objects/listobject.c, list_subscript and its like).
func sequenceIndex(index any, typ string, python pythonVersion) (int, error) {
	switch v := plainBool(index).(type) {
	case int64:
		return int(v), nil
	case *big.Int:
		return 0, IndexError.New("cannot fit 'int' into an index-sized integer")
	}
	switch typ {
	case "str":
		text := "string indices must be integers"
		if python.atLeast(11) {
			text += ", not '" + py.TypeName(index) + "'"
		}
		return 0, TypeError.New(text)
	case "bytes":
		typ = "byte"
	}
	return 0, TypeError.New(fmt.Sprintf("%s indices must be integers or slices, not %s", typ, py.TypeName(index)))
}

// indexNumber converts an argument that counts items (Objects/abstract.c, PyNumber_AsSsize_t).
func indexNumber(v any) (int, error) {
	switch n := plainBool(v).(type) {
	case int64:
		return int(n), nil
	case *big.Int:
		return 0, OverflowError.New("Python int too large to convert to C ssize_t")
	}
	return 0, TypeError.New(fmt.Sprintf("'%s' object cannot be interpreted as an integer", py.TypeName(v)))
}

func plainBool(v any) any {
	if _, ok := v.(bool); ok {
		return plainNumber(v)
	}
	return v
}

// clampedIndex brings an index into 0…n, as insert and slices do.
func clampedIndex(v any, n int) (int, error) {
	if b, ok := v.(*big.Int); ok {
		if b.Sign() < 0 {
			return 0, nil
		}
		return n, nil
	}
	i, err := indexNumber(v)
	if i < 0 {
		i = max(i+n, 0)
	}
	return min(i, n), err
}
