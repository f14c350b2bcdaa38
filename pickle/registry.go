package pickle

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/py"
)

// Layout tells how the instances of a Python class are pickled.
type Layout uint8

const (
	// StateDict is a plain class: its instances are made without arguments and given their
	// __dict__, which holds the struct's fields by their Python names. Dataclasses are of this
	// kind.
	StateDict Layout = iota
	// Slots is a class with __slots__ and no __dict__: the fields are its slots. CPython pickles
	// such classes from protocol 2 on only.
	Slots
	// Args is a class whose __reduce__ is (class, arguments): the fields in their order are the
	// arguments of a call.
	Args
	// NewArgs is a class whose __getnewargs__ gives the fields in their order, such as a named tuple.
	// Below protocol 2 the instances are written as instances of a subclass of tuple, as named tuples
	// are.
	NewArgs
)

// Registry ties Go struct types to Python classes, in both directions. A registered struct, or a
// pointer to one, is written as an instance of its class. An instance is read into the struct where
// the target is that struct or any. Fields have the Python names that the tag `pickle:"name"` gives
// them, by default the snake_case of their Go names. omitempty leaves a field out of a StateDict or
// of Slots.
//
// A Registry holds only what was registered; it is given to an encoder or decoder with
// [WithRegistry]. Register everything before it is used: registering is not safe beside other uses,
// all others are safe beside each other.
type Registry struct {
	byType  map[reflect.Type]*registration
	byClass map[py.Class]*registration
}

// registration is a Go struct type and the class that it is in Python.
type registration struct {
	class  py.Class
	goType reflect.Type
	fields *gotype.Struct
	layout Layout
	// writer returns how the fields are written; it is made when it is first asked for.
	writer func() *structWriter
}

// NewRegistry returns a Registry that has nothing yet.
func NewRegistry() *Registry {
	return &Registry{byType: map[reflect.Type]*registration{}, byClass: map[py.Class]*registration{}}
}

// Register ties the struct type of prototype, a struct or a pointer to one, to the class
// module.name. It fails with an [*OptionError] when prototype is not a struct or two of its fields
// have one name, or when the type or the class is registered already.
func (r *Registry) Register(module, name string, prototype any, layout Layout) error {
	class := py.Class{Module: module, Name: name}
	t := reflect.TypeOf(prototype)
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	refuse := func(format string, args ...any) error {
		return &OptionError{Option: "Registry", Reason: fmt.Sprintf(format, args...)}
	}
	switch {
	case t == nil || t.Kind() != reflect.Struct:
		return refuse("%T is not a struct", prototype)
	case gotype.Of(t).Clash != "":
		return refuse("%v: %s", t, gotype.Of(t).Clash)
	case layout > NewArgs:
		return refuse("%d is not a layout", layout)
	case r.byType[t] != nil:
		return refuse("%v is registered as %v", t, r.byType[t].class)
	case r.byClass[class] != nil:
		return refuse("%v is registered for %v", class, r.byClass[class].goType)
	}
	made := &registration{class: class, goType: t, fields: gotype.Of(t), layout: layout}
	made.writer = sync.OnceValue(func() *structWriter {
		m := goPlanMaker{made: map[reflect.Type]*goPlan{}}
		return m.structWriter(made.goType)
	})
	r.byType[t], r.byClass[class] = made, made
	return nil
}

// lookupType returns what is registered for a struct type, or nil; r may be nil.
func (r *Registry) lookupType(t reflect.Type) *registration {
	if r == nil {
		return nil
	}
	return r.byType[t]
}

// lookupClass returns what is registered for a class, or nil; r may be nil.
func (r *Registry) lookupClass(c py.Class) *registration {
	if r == nil {
		return nil
	}
	return r.byClass[c]
}

// Option is an option of both encoding and decoding.
type Option interface {
	EncodeOption
	DecodeOption
}

type registryOption struct{ r *Registry }

// WithRegistry lets the classes and struct types that are registered in r stand for each other. By
// default no class is registered: a struct is a dict, and an instance of any class a *py.Object.
func WithRegistry(r *Registry) Option { return registryOption{r} }

func (o registryOption) applyEncode(c *encodeConfig) error {
	c.registry = o.r
	return nil
}

func (o registryOption) applyDecode(c *decodeConfig) error {
	c.registry = o.r
	return nil
}
