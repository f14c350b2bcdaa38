package goagent

import (
	"context"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// lookItem reads an item of an attribute of a server of the original, as look reads an attribute:
// the item of what the repr says. The server is never asked for what else may be under the key,
// such as the part of a list: what a repr says of an item may not be all of it, and the attribute
// may be another one the next time. The exceptions for keys that are not there are those of Python.
func (p *Proxy) lookItem(ctx context.Context, name string, key any) (any, error) {
	container, err := p.look(ctx, name)
	if err != nil {
		return nil, err
	}
	if o, ok := container.(*py.Object); ok && !isCollection(o) && hasSafeItems(o) {
		return p.handle(ctx, &Call{Action: actionExec, Name: name, Method: dunderGetItem, Args: py.Tuple{key}})
	}
	item, err := itemOf(container, key)
	if err == nil {
		return item, nil
	}
	if remote, ok := pyerr.Parse(pyerr.Reduce(err, pyerr.Version{})); ok {
		return nil, remote
	}
	return nil, err
}

// hasSafeItems reports whether an object has items that can all be sent: a range, or an array of
// numpy, which has been sent itself.
func hasSafeItems(o *py.Object) bool {
	class := o.Class()
	return class == py.Class{Module: "builtins", Name: "range"} || strings.HasPrefix(class.Module, "numpy")
}

func isCollection(o *py.Object) bool { return o.Class().Module == "collections" }

// itemOf returns the item under a key of a container that a repr says, as Python's __getitem__
// does.
func itemOf(container, key any) (any, error) {
	var settings objectSettings
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
	return nil, missingAttribute(py.TypeName(container), dunderGetItem)
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
	var settings objectSettings
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
		if made, ok := itemsOf(o.Args[0]); ok {
			items.Items = made
		}
	}
	if _, err := indexNumber(key); err != nil {
		return nil, err
	}
	var settings objectSettings
	return sequenceItem(pyList{items, settings.newBudget(0)}, "deque", key, pyerr.Version{})
}
