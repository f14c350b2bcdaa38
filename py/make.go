package py

// The functions New… of this package make the values of Python's standard library that have no Go
// type here. Each returns the object as the newest CPython reduces it; releases and protocols that
// reduce it otherwise are known to Object.Reducer, so that package pickle writes what the release
// writes that it is told to write as.

// before is the way in which releases before CPython 3.minor reduce an object.
type before struct {
	minor  int
	object *Object
}

// Reduce implements Reducer.
func (b before) Reduce(_, minor int) *Object {
	if minor < b.minor {
		return b.object
	}
	return nil
}

// below is the way in which an object is reduced below a protocol.
type below struct {
	protocol int
	object   *Object
}

// Reduce implements Reducer.
func (b below) Reduce(protocol, _ int) *Object {
	if protocol < b.protocol {
		return b.object
	}
	return nil
}

// class names a class of a module.
func class(module, name string) Class { return Class{Module: module, Name: name} }

// NewInstance returns an instance of a plain class: one that is made without arguments and has the
// given attributes in its __dict__, as instances of dataclasses have too.
func NewInstance(class Class, attributes ...Item) *Object {
	o := &Object{How: NewObj, Callable: class}
	o.setAttributes(attributes)
	return o
}

// setAttributes gives the object a state dict; CPython writes none when it is empty.
func (o *Object) setAttributes(attributes []Item) {
	if len(attributes) > 0 {
		o.State, o.HasState = StrDict(attributes...), true
	}
}

// NewException returns an exception of the class with its args and the attributes of its __dict__.
// An AttributeError has its args in its state too, from CPython 3.12 on.
func NewException(class Class, args Tuple, attributes ...Item) *Object {
	o := &Object{Callable: class, Args: args}
	o.setAttributes(attributes)
	if class != (Class{Module: "builtins", Name: "AttributeError"}) {
		return o
	}
	with := append(append([]Item(nil), attributes...), Item{Key: "args", Value: args})
	older := *o
	o.State, o.HasState = StrDict(with...), true
	o.Reducer = before{12, &older}
	return o
}

// NewEnumMember returns the member of an enum.Enum class that has the value.
func NewEnumMember(class Class, value any) *Object { return NewObject(class, value) }

// NewNamedTuple returns an instance of a class made by collections.namedtuple.
func NewNamedTuple(class Class, fields ...any) *Object {
	o := &Object{How: NewObj, Callable: class, Args: fields}
	o.Reducer = below{2, NewObject(Class{"copyreg", "_reconstructor"}, class, Class{"builtins", "tuple"}, Tuple(fields))}
	return o
}

// NewPartial returns functools.partial(fn, *args, **kwargs).
func NewPartial(fn any, args Tuple, kwargs ...Item) *Object {
	return &Object{
		Callable: class("functools", "partial"),
		Args:     Tuple{fn},
		State:    Tuple{fn, args, StrDict(kwargs...), nil},
		HasState: true,
	}
}

// NewSimpleNamespace returns types.SimpleNamespace(**attributes).
func NewSimpleNamespace(attributes ...Item) *Object {
	return &Object{Callable: class("types", "SimpleNamespace"), State: StrDict(attributes...), HasState: true}
}

// NewRange returns range(start, stop, step); each is an int64 or a *big.Int.
func NewRange(start, stop, step any) *Object {
	return NewObject(class("builtins", "range"), start, stop, step)
}

// NewSlice returns slice(start, stop, step); nil is None.
func NewSlice(start, stop, step any) *Object {
	return NewObject(class("builtins", "slice"), start, stop, step)
}
