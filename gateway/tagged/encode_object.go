package tagged

import "github.com/pizco-go/pizco/py"

// object writes the form of an object that has none of its own.
func (e *encoder) object(o *py.Object) error {
	switch kindOf(o) {
	case tagOrderedDict:
		return e.tag(tagOrderedDict, func() error { return e.pairs(o.DictItems) })
	case tagSlice:
		return e.tagged(tagSlice, o.Args)
	}
	return e.tag(tagObject, func() error { return e.fields(o) })
}

// kindOf returns the tag of an OrderedDict or a slice, which hold other values, or nothing for any
// other object.
func kindOf(o *py.Object) string {
	if o.How != py.Reduce || o.Kwargs != nil || o.HasState || o.StateSetter != nil || len(o.ListItems) > 0 {
		return ""
	}
	switch o.Callable {
	case py.Class{Module: "collections", Name: "OrderedDict"}:
		if len(o.Args) == 0 && hasDistinctKeys(o.DictItems) {
			return tagOrderedDict
		}
	case py.Class{Module: "builtins", Name: "slice"}:
		if len(o.Args) == 3 && len(o.DictItems) == 0 {
			return tagSlice
		}
	}
	return ""
}

// hasDistinctKeys reports whether the keys of the pairs differ, as the keys of a dict do.
func hasDistinctKeys(pairs []py.Pair) bool {
	work := int64(maxWork)
	d := &py.Dict{}
	for _, p := range pairs {
		if d.SetWithin(p.Key, p.Value, &work) != nil {
			return false
		}
	}
	return d.Len() == len(pairs)
}

// fields writes what an object is made of.
func (e *encoder) fields(o *py.Object) error {
	var failed error
	separator := "{"
	field := func(key string, write func() error) {
		if failed != nil {
			return
		}
		e.text(separator + `"` + key + `": `)
		separator = ", "
		failed = write()
	}
	if class, ok := o.Callable.(py.Class); ok {
		field(objectClass, func() error { return e.tree(py.NewList(class.Module, class.Name)) })
	} else {
		field(objectCallable, func() error { return e.write(o.Callable) })
	}
	if o.How != py.Reduce {
		field(objectHow, func() error { return e.value(constructions[o.How]) })
	}
	field(objectArgs, func() error { return e.list(o.Args) })
	if o.Kwargs != nil {
		field(objectKwargs, func() error { return e.write(o.Kwargs) })
	}
	if o.HasState {
		field(objectState, func() error { return e.write(o.State) })
	}
	if o.StateSetter != nil {
		field(objectSetter, func() error { return e.write(o.StateSetter) })
	}
	if len(o.ListItems) > 0 {
		field(objectItems, func() error { return e.list(o.ListItems) })
	}
	if len(o.DictItems) > 0 {
		field(objectEntries, func() error { return e.pairs(o.DictItems) })
	}
	e.text("}")
	return failed
}
