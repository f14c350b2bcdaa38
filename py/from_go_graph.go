package py

import (
	"iter"
	"maps"
	"math/big"

	"github.com/pizco-go/pizco/internal/raw"
)

// tupleKey is the identity of a tuple, which has no pointer of its own.
type tupleKey struct {
	first *any
	len   int
}

// graph returns v, a value of this package, or a copy of it when something that it holds has to be
// converted.
func (c *fromGo) graph(v any) (any, error) {
	if _, ok := v.(PersistentID); ok {
		return v, nil // its identifier may be what no map can be asked for
	}
	if made, ok := c.copies[copyKey(v)]; ok {
		return made, nil
	}
	if c.isClean(v) {
		return v, nil
	}
	if c.copies == nil {
		c.copies = map[any]any{}
	}
	switch v := v.(type) {
	case Tuple:
		made := make(Tuple, len(v))
		c.copies[copyKey(v)] = made
		return made, c.items(made, v)
	case *List:
		made := &List{Items: make([]any, v.Len())}
		c.copies[v] = made
		return made, c.items(made.Items, v.Items)
	case *Dict:
		made := &Dict{}
		c.copies[v] = made
		return made, c.entries(&made.t, v.t.entries)
	case *Set:
		made := &Set{}
		c.copies[v] = made
		return made, c.entries(&made.t, v.t.entries)
	case *FrozenSet:
		made := &FrozenSet{}
		c.copies[v] = made
		return made, c.entries(&made.t, v.t.entries)
	case *Object:
		return c.object(v)
	}
	return v, nil
}

// copyKey returns what identifies a container in a map.
func copyKey(v any) any {
	if t, ok := v.(Tuple); ok {
		if len(t) == 0 {
			return tupleKey{}
		}
		return tupleKey{&t[0], len(t)}
	}
	return v
}

// isClean reports whether a graph holds nothing but Python values. What has been found so once is
// not walked again: a value of the program may hold a graph in many places.
func (c *fromGo) isClean(root any) bool {
	walked := map[raw.Place]bool{}
	if !areClean(containersBut(root, c.clean, walked)) {
		return false
	}
	if c.clean == nil {
		c.clean = walked
	} else {
		maps.Copy(c.clean, walked)
	}
	return true
}

func areClean(all iter.Seq[any]) bool {
	for v := range all {
		for child := range children(v) {
			if n, ok := child.(*big.Int); ok && n != nil && !n.IsInt64() {
				continue
			}
			if !isPython(child) && (!isGraphType(child) || isNilPointer(child)) {
				return false
			}
		}
	}
	return true
}

func (c *fromGo) items(dst, src []any) error {
	for i, item := range src {
		made, err := c.value(item)
		if err != nil {
			return under(atIndex(i), err)
		}
		dst[i] = made
	}
	return nil
}

func (c *fromGo) entries(dst *table, src []Pair) error {
	for _, p := range src {
		key, err := c.value(p.Key)
		if err != nil {
			return under(atKey(p.Key), err)
		}
		value, err := c.value(p.Value)
		if err != nil {
			return under(atKey(p.Key), err)
		}
		if err := dst.put(key, value, nil); err != nil {
			return cannotConvert(p.Key, "", err)
		}
	}
	return nil
}

func (c *fromGo) object(o *Object) (any, error) {
	made := *o
	c.copies[o] = &made
	for _, part := range []*any{&made.Callable, &made.State, &made.StateSetter} {
		v, err := c.value(*part)
		if err != nil {
			return nil, err
		}
		*part = v
	}
	if o.Kwargs != nil {
		made.Kwargs = &Dict{}
		if err := c.entries(&made.Kwargs.t, o.Kwargs.t.entries); err != nil {
			return nil, err
		}
	}
	if o.Args != nil {
		args, err := c.value(o.Args)
		if err != nil {
			return nil, err
		}
		made.Args, _ = args.(Tuple)
	}
	return &made, c.objectItems(&made, o)
}

func (c *fromGo) objectItems(made, o *Object) error {
	if o.ListItems != nil {
		made.ListItems = make([]any, len(o.ListItems))
		if err := c.items(made.ListItems, o.ListItems); err != nil {
			return err
		}
	}
	if o.DictItems == nil {
		return nil
	}
	made.DictItems = make([]Pair, len(o.DictItems))
	for i, p := range o.DictItems {
		pair := Tuple{p.Key, p.Value}
		if err := c.items(pair, pair); err != nil {
			return err
		}
		made.DictItems[i] = Pair{pair[0], pair[1]}
	}
	return nil
}
