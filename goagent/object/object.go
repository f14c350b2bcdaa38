package object

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/py"
)

// Object is a served object that is put together by hand, name by name:
//
//	robot := object.New("Robot").
//		Method("think", think, "question", object.Default("depth", 3)).
//		Property("age", getAge, setAge).
//		Attribute("name", &name).
//		Dict("joints", joints).
//		Signal("arm_moved", &armMoved)
//	server, err := goagent.Serve(robot)
//
// Names must be Python identifiers without a leading underscore. What is wrong with a definition is
// found by [Object.Err] and by Serve. An Object must not be changed once it is served.
type Object struct {
	class   string
	members map[string]member
	order   []string
	errs    []error
}

// New returns an object without members. The class is what errors call it.
func New(class string) *Object {
	return &Object{class: class, members: map[string]member{}}
}

// Err returns everything that is wrong with the object's definition, or nil.
func (o *Object) Err() error { return errors.Join(o.errs...) }

// AttributeOption is a setting of one attribute or property of an [Object].
type AttributeOption int

const (
	// ReadOnly keeps peers from setting an attribute, and from changing what is in it: the items of
	// a dict or list, the attributes of an object.
	ReadOnly AttributeOption = iota + 1
	// AsObject has an attribute always sent as it is, also where peers would otherwise use it
	// remotely, such as text and lists. It mirrors pizco.Server.force_as_object.
	AsObject
)

func (m *valueMember) apply(options []AttributeOption) {
	for _, o := range options {
		switch o {
		case ReadOnly:
			m.put, m.frozen = nil, true
		case AsObject:
			m.asObject = true
		}
	}
}

// Method adds a method. The function may take a context first, which ends when the server is
// closed. A client that stops waiting does not say so, but it can cancel a future that [Go] has
// made with that context. The other parameters take what the peer sends.
//
// The params name them in their order, each a name or a [Parameter]. A context at the front, a
// [Kwargs] or [Keywords] parameter and a variadic one are left out. Without params the names are
// arg1, arg2 and so on, which cannot be used as keywords.
//
// The function may return nothing, a value, or several values (a tuple), each with an error last. A
// *[Future], or a channel whose first value is the result, lets the caller wait without keeping
// others from calling.
func (o *Object) Method(name string, fn any, params ...any) *Object {
	f, err := newFunction(o.class, name, reflect.ValueOf(fn), params...)
	return o.add(name, methodMember{name, f}, err)
}

// Property adds a property with a getter, func() T, and a setter, func(T). Both may take a context
// first, as methods may, and return an error last. Either may be nil: then the property cannot be
// read, or neither be set nor have what is in it changed.
func (o *Object) Property(name string, get, set any, options ...AttributeOption) *Object {
	m := &valueMember{name: name, frozen: set == nil}
	var errs []error
	if getter := reflect.ValueOf(get); getter.IsValid() {
		if getter.Kind() == reflect.Func && isGetter(method(getter.Type())) {
			m.typ, m.get = getter.Type().Out(0), getterOf(getter)
		} else {
			errs = append(errs, fmt.Errorf("the getter is %T, want func([context.Context]) (T[, error])", get))
		}
	}
	if setter := reflect.ValueOf(set); setter.IsValid() {
		if setter.Kind() == reflect.Func && setsSomething(setter.Type()) {
			m.put, m.putType = setterOf(name, setter), setter.Type().In(setter.Type().NumIn()-1)
		} else {
			errs = append(errs, fmt.Errorf("the setter is %T, want func([context.Context,] T) [error]", set))
		}
	}
	if get == nil && set == nil {
		errs = append(errs, errors.New("has neither getter nor setter"))
	}
	m.apply(options)
	return o.add(name, m, errors.Join(errs...))
}

// method returns the type of a function as that of a method, whose first parameter is the receiver.
func method(t reflect.Type) reflect.Type {
	in := []reflect.Type{objectType}
	for p := range t.Ins() {
		in = append(in, p)
	}
	return reflect.FuncOf(in, slices.Collect(t.Outs()), t.IsVariadic())
}

