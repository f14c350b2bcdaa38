package tagged

import (
	"github.com/pizco-go/pizco/py"
)

// class reads the content of a $class.
func (r *Reader) class(content any, define func(any)) (any, error) {
	c, err := r.mayName(content)
	if err != nil {
		return nil, err
	}
	defined(define, c)
	return c, nil
}

// mayName reads the name of a class, which the document must be allowed to name.
func (r *Reader) mayName(content any) (py.Class, error) {
	var names [2]string
	list, ok := content.(*py.List)
	if !ok || py.Assign(&names, list) != nil {
		return py.Class{}, tagError(errWant("two strings: a module and a qualified name"))
	}
	r.named = true
	c := py.Class{Module: names[0], Name: names[1]}
	if !r.anyClass && !r.classes[c] {
		return py.Class{}, &Error{Kind: ErrClass, Class: c, Detail: py.Repr(c.String(), py.WithReprLength(2*longestStep))}
	}
	return c, nil
}

// anyObject refuses what names a callable other than by an allowed class.
func (r *Reader) anyObject(what string) error {
	r.named = true
	if r.anyClass {
		return nil
	}
	return &Error{Kind: ErrClass, Detail: what + " names what is called"}
}

// pyObject reads an object of a class that may be named.
func (r *Reader) pyObject(content any, define func(any)) (any, error) {
	form, ok := content.(*py.Dict)
	if !ok || hasKey(form, objectClass) == hasKey(form, objectCallable) {
		return nil, tagError(errWant("an object with class or callable"))
	}
	o := &py.Object{}
	if class, ok := form.Get(objectClass); ok {
		c, err := r.mayName(class)
		if err != nil {
			return nil, under(keyStep(objectClass), err)
		}
		o.Callable = c
	}
	for _, key := range []string{objectCallable, objectSetter} {
		if hasKey(form, key) {
			if err := r.anyObject(key); err != nil {
				return nil, under(keyStep(key), err)
			}
		}
	}
	defined(define, o)
	for key, tree := range form.All() {
		if err := r.objectField(o, key, tree); err != nil {
			return nil, under(keyStep(key), err)
		}
	}
	return o, nil
}

func (r *Reader) objectField(o *py.Object, key, tree any) error {
	var err error
	switch key {
	case objectClass: // is read already
	case objectCallable:
		o.Callable, err = r.value(tree, nil)
	case objectHow:
		return setHow(o, tree)
	case objectArgs:
		var args any
		if args, err = r.tuple(tree, func(v any) { o.Args, _ = v.(py.Tuple) }); err == nil {
			o.Args, _ = args.(py.Tuple)
		}
	case objectKwargs:
		var kwargs any
		if kwargs, err = r.value(tree, nil); err == nil {
			var ok bool
			if o.Kwargs, ok = kwargs.(*py.Dict); !ok {
				return tagError(errWant("a dict"))
			}
		}
	case objectState:
		o.HasState = true
		o.State, err = r.value(tree, nil)
	case objectSetter:
		o.StateSetter, err = r.value(tree, nil)
	case objectItems:
		o.ListItems, err = r.elements(tree)
	case objectEntries:
		o.DictItems, err = r.pairs(tree)
	default:
		return tagError(errWant("class, callable, how, args, kwargs, state, setter, items or entries"))
	}
	return err
}

func setHow(o *py.Object, tree any) error {
	for how, name := range constructions {
		if tree == name {
			o.How = how
			return nil
		}
	}
	return tagError(errWant("reduce, new, newex, inst or obj"))
}
