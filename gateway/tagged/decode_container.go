package tagged

import (
	"github.com/pizco-go/pizco/py"
)

// readContainer reads the content of a tag that holds other values.
type readContainer func(r *Reader, content any, path string, define func(any)) (any, error)

// container returns what reads a tag that holds other values, or nil.
func container(name string) readContainer {
	switch name {
	case tagTuple:
		return (*Reader).tuple
	case tagSet:
		return (*Reader).set
	case tagFrozenSet:
		return (*Reader).frozenSet
	case tagDict:
		return (*Reader).dict
	case tagObject:
		return (*Reader).pyObject
	}
	return nil
}

func tagError(path string, err error) error { return &Error{Kind: ErrTag, Path: path, Err: err} }

func (r *Reader) tuple(content any, path string, define func(any)) (any, error) {
	list, ok := content.(*py.List)
	if !ok {
		return nil, tagError(path, errWant("an array"))
	}
	out := make(py.Tuple, list.Len())
	defined(define, out)
	return out, r.fill(out, list, path)
}

func (r *Reader) set(content any, path string, define func(any)) (any, error) {
	out := &py.Set{}
	defined(define, out)
	elements, err := r.elements(content, path)
	if err != nil {
		return nil, err
	}
	for _, element := range elements {
		if err := out.AddWithin(element, &r.work); err != nil {
			return nil, tagError(path, err)
		}
	}
	if out.Len() != len(elements) {
		return nil, tagError(path, errWant("elements that differ"))
	}
	return out, nil
}

// frozenSet cannot be referred to before all its elements are there.
func (r *Reader) frozenSet(content any, path string, define func(any)) (any, error) {
	elements, err := r.elements(content, path)
	if err != nil {
		return nil, err
	}
	out, err := py.NewFrozenSetWithin(&r.work, elements...)
	if err != nil {
		return nil, tagError(path, err)
	}
	if out.Len() != len(elements) {
		return nil, tagError(path, errWant("elements that differ"))
	}
	defined(define, out)
	return out, nil
}

func (r *Reader) elements(content any, path string) ([]any, error) {
	list, ok := content.(*py.List)
	if !ok {
		return nil, tagError(path, errWant("an array"))
	}
	return r.items(list, path)
}

func (r *Reader) dict(content any, path string, define func(any)) (any, error) {
	out := &py.Dict{}
	defined(define, out)
	pairs, err := r.pairs(content, path)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		if err := out.SetWithin(p.Key, p.Value, &r.work); err != nil {
			return nil, tagError(path, err)
		}
	}
	if out.Len() != len(pairs) {
		return nil, tagError(path, errWant("keys that differ"))
	}
	return out, nil
}

func (r *Reader) pairs(content any, path string) ([]py.Pair, error) {
	list, ok := content.(*py.List)
	if !ok {
		return nil, tagError(path, errWant("an array of pairs"))
	}
	pairs := make([]py.Pair, list.Len())
	items, err := r.items(list, path)
	if err != nil {
		return nil, err
	}
	for i, item := range items {
		pair, ok := item.(*py.List)
		if !ok || pair.Len() != 2 {
			return nil, tagError(path, errWant("an array of pairs"))
		}
		pairs[i] = py.Pair{Key: pair.Items[0], Value: pair.Items[1]}
	}
	return pairs, nil
}

// pyObject reads an object of any class.
func (r *Reader) pyObject(content any, path string, define func(any)) (any, error) {
	form, ok := content.(*py.Dict)
	if !ok || hasKey(form, objectClass) == hasKey(form, objectCallable) {
		return nil, tagError(path, errWant("an object with class or callable"))
	}
	o := &py.Object{}
	defined(define, o)
	for key, tree := range form.All() {
		if err := r.objectField(o, key, tree, keyPath(path, key)); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (r *Reader) objectField(o *py.Object, key, tree any, path string) error {
	var err error
	switch key {
	case objectClass:
		if o.Callable, err = readClass(tree); err != nil {
			return tagError(path, err)
		}
	case objectCallable:
		o.Callable, err = r.value(tree, path, nil)
	case objectHow:
		return setHow(o, tree, path)
	case objectArgs:
		var args any
		if args, err = r.tuple(tree, path, func(v any) { o.Args, _ = v.(py.Tuple) }); err == nil {
			o.Args, _ = args.(py.Tuple)
		}
	case objectKwargs:
		var kwargs any
		if kwargs, err = r.value(tree, path, nil); err == nil {
			var ok bool
			if o.Kwargs, ok = kwargs.(*py.Dict); !ok {
				return tagError(path, errWant("a dict"))
			}
		}
	case objectState:
		o.HasState = true
		o.State, err = r.value(tree, path, nil)
	case objectSetter:
		o.StateSetter, err = r.value(tree, path, nil)
	case objectItems:
		o.ListItems, err = r.elements(tree, path)
	case objectEntries:
		o.DictItems, err = r.pairs(tree, path)
	default:
		return tagError(path, errWant("class, callable, how, args, kwargs, state, setter, items or entries"))
	}
	return err
}

func setHow(o *py.Object, tree any, path string) error {
	for how, name := range constructions {
		if tree == name {
			o.How = how
			return nil
		}
	}
	return tagError(path, errWant("reduce, new, newex, inst or obj"))
}
