package cli

import (
	"encoding/base64"

	"github.com/pizco-go/pizco/py"
)

// plain turns a value into one that JSON can hold, for scripts that read the output:
//
//	tuple, set, frozenset  array
//	bytes, bytearray       string in base64
//	complex                {"real": ..., "imag": ...}
//	class                  string "module.Name"
//	any other object       {"class": ..., "args": [...], "kwargs": {...}, "state": ..., "items": [...], "dict": {...}}
//	                       with those that it has
//	dict                   object; a key that is no str is written as its repr
//	...                    "..."
//
// A container that holds itself is written as the string "[...]" there. Values that are shared are written out each
// time, so that a small pickle can stand for more than fits anywhere: past plainLimit values it fails.
func plain(value any) (any, error) {
	p := plainer{open: map[any]bool{}, left: plainLimit}
	result := p.value(value)
	if p.left < 0 {
		return nil, dataf("the value is too large to be printed: more than %d values", plainLimit)
	}
	return result, nil
}

const (
	plainRecursion = "[...]"
	plainLimit     = 10_000_000
)

type plainer struct {
	// open holds the containers that the value at hand is in.
	open map[any]bool
	// left is how many more values may be made.
	left int
}

func (p *plainer) value(value any) any {
	if p.left--; p.left < 0 {
		return nil
	}
	switch v := value.(type) {
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	case *py.ByteArray:
		return base64.StdEncoding.EncodeToString(v.Bytes)
	case *py.Buffer:
		return base64.StdEncoding.EncodeToString(v.Bytes)
	case complex128:
		return py.StrDict(py.Item{Key: "real", Value: real(v)}, py.Item{Key: "imag", Value: imag(v)})
	case py.Class:
		return v.String()
	case py.Tuple:
		return p.list(v)
	case py.PersistentID:
		return py.StrDict(py.Item{Key: "persistent_id", Value: p.value(v.ID)})
	case *py.List, *py.Dict, *py.Set, *py.FrozenSet, *py.Object:
		return p.container(v)
	}
	if value == any(py.Ellipsis) || value == any(py.NotImplemented) {
		return repr(value)
	}
	return value
}

func (p *plainer) container(value any) any {
	if p.open[value] {
		return plainRecursion
	}
	p.open[value] = true
	defer delete(p.open, value)
	switch v := value.(type) {
	case *py.List:
		return p.list(v.Items)
	case *py.Dict:
		return p.dict(v.Pairs())
	case *py.Set:
		return p.elements(v.All())
	case *py.FrozenSet:
		return p.elements(v.All())
	case *py.Object:
		return p.object(v)
	}
	return nil
}

func (p *plainer) list(items []any) any {
	list := py.NewList()
	for _, item := range items {
		list.Append(p.value(item))
	}
	return list
}

func (p *plainer) elements(elements func(func(any) bool)) any {
	list := py.NewList()
	for element := range elements {
		list.Append(p.value(element))
	}
	return list
}

func (p *plainer) dict(pairs []py.Pair) any {
	items := make([]py.Item, len(pairs))
	for i, pair := range pairs {
		key, isStr := pair.Key.(string)
		if !isStr {
			key = repr(pair.Key)
		}
		items[i] = py.Item{Key: key, Value: p.value(pair.Value)}
	}
	return py.StrDict(items...)
}

func (p *plainer) object(o *py.Object) any {
	class := any(o.Class().String())
	if o.Class() == (py.Class{}) {
		class = p.value(o.Callable)
	}
	items := []py.Item{{Key: "class", Value: class}, {Key: "args", Value: p.list(o.Args)}}
	if o.Kwargs != nil {
		items = append(items, py.Item{Key: "kwargs", Value: p.dict(o.Kwargs.Pairs())})
	}
	if o.HasState {
		items = append(items, py.Item{Key: "state", Value: p.value(o.State)})
	}
	if len(o.ListItems) > 0 {
		items = append(items, py.Item{Key: "items", Value: p.list(o.ListItems)})
	}
	if len(o.DictItems) > 0 {
		items = append(items, py.Item{Key: "dict", Value: p.dict(o.DictItems)})
	}
	return py.StrDict(items...)
}
