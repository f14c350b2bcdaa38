package py

import "math/big"

// maxRange is the largest number of items that a range is expanded to.
const maxRange = 1 << 20

// sequenceOf returns the items of a list, tuple, set or frozenset, or of an object that is a
// sequence: a range, a deque or a subclass of list, a namedtuple.
func sequenceOf(v any) ([]any, bool) {
	switch v := v.(type) {
	case Tuple:
		return v, true
	case *List:
		return v.Items, true
	case *Set:
		return v.t.keyList(), true
	case *FrozenSet:
		return v.t.keyList(), true
	case *Object:
		return objectSequence(v)
	}
	return nil, false
}

func objectSequence(o *Object) ([]any, bool) {
	class := o.Class()
	switch {
	case class.Name == "range" || class.Name == "xrange":
		return rangeItems(o)
	case class == Class{"builtins", "slice"}:
		return o.Args, len(o.Args) == 3
	case class == Class{"collections", "deque"}:
		return dequeItems(o), true
	case isReconstructed(o):
		base, _ := baseOf(o)
		if _, isObject := base.(*Object); isObject {
			return nil, false
		}
		return sequenceOf(base)
	case len(o.DictItems) > 0:
		return nil, false
	case len(o.ListItems) > 0:
		return o.ListItems, true
	case o.How == NewObj && !o.HasState && len(o.Args) > 0:
		return namedTuple(o)
	}
	return nil, false
}

// dequeItems returns the items of a deque. Python 2 makes it of a list of them.
func dequeItems(o *Object) []any {
	if len(o.ListItems) == 0 && len(o.Args) > 0 {
		if l, ok := o.Args[0].(*List); ok {
			return l.Items
		}
	}
	return o.ListItems
}

// namedTuple returns the items of a namedtuple. A subclass of tuple that has one argument holds
// the tuple in it instead.
func namedTuple(o *Object) ([]any, bool) {
	if len(o.Args) == 1 {
		if t, ok := o.Args[0].(Tuple); ok {
			return t, true
		}
	}
	return o.Args, true
}

// baseOf returns what an instance of a subclass of a builtin type holds besides its attributes, as
// protocols 0 and 1 write it: copyreg._reconstructor(class, base, value).
func baseOf(o *Object) (any, bool) {
	if c, _ := o.Callable.(Class); !isCopyreg(c) || c.Name != "_reconstructor" || len(o.Args) != 3 {
		return nil, false
	}
	base, _ := o.Args[1].(Class)
	return o.Args[2], isBuiltin(base.Module) && base.Name != "object"
}

func rangeItems(o *Object) ([]any, bool) {
	if len(o.Args) != 3 || !isBuiltin(o.Class().Module) {
		return nil, false
	}
	start, ok1 := o.Args[0].(int64)
	stop, ok2 := o.Args[1].(int64)
	step, ok3 := o.Args[2].(int64)
	if !ok1 || !ok2 || !ok3 || step == 0 {
		return nil, false
	}
	count := rangeLen(start, stop, step)
	if count > maxRange {
		return nil, false
	}
	items := make([]any, count)
	for i := range items {
		items[i] = start + int64(i)*step
	}
	return items, true
}

// rangeLen returns the number of items of a range, or a number above maxRange.
func rangeLen(start, stop, step int64) int64 {
	span := new(big.Int).Sub(big.NewInt(stop), big.NewInt(start))
	n, rest := span.QuoRem(span, big.NewInt(step), new(big.Int))
	if rest.Sign() != 0 && n.Sign() >= 0 && (rest.Sign() > 0) == (step > 0) {
		n.Add(n, big.NewInt(1))
	}
	switch {
	case n.Sign() <= 0:
		return 0
	case !n.IsInt64():
		return maxRange + 1
	}
	return n.Int64()
}

func isBuiltin(module string) bool { return module == "builtins" || module == "__builtin__" }

// mappingOf returns the pairs of a dict, or of an object that is one: an OrderedDict, a
// defaultdict, a Counter or a subclass of dict.
func mappingOf(v any) ([]Pair, bool) {
	switch v := v.(type) {
	case *Dict:
		return v.t.entries, true
	case *Object:
		return objectMapping(v)
	}
	return nil, false
}

func objectMapping(o *Object) ([]Pair, bool) {
	if len(o.DictItems) > 0 {
		return o.DictItems, true
	}
	if base, ok := baseOf(o); ok {
		d, isDict := base.(*Dict)
		if !isDict {
			return nil, false
		}
		return d.t.entries, true
	}
	class := o.Class()
	if class.Module != "collections" {
		return nil, false
	}
	switch class.Name {
	case "OrderedDict", "Counter":
		if len(o.Args) == 1 {
			return pairsOf(o.Args[0])
		}
		return nil, true
	case "defaultdict":
		return nil, true
	}
	return nil, false
}

// pairsOf returns the pairs of a dict, which is what a Counter is made of, or of a list of pairs,
// which is what Python 2 makes an OrderedDict of.
func pairsOf(v any) ([]Pair, bool) {
	if d, ok := v.(*Dict); ok {
		return d.t.entries, true
	}
	list, ok := v.(*List)
	if !ok {
		return nil, false
	}
	pairs := make([]Pair, len(list.Items))
	for i, item := range list.Items {
		kv, ok := sequenceOf(item)
		if !ok || len(kv) != 2 {
			return nil, false
		}
		pairs[i] = Pair{kv[0], kv[1]}
	}
	return pairs, true
}
