package pickle

import "github.com/pizco-go/pizco/py"

// append takes the effect of APPEND and APPENDS.
func (g *graph) append(n *node) {
	refs, _ := g.t.batch(n.b())
	switch target := g.values[n.a()].(type) {
	case *py.List:
		for _, r := range refs {
			target.Items = append(target.Items, g.values[r])
		}
	case *py.Object:
		if target.ListItems == nil {
			target.ListItems = make([]any, 0, g.t.objectAt(n.a()).list.count)
		}
		for _, r := range refs {
			target.ListItems = append(target.ListItems, g.values[r])
		}
	}
}

// setItems takes the effect of SETITEM and SETITEMS.
func (g *graph) setItems(n *node) error {
	refs, _ := g.t.batch(n.b())
	switch target := g.values[n.a()].(type) {
	case *py.Dict:
		for i := 0; i+1 < len(refs); i += 2 {
			if err := target.SetWithin(g.values[refs[i]], g.values[refs[i+1]], &g.work); err != nil {
				return g.keyError(n, err)
			}
		}
	case *py.Object:
		if target.DictItems == nil {
			target.DictItems = make([]py.Pair, 0, g.t.objectAt(n.a()).dict.count/2)
		}
		for i := 0; i+1 < len(refs); i += 2 {
			target.DictItems = append(target.DictItems, py.Pair{Key: g.values[refs[i]], Value: g.values[refs[i+1]]})
		}
	}
	return nil
}

// addItems takes the effect of ADDITEMS.
func (g *graph) addItems(n *node) error {
	refs, _ := g.t.batch(n.b())
	set := g.values[n.a()].(*py.Set) //nolint:forcetypeassert // The machine lets ADDITEMS add to nothing else.
	for _, r := range refs {
		if err := set.AddWithin(g.values[r], &g.work); err != nil {
			return g.keyError(n, err)
		}
	}
	return nil
}

// build takes the effect of BUILD.
func (g *graph) build(n *node) error {
	o, ok := g.values[n.a()].(*py.Object)
	if !ok {
		return g.buildRegistered(n, g.values[n.a()])
	}
	o.State, o.HasState = g.values[n.b()], true
	if from := g.t.objectAt(n.a()); from.hasSetter {
		o.StateSetter = g.values[from.setter]
	}
	return nil
}

// objectAt returns what belongs to the object with the given ref.
func (t *tape) objectAt(r ref) *object { return &t.objects[t.nodes[r].a()] }
