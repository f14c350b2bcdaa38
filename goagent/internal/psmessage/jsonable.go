package psmessage

import "github.com/pizco-go/pizco/py"

// Jsonable returns the value with lists in place of the sets in it, which json does not know. (The
// original's server never answers again once it has tried to send one.)
func Jsonable(v any) any {
	c := jsonCopier{made: make(map[any]any)}
	return c.copy(v)
}

// jsonCopier copies a graph. What is in it at several places, or in itself, is so in the copy as
// well: a graph may stand for a tree that no memory holds, and it is the encoder that bounds what
// is written.
type jsonCopier struct{ made map[any]any }

func (c *jsonCopier) copy(v any) any {
	identity := v // of a pointer
	switch v := v.(type) {
	case py.Tuple:
		if len(v) == 0 {
			return v
		}
		identity = tupleIdentity{&v[0], len(v)}
	case *py.Set, *py.FrozenSet, *py.List, *py.Dict:
	default:
		return v
	}
	if made, ok := c.made[identity]; ok {
		return made
	}
	if d, ok := v.(*py.Dict); ok {
		out := &py.Dict{}
		out.Grow(d.Len())
		c.made[identity] = out
		for key, value := range d.All() {
			_ = out.Set(key, c.copy(value)) // it was a key already
		}
		return out
	}
	out := &py.List{}
	c.made[identity] = out
	for _, item := range Iterated(v) {
		out.Append(c.copy(item))
	}
	return out
}

// tupleIdentity tells a tuple from others: two that begin in one place are the same if they are of
// one length.
type tupleIdentity struct {
	first  *any
	length int
}
