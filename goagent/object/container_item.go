package object

import (
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

func isCollection(o *py.Object) bool { return o.Class().Module == "collections" }

// ItemOf returns the item under a key of a container that a repr says, as Python's __getitem__
// does.
func ItemOf(container, key any) (any, error) {
	var settings Settings
	switch c := container.(type) {
	case *py.Dict:
		return dictGetItem(pyMapping{c, settings.newBudget(c.Len())}, key)
	case *py.List:
		return sequenceItem(pyList{c, settings.newBudget(c.Len())}, "list", key, pyerr.Version{})
	case *py.ByteArray:
		return byteArrayItem(c, key)
	case *py.Object:
		if isCollection(c) {
			return collectionItem(c, key)
		}
	}
	if s, ok := sequenceOf(container); ok {
		return sequenceItem(s.sequence, s.typ, key, pyerr.Version{})
	}
	return nil, pyerr.MissingAttribute(py.TypeName(container), "__getitem__")
}

func byteArrayItem(b *py.ByteArray, key any) (any, error) {
	item, err := sequenceItem(octets(b.Bytes), "bytearray", key, pyerr.Version{})
	if part, ok := item.([]byte); ok {
		return &py.ByteArray{Bytes: part}, err
	}
	return item, err
}

// collectionItem returns the item of a deque, an OrderedDict or a Counter.
func collectionItem(o *py.Object, key any) (any, error) {
	class := o.Class().Name
	if class == "deque" {
		return dequeItem(o, key)
	}
	var settings Settings
	d := &py.Dict{}
	pairs := o.DictItems
	if len(o.Args) > 0 {
		if counts, ok := o.Args[0].(*py.Dict); ok {
			pairs = append(counts.Pairs(), pairs...)
		}
	}
	budget := settings.newBudget(len(pairs))
	for _, pair := range pairs {
		if err := budget.putWithin(d, pair); err != nil {
			return nil, err
		}
	}
	item, there, err := dictLookup(pyMapping{d, budget}, key)
	switch {
	case err != nil || there:
		return item, err
	case class == "Counter":
		return int64(0), nil
	}
	return nil, pyerr.KeyError.New(key)
}

func dequeItem(o *py.Object, key any) (any, error) {
	items := &py.List{Items: o.ListItems}
	if len(items.Items) == 0 && len(o.Args) > 0 {
		if made, ok := sequenceItems(o.Args[0]); ok {
			items.Items = made
		}
	}
	if _, err := indexNumber(key); err != nil {
		return nil, err
	}
	var settings Settings
	return sequenceItem(pyList{items, settings.newBudget(0)}, "deque", key, pyerr.Version{})
}

// sequenceItems returns the items of a tuple or a list.
func sequenceItems(v any) ([]any, bool) {
	switch v := v.(type) {
	case py.Tuple:
		return v, true
	case *py.List:
		return v.Items, true
	}
	return nil, false
}
