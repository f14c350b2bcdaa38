package object

import (
	"context"
	"encoding"
	"reflect"
	"sync"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/py"
)

// TypedMethod is a method whose arguments can be decoded into the types of its parameters, with no
// values of package py between.
type TypedMethod struct {
	object *Served
	name   string
	f      *function
}

// TypedMethod returns the method of that name, nil for one whose arguments are to be given as
// values of package py, and for anything else.
func (o *Served) TypedMethod(name string) *TypedMethod {
	if m, err := o.find(name); err == nil {
		if m, ok := m.(methodMember); ok && m.f.argumentStruct() != nil {
			return &TypedMethod{o, name, m.f}
		}
	}
	return nil
}

// Arguments returns the struct type that the arguments are decoded into: a tuple with one item for
// each parameter, as gotype.TupleOf makes it.
func (m *TypedMethod) Arguments() reflect.Type { return m.f.argumentStruct() }

// Call calls the method with arguments in a struct of the type Arguments. The result is that of
// [Served.Exec].
func (m *TypedMethod) Call(ctx context.Context, args reflect.Value) (result any, err error) {
	defer recovered(m.object, m.name, &err)
	in := make([]reflect.Value, 0, len(m.f.inputs)+1)
	if m.f.takesContext {
		in = append(in, reflect.ValueOf(ctx))
	}
	for i := range m.f.inputs {
		in = append(in, args.Field(i+1))
	}
	out, err := m.f.invokeWith(in)
	if err != nil {
		return nil, err
	}
	return m.f.result(m.object.settings, out)
}

// typedArguments has the struct that the arguments of a function are decoded into, which is made
// when it is first needed.
type typedArguments struct {
	once sync.Once
	typ  reflect.Type
}

// argumentStruct returns the struct that arguments are decoded into, nil when isTyped says that
// they are not.
func (f *function) argumentStruct() reflect.Type {
	f.typed.once.Do(func() {
		if !f.isTyped() {
			return
		}
		params := make([]reflect.Type, len(f.inputs))
		for i, in := range f.inputs {
			params[i] = in.typ
		}
		f.typed.typ = gotype.TupleOf(params...)
	})
	return f.typed.typ
}

// isTyped reports whether the arguments of a function can be decoded into the types of its
// parameters, and whether that saves anything. What may keep values as they came needs these to be
// looked at first.
func (f *function) isTyped() bool {
	if f.variadic != nil || f.kwargs {
		return false
	}
	saves := false
	for _, in := range f.inputs {
		if in.kind != inputParameter || f.params[in.param].holds || f.params[in.param].keywordOnly {
			return false
		}
		saves = saves || IsComposite(in.typ)
	}
	return saves
}

// IsComposite reports whether the values of a type are made of others, so that decoding into it
// saves making these as values of package py first. An interface, and a type with rules of its own,
// needs such values.
func IsComposite(t reflect.Type) bool {
	if p := reflect.PointerTo(t); p.Implements(pyUnmarshalerType) || p.Implements(textUnmarshalerType) || t.PkgPath() == pyPackage {
		return false
	}
	switch t.Kind() {
	case reflect.Pointer:
		return IsComposite(t.Elem())
	case reflect.Slice, reflect.Array:
		return t.Elem().Kind() != reflect.Interface && t.Elem().Kind() != reflect.Uint8
	case reflect.Map:
		return true
	case reflect.Struct:
		return !gotype.IsLeaf(t)
	}
	return false
}

var (
	pyUnmarshalerType   = reflect.TypeFor[py.Unmarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
	pyPackage           = reflect.TypeFor[py.List]().PkgPath()
)