// setsSomething reports whether a function can be a setter.
func setsSomething(t reflect.Type) bool {
	n := t.NumIn()
	if n == 0 {
		return false
	}
	getter := reflect.FuncOf(nil, []reflect.Type{t.In(n - 1)}, false)
	return isSetter(method(t), getter)
}

// Attribute adds an attribute. A pointer shares the variable behind it with this program, which
// must not touch it during a call. Any other value is kept by the object, and the attribute is of
// its type from then on. An *Object is an object of its own, whose methods peers can call.
func (o *Object) Attribute(name string, value any, options ...AttributeOption) *Object {
	v := reflect.ValueOf(value)
	var err error
	switch _, isFunc := value.(func()); {
	case v.Kind() == reflect.Pointer && v.IsNil():
		err = fmt.Errorf("the attribute is a nil %T", value)
	case v.Kind() == reflect.Func || isFunc:
		return o.Method(name, value)
	}
	m := &valueMember{name: name}
	if nested, ok := value.(*Object); ok {
		err = errors.Join(err, nested.Err())
		m.get = func(context.Context, *Served) (reflect.Value, error) { return v, nil }
		m.apply(options)
		return o.add(name, m, err)
	}
	if err == nil {
		variable := attributeVariable(v)
		m.typ, m.putType = variable.Type(), variable.Type()
		m.get = func(context.Context, *Served) (reflect.Value, error) { return variable, nil }
		m.put = func(_ context.Context, _ *Served, value any) error {
			return assignAttribute(variable, name, value)
		}
	}
	m.apply(options)
	return o.add(name, m, err)
}

// attributeVariable returns the variable that holds an attribute: what a pointer leads to, or a new
// one.
func attributeVariable(v reflect.Value) reflect.Value {
	if !v.IsValid() {
		return reflect.ValueOf(new(any)).Elem()
	}
	if v.Kind() == reflect.Pointer && !isGraphPointer(v.Type()) {
		return v.Elem()
	}
	variable := reflect.New(v.Type()).Elem()
	variable.Set(v)
	return variable
}

// isGraphPointer reports whether a pointer is itself a value of package py.
func isGraphPointer(t reflect.Type) bool {
	return t.Elem().PkgPath() == reflect.TypeFor[py.Dict]().PkgPath()
}

// Dict adds a dict attribute: a map of Go or a *py.Dict, which peers read and change in place. They
// cannot put another dict into its place.
func (o *Object) Dict(name string, dict any) *Object {
	v := reflect.ValueOf(dict)
	_, isPython := dict.(*py.Dict)
	var err error
	if (v.Kind() != reflect.Map || v.IsNil()) && (!isPython || v.IsNil()) {
		err = fmt.Errorf("want a map or a *py.Dict that is not nil, have %T", dict)
	}
	m := &valueMember{name: name, get: func(context.Context, *Served) (reflect.Value, error) { return v, nil }}
	if v.Kind() == reflect.Map {
		m.typ = v.Type()
	}
	return o.add(name, m, err)
}

// Signal adds a signal.
func (o *Object) Signal(name string, signal SignalSource) *Object {
	var err error
	if v := reflect.ValueOf(signal); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		err = errors.New("the signal is nil")
	}
	return o.add(name, signalMember{name, signal}, err)
}

func (o *Object) add(name string, m member, err error) *Object {
	switch _, taken := o.members[name]; {
	case !naming.Valid(name) || naming.Private(name):
		err = errors.Join(err, errors.New("no name that can be served"))
	case taken:
		err = errors.Join(err, errors.New("is given twice"))
	}
	if err != nil {
		o.errs = append(o.errs, fmt.Errorf("pizco/object: %s.%s: %w", o.class, name, err))
		return o
	}
	o.members[name] = m
	o.order = append(o.order, name)
	return o
}

func (o *Object) member(name string) (member, bool) {
	m, ok := o.members[name]
	return m, ok
}

func (o *Object) names() []string { return o.order }
