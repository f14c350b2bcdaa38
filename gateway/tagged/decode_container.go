package tagged

import (
	"github.com/pizco-go/pizco/py"
)

// readContainer reads the content of a tag that holds other values.
type readContainer func(r *Reader, content any, define func(any)) (any, error)

// container returns what reads a tag that holds other values or names a class, or nil.
func container(name string) readContainer {
	switch name {
	case tagTuple:
		return (*Reader).tuple
	case tagSet:
		return (*Reader).set
	case tagFrozenSet:
		return (*Reader).frozenSet
	case tagDict:
		return (*Reader).dict
	case tagOrderedDict:
		return (*Reader).orderedDict
	case tagSlice:
		return (*Reader).slice
	case tagTime:
		return (*Reader).time
	case tagDateTime:
		return (*Reader).dateTime
	case tagClass:
		return (*Reader).class
	case tagObject:
		return (*Reader).pyObject
	}
	return nil
}

func (r *Reader) tuple(content any, define func(any)) (any, error) {
	list, ok := content.(*py.List)
	if !ok {
		return nil, tagError(errWant("an array"))
	}
	if err := r.spend(slotSize * list.Len()); err != nil {
		return nil, err
	}
	out := make(py.Tuple, list.Len())
	defined(define, out)
	return out, r.fill(out, list)
}

func (r *Reader) set(content any, define func(any)) (any, error) {
	out := &py.Set{}
	defined(define, out)
	elements, err := r.elements(content)
	if err != nil {
		return nil, err
	}
	if err := r.spend(dictSize + entrySize*len(elements)); err != nil {
		return nil, err
	}
	for _, element := range elements {
		if err := out.AddWithin(element, &r.work); err != nil {
			return nil, tagError(err)
		}
	}
	if out.Len() != len(elements) {
		return nil, tagError(errWant("elements that differ"))
	}
	return out, nil
}

// frozenSet cannot be referred to before all its elements are there.
func (r *Reader) frozenSet(content any, define func(any)) (any, error) {
	elements, err := r.elements(content)
	if err != nil {
		return nil, err
	}
	if err := r.spend(dictSize + entrySize*len(elements)); err != nil {
		return nil, err
	}
	out, err := py.NewFrozenSetWithin(&r.work, elements...)
	if err != nil {
		return nil, tagError(err)
	}
	if out.Len() != len(elements) {
		return nil, tagError(errWant("elements that differ"))
	}
	defined(define, out)
	return out, nil
}

func (r *Reader) elements(content any) ([]any, error) {
	list, ok := content.(*py.List)
	if !ok {
		return nil, tagError(errWant("an array"))
	}
	return r.items(list)
}

func (r *Reader) dict(content any, define func(any)) (any, error) {
	out := &py.Dict{}
	defined(define, out)
	return out, r.fillDict(out, content)
}

func (r *Reader) fillDict(out *py.Dict, content any) error {
	pairs, err := r.pairs(content)
	if err != nil {
		return err
	}
	if err := r.spend(dictSize + entrySize*len(pairs)); err != nil {
		return err
	}
	for _, p := range pairs {
		if err := out.SetWithin(p.Key, p.Value, &r.work); err != nil {
			return tagError(err)
		}
	}
	if out.Len() != len(pairs) {
		return tagError(errWant("keys that differ"))
	}
	return nil
}

// orderedDict reads a collections.OrderedDict. Its keys must be what keys of a dict can be.
func (r *Reader) orderedDict(content any, define func(any)) (any, error) {
	out := py.NewOrderedDict()
	defined(define, out)
	checked := &py.Dict{}
	if err := r.fillDict(checked, content); err != nil {
		return nil, err
	}
	out.DictItems = checked.Pairs()
	return out, nil
}

// slice reads a slice, whose parts may be any values.
func (r *Reader) slice(content any, define func(any)) (any, error) {
	out := py.NewSlice(nil, nil, nil)
	defined(define, out)
	parts, err := r.elements(content)
	if err != nil {
		return nil, err
	}
	if len(parts) != len(out.Args) {
		return nil, tagError(errWant("an array of start, stop and step"))
	}
	copy(out.Args, parts)
	return out, nil
}

func (r *Reader) pairs(content any) ([]py.Pair, error) {
	list, ok := content.(*py.List)
	if !ok {
		return nil, tagError(errWant("an array of pairs"))
	}
	if err := r.spend(2 * slotSize * list.Len()); err != nil {
		return nil, err
	}
	pairs := make([]py.Pair, list.Len())
	items, err := r.items(list)
	if err != nil {
		return nil, err
	}
	for i, item := range items {
		pair, ok := item.(*py.List)
		if !ok || pair.Len() != 2 {
			return nil, tagError(errWant("an array of pairs"))
		}
		pairs[i] = py.Pair{Key: pair.Items[0], Value: pair.Items[1]}
	}
	return pairs, nil
}
