package object

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/gotype"
)

var (
	signalType = reflect.TypeFor[Signal]()
	sourceType = reflect.TypeFor[SignalSource]()
	mutexTypes = []reflect.Type{reflect.TypeFor[sync.Mutex](), reflect.TypeFor[sync.RWMutex]()}
)

// goClass is what reflection finds about a type: how to make each member for a value of it.
type goClass struct {
	name    string
	members map[string]binder
	sorted  []string
}

// binder makes a member for a receiver, which is a pointer to a struct or a value of another kind.
type binder func(receiver reflect.Value) (member, bool)

// reflectObject returns the object that a value of Go is for peers.
func reflectObject(value any, settings *Settings) (*Served, error) {
	v := reflect.ValueOf(value)
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, fmt.Errorf("pizco/object: cannot serve %v", value)
	}
	v = addressable(v)
	class, err := classOfType(v.Type(), v, settings)
	if err != nil {
		return nil, err
	}
	return &Served{class: class.name, settings: settings, members: boundClass{class, v}}, nil
}

// addressable returns a pointer to a struct that is given by value, so that pointer methods and
// fields can be used.
func addressable(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Struct {
		return v
	}
	if v.CanAddr() {
		return v.Addr()
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p
}

// boundClass is a class with the receiver of its members.
type boundClass struct {
	class    *goClass
	receiver reflect.Value
}

func (b boundClass) member(name string) (member, bool) {
	bind, ok := b.class.members[name]
	if !ok {
		return nil, false
	}
	return bind(b.receiver)
}

func (b boundClass) names() []string { return b.class.sorted }

// classOfType returns what is known of a type. Descriptions come from the value, since they may
// need it.
func classOfType(t reflect.Type, v reflect.Value, settings *Settings) (*goClass, error) {
	if known, ok := settings.types.Load(t); ok {
		if class, ok := known.(*goClass); ok {
			return class, nil
		}
	}
	a := analysis{typ: t, description: newDescription(), members: map[string]binder{}, origin: map[string]string{}}
	if described, ok := v.Interface().(Described); ok {
		described.DescribePizco(a.description)
	}
	class, err := a.class()
	if err != nil {
		return nil, fmt.Errorf("pizco/object: %s cannot be served: %w", t, err)
	}
	settings.types.Store(t, class)
	return class, nil
}

// analysis collects the members of a type.
type analysis struct {
	typ         reflect.Type
	description *Description
	members     map[string]binder
	origin      map[string]string // Python name to Go name
	errs        []error
}

func (a *analysis) class() (*goClass, error) {
	name := a.description.class
	t := a.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if name == "" {
		name = typeName(t.Name())
	}
	hidden := map[string]bool{}
	if t.Kind() == reflect.Struct {
		a.fields(t, hidden)
		a.hidePromoted(t, hidden)
	}
	a.methods(name, hidden)
	a.errs = append(a.errs, a.description.unused(a.typ)...)
	if err := errors.Join(a.errs...); err != nil {
		return nil, err
	}
	sorted := make([]string, 0, len(a.members))
	for name := range a.members {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	return &goClass{name: name, members: a.members, sorted: sorted}, nil
}

func (a *analysis) add(pythonName, goName string, bind binder) {
	if other, taken := a.origin[pythonName]; taken {
		a.errs = append(a.errs, fmt.Errorf("%s and %s are both called %s", other, goName, pythonName))
		return
	}
	if naming.Private(pythonName) {
		return
	}
	a.origin[pythonName] = goName
	a.members[pythonName] = bind
}

// fields adds the exported fields, including fields of embedded structs. The methods of an embedded
// field that is left out are added to hidden.
func (a *analysis) fields(t reflect.Type, hidden map[string]bool) {
	for _, field := range reflect.VisibleFields(t) {
		tag, err := naming.ParseTag(field)
		if err != nil {
			a.errs = append(a.errs, err)
			continue
		}
		if field.Anonymous && (tag.Skip || slices.Contains(mutexTypes, field.Type)) {
			hideMethods(field.Type, hidden)
		}
		switch {
		case tag.Skip || !field.IsExported() || a.description.hides(field.Name):
		case field.Anonymous && naming.Flattens(field.Type): // its fields and methods are promoted
		default:
			if name := a.description.rename(field.Name); name != "" {
				tag.Name = name
			}
			a.field(field, tag)
		}
	}
}

func hideMethods(t reflect.Type, hidden map[string]bool) {
	if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface {
		t = reflect.PointerTo(t)
	}
	for i := range t.NumMethod() {
		hidden[t.Method(i).Name] = true
	}
}

func (a *analysis) field(field reflect.StructField, tag naming.Tag) {
	switch t := field.Type; {
	case t == signalType:
		a.add(tag.Name, field.Name, func(receiver reflect.Value) (member, bool) {
			v, err := receiver.Elem().FieldByIndexErr(field.Index)
			if err != nil {
				return nil, false
			}
			source, ok := v.Addr().Interface().(SignalSource)
			return signalMember{tag.Name, source}, ok
		})
	case t.Implements(sourceType):
		a.add(tag.Name, field.Name, func(receiver reflect.Value) (member, bool) {
			v, err := receiver.Elem().FieldByIndexErr(field.Index)
			if err != nil || v.IsNil() {
				return nil, false
			}
			source, ok := v.Interface().(SignalSource)
			return signalMember{tag.Name, source}, ok
		})
	case t.Kind() == reflect.Func:
		a.function(field, tag)
	default:
		a.add(tag.Name, field.Name, func(receiver reflect.Value) (member, bool) { return fieldMember(receiver, field, tag), true })
	}
}

// function adds a field that holds a function. A nil function is None.
func (a *analysis) function(field reflect.StructField, tag naming.Tag) {
	params := a.description.parameters(field.Name)
	if _, err := newFunction("", tag.Name, reflect.MakeFunc(field.Type, func([]reflect.Value) []reflect.Value { return nil }), params...); err != nil {
		a.errs = append(a.errs, err)
		return
	}
	a.add(tag.Name, field.Name, func(receiver reflect.Value) (member, bool) {
		v, err := receiver.Elem().FieldByIndexErr(field.Index)
		if err != nil || v.IsNil() {
			return &valueMember{name: tag.Name, get: func(context.Context, *Served) (reflect.Value, error) { return reflect.Value{}, nil }}, true
		}
		f, err := newFunction("", tag.Name, v, params...)
		return methodMember{tag.Name, f}, err == nil
	})
}

func fieldMember(receiver reflect.Value, field reflect.StructField, tag naming.Tag) member {
	m := &valueMember{name: tag.Name, typ: field.Type, putType: field.Type, asObject: tag.AsObject, frozen: tag.ReadOnly}
	if !tag.WriteOnly {
		m.get = func(context.Context, *Served) (reflect.Value, error) {
			v, err := receiver.Elem().FieldByIndexErr(field.Index)
			if err != nil {
				return v, pyerr.AttributeError.New(tag.Name)
			}
			return v, nil
		}
	}
	if !tag.ReadOnly {
		m.put = func(_ context.Context, _ *Served, value any) error {
			v, err := receiver.Elem().FieldByIndexErr(field.Index)
			if err != nil {
				return pyerr.AttributeError.New(tag.Name)
			}
			return assignAttribute(v, tag.Name, value)
		}
	}
	return m
}

// methods adds the exported methods; a pair X and SetX becomes the property x.
func (a *analysis) methods(class string, hidden map[string]bool) {
	names := map[string]reflect.Method{}
	for i := range a.typ.NumMethod() {
		m := a.typ.Method(i)
		if !hidden[m.Name] && m.Name != "DescribePizco" && !a.description.hides(m.Name) {
			names[m.Name] = m
		}
	}
	for i := range a.typ.NumMethod() { // in the order of their names
		m, ok := names[a.typ.Method(i).Name]
		if !ok {
			continue
		}
		setter, paired := names["Set"+m.Name]
		switch {
		case isGetter(m.Type) && (paired && isSetter(setter.Type, m.Type) || a.description.properties[m.Name]):
			if !paired {
				setter = reflect.Method{Index: -1}
			}
			a.property(m, setter)
		case a.setsProperty(m, names):
		default:
			a.method(class, m)
		}
	}
}

func (a *analysis) setsProperty(m reflect.Method, names map[string]reflect.Method) bool {
	name, ok := strings.CutPrefix(m.Name, "Set")
	getter, paired := names[name]
	return ok && paired && isGetter(getter.Type) && isSetter(m.Type, getter.Type)
}

func (a *analysis) pythonName(goName string) string {
	if name := a.description.rename(goName); name != "" {
		return name
	}
	return gotype.Snake(goName)
}

func (a *analysis) property(getter, setter reflect.Method) {
	name := a.pythonName(getter.Name)
	typ, asObject := getter.Type.Out(0), a.description.asObject[getter.Name]
	a.add(name, getter.Name, func(receiver reflect.Value) (member, bool) {
		m := &valueMember{name: name, typ: typ, putType: typ, asObject: asObject, frozen: setter.Index < 0 && typ != objectType, get: getterOf(receiver.Method(getter.Index))}
		if setter.Index >= 0 {
			m.put = setterOf(name, receiver.Method(setter.Index))
		}
		return m, true
	})
}

func (a *analysis) method(class string, m reflect.Method) {
	name := a.pythonName(m.Name)
	params := a.description.parameters(m.Name)
	f, err := newFunction(class, name, reflect.Zero(a.typ).Method(m.Index), params...)
	if err != nil {
		a.errs = append(a.errs, err)
		return
	}
	a.add(name, m.Name, func(receiver reflect.Value) (member, bool) {
		bound := *f
		bound.fn = receiver.Method(m.Index)
		return methodMember{name, &bound}, true
	})
}
