package pickle

import (
	"errors"
	"reflect"

	"github.com/pizco-go/pizco/py"
)

// misfit gives the error of a conversion of g's value the offset and the opcode of the value that
// does not fit.
func (g *graph) misfit(err error) error {
	var refused *py.ConversionError
	if !errors.As(err, &refused) {
		return err
	}
	n := &g.t.nodes[g.place(refused.Place())]
	return &UnmarshalError{Offset: int64(n.at), Opcode: g.t.opcode(n), Path: refused.Path,
		From: refused.From, To: refused.To, Reason: refused.Reason, Err: refused.Err}
}

// place returns the node of the value that stands at an index of a container, that of the container
// where the value has none of its own, and the root for no container.
func (g *graph) place(container any, index int) ref {
	if container == nil {
		return g.t.root
	}
	for r := range g.t.nodes {
		if !isSame(g.values[r], container) {
			continue
		}
		items := g.t.contained(ref(r))
		if d, ok := container.(*py.Dict); ok && 2*d.Len() < len(items) {
			return g.lastOf(items, d.Pairs()[index/2].Key, ref(r))
		}
		if index < len(items) {
			return items[index]
		}
		return ref(r)
	}
	return g.t.root
}

// lastOf returns the node of the value that a dict got last under a key.
func (g *graph) lastOf(items []ref, key any, dict ref) ref {
	for i := len(items) - 2; i >= 0; i -= 2 {
		if same, err := py.Equal(g.values[items[i]], key); err == nil && same {
			return items[i+1]
		}
	}
	return dict
}

// isSame reports whether two containers are one object.
func isSame(a, b any) bool {
	t, ok := a.(py.Tuple)
	if !ok {
		return reflect.TypeOf(a) == reflect.TypeOf(b) && reflect.TypeOf(a) != nil && reflect.TypeOf(a).Kind() == reflect.Pointer && a == b
	}
	u, ok := b.(py.Tuple)
	return ok && len(t) > 0 && len(t) == len(u) && &t[0] == &u[0]
}

// contained returns the nodes of what a container holds, keys and values in turn.
func (t *tape) contained(r ref) (refs []ref) {
	n := &t.nodes[r]
	switch n.kind {
	case nodeTuple, nodeFrozenSet:
		return t.span(n)
	case nodeList, nodeDict, nodeSet:
		return t.contents(&t.containers[n.a()])
	case nodeObject:
		o := &t.objects[n.a()]
		if o.list.count > 0 {
			return t.contents(&o.list)
		}
		return t.contents(&o.dict)
	}
	return nil
}

// copies reports whether what is stored in a type shares no memory with the graph that it came
// from, but for strings.
func copies(t reflect.Type) bool { return copiesBut(t, map[reflect.Type]bool{}) }

func copiesBut(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	if own(t) {
		return t == durationType || t == reflect.TypeFor[py.NDArray]()
	}
	switch t.Kind() {
	case reflect.Interface:
		return false
	case reflect.Slice, reflect.Array, reflect.Pointer:
		return t.PkgPath() != pyPackage && copiesBut(t.Elem(), seen)
	case reflect.Map:
		return copiesBut(t.Key(), seen) && copiesBut(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if !copiesBut(t.Field(i).Type, seen) {
				return false
			}
		}
	}
	return true
}
