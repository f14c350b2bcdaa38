package cli

import (
	"encoding/base64"
	"math/big"

	"github.com/pizco-go/pizco/py"
)

// plain turns a value into one that JSON can hold, for scripts that read the output:
//
//	tuple, set, frozenset  array
//	bytes, bytearray       string in base64
//	complex                {"real": ..., "imag": ...}
//	class                  string "module.Name"
//	any other object       {"class": ..., "args": [...], "kwargs": {...}, "state": ..., "items": [...], "dict": {...}}
//	                       without the parts that it does not have
//	dict                   object; a key that is not a str is written as its repr
//	...                    "..."
//
// A container that holds itself is written as the string "[...]" there. A dict with two keys of the
// same text is an array of [key, value] pairs. Values that are shared are written out each time, so
// that a small pickle can stand for more than fits anywhere: more than --max-output bytes is an
// error.
func (t *tool) plain(value any) (any, error) {
	p := plainer{open: map[any]bool{}, left: t.settings.maxOutput}
	result := p.value(value)
	if p.left < 0 {
		return nil, t.tooLong()
	}
	return result, nil
}

const plainRecursion = "[...]"

// The least that values are counted as: about the memory that they take.
const (
	plainScalar    = 4
	plainContainer = 32
)

type plainer struct {
	// open holds the containers that the value at hand is in.
	open map[any]bool
	// left is how many more bytes the values may have.
	left int
}

func (p *plainer) value(value any) any {
	if p.left -= plainScalar + textSize(value); p.left < 0 {
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
	if p.left -= plainContainer; p.left < 0 {
		return nil
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
		if p.left < 0 {
			return nil
		}
		list.Append(p.value(item))
	}
	return list
}

func (p *plainer) elements(elements func(func(any) bool)) any {
	list := py.NewList()
	for element := range elements {
		if p.left < 0 {
			return nil
		}
		list.Append(p.value(element))
	}
	return list
}

func (p *plainer) dict(pairs []py.Pair) any {
	items := make([]py.Item, 0, min(len(pairs), max(p.left, 0)))
	seen := make(map[string]bool, cap(items))
	for _, pair := range pairs {
		key, isStr := pair.Key.(string)
		if !isStr {
			key = py.Repr(pair.Key, py.WithReprObjects(), py.WithReprDepth(reprDepth), py.WithReprLength(max(p.left, 0)))
			p.left -= len(key)
		}
		if seen[key] {
			return p.pairs(pairs)
		}
		if p.left < 0 {
			return nil
		}
		seen[key] = true
		items = append(items, py.Item{Key: key, Value: p.value(pair.Value)})
	}
	return py.StrDict(items...)
}

// pairs writes a dict with two keys of the same text, such as {1: 'a', '1': 'b'}.
func (p *plainer) pairs(pairs []py.Pair) any {
	list := py.NewList()
	for _, pair := range pairs {
		list.Append(py.NewList(p.value(pair.Key), p.value(pair.Value)))
		if p.left < 0 {
			return nil
		}
	}
	return list
}

// textSize returns the size of a value that is text or bytes.
func textSize(value any) int {
	switch v := value.(type) {
	case string:
		return len(v)
	case []byte:
		return len(v)
	case *py.ByteArray:
		return len(v.Bytes)
	case *py.Buffer:
		return len(v.Bytes)
	case *big.Int:
		return v.BitLen() / 8
	}
	return 0
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
