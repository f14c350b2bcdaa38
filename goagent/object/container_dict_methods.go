package object

import (
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// dictUpdateWith is update with keyword arguments.
func dictUpdateWith(m mapping, args py.Tuple, kwargs *py.Dict, _ pyerr.Version) (any, error) {
	if _, err := dictUpdate(m, args); err != nil {
		return nil, err
	}
	return dictUpdate(m, py.Tuple{kwargs})
}

// dictPopItem takes the last pair out.
func dictPopItem(m mapping) (any, error) {
	pairs, err := m.pairs()
	if err != nil {
		return nil, err
	}
	if len(pairs) == 0 {
		return nil, pyerr.KeyError.New("popitem(): dictionary is empty")
	}
	last := pairs[len(pairs)-1]
	_, err = m.remove(last.Key)
	return py.Tuple{last.Key, last.Value}, err
}

// dictFromKeys makes another dict of keys that have one value.
func dictFromKeys(m mapping, args py.Tuple) (any, error) {
	keys, err := m.work().elements(args[0])
	if err != nil {
		return nil, err
	}
	var value any
	if len(args) == 2 {
		value = args[1]
	}
	d := &py.Dict{}
	for _, key := range keys {
		if err := m.work().putWithin(d, py.Pair{Key: key, Value: value}); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// tupleOperation finds a method of Python's tuple that str and bytes do not have alike.
func tupleOperation(name string) (operation[readOnlySequence], bool) {
	switch name {
	case "count":
		return one(func(s readOnlySequence, v any) (any, error) {
			items, err := s.all()
			n := int64(0)
			for i := 0; i < len(items) && err == nil; i++ {
				var equal bool
				if equal, err = s.same(items[i], v); equal {
					n++
				}
			}
			return n, err
		})
	case "index":
		return between(1, 3, tupleIndex)
	}
	return sequenceOperation(name)
}

// tupleIndex is index(value[, start[, stop]]).
func tupleIndex(s readOnlySequence, args py.Tuple) (any, error) {
	items, err := s.all()
	if err != nil {
		return nil, err
	}
	i, err := s.indexWithin(items, args)
	switch {
	case err != nil:
		return nil, err
	case i >= 0:
		return int64(i), nil
	}
	return nil, pyerr.ValueError.New("tuple.index(x): x not in tuple")
}
