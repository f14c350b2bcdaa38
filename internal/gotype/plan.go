package gotype

import (
	"encoding"
	"math/big"
	"net/netip"
	"reflect"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/internal/raw"
)

// Form is how the values of a Go type become Python values.
type Form uint8

// The forms, in the order in which they are looked for.
const (
	// Unsupported is the form of channels and functions, which are not values.
	Unsupported Form = iota
	// Whole is the form of a type that is a Python value itself, see [Declare].
	Whole
	// Unpointed is the form of a declared struct without the pointer that gives it its identity.
	Unpointed
	// Interface is the form of an interface: its value has a form of its own.
	Interface
	// Marshals is the form of a type with MarshalPython.
	Marshals
	// Error is the form of errors, which are raised and not returned.
	Error
	// Standard is the form of time.Time and other types that are classes of Python's library.
	Standard
	// Text is the form of a type with MarshalText, a str.
	Text
	// Pointer is the form of a pointer that has no form by itself: None, or what it points to.
	Pointer
	// Bytes is the form of slices and arrays of bytes.
	Bytes
	// List is the form of other slices and arrays.
	List
	// Map is the form of maps, which are dicts.
	Map
	// Set is the form of maps of empty structs.
	Set
	// Record is the form of structs: a dict or a tuple of their fields.
	Record
	// Plain is the form of a scalar that is nothing but its kind.
	Plain
)

// Plan is how the values of a Go type become Python values. Package py makes values by it, and
// package pickle writes them by it. It is shared and must not be changed.
type Plan struct {
	// Type is the Go type.
	Type reflect.Type
	// Form is how its values become Python values.
	Form Form
	// ByPointer is set when only a pointer to a value has the method that Form names.
	ByPointer bool
	// Scalar is the kind of a Plain type, NoScalar for other forms.
	Scalar Scalar
	// Elem is the plan of what a Pointer points to, of a List's items and of a Map's values.
	Elem *Plan
	// Key is the plan of the keys of a Map or Set.
	Key *Plan
	// Struct are the fields of a Record, and Fields are their plans.
	Struct *Struct
	Fields []*Plan
	// Reason says why a Record cannot be converted. It is empty for one that can be.
	Reason string

	// apart is set when what an interface holds has to be copied before it can be read in place.
	apart bool
	// compare orders the keys of a Map or Set. It is nil when only their Python values have an order.
	compare func(a, b raw.Place) int
}

// Types that have a form of their own, whatever their kind and methods.
var (
	standard = map[reflect.Type]bool{
		reflect.TypeFor[time.Time](): true, reflect.TypeFor[time.Duration](): true, reflect.TypeFor[uuid.UUID](): true,
		reflect.TypeFor[big.Rat](): true, reflect.TypeFor[big.Int](): true,
		reflect.TypeFor[netip.Addr](): true, reflect.TypeFor[netip.Prefix](): true,
	}
	declared = map[reflect.Type]Form{reflect.TypeFor[*big.Int](): Whole}
)

// Declare says which types are Python values themselves. A pointer among them gives its value an
// identity, so the struct that it points to is Unpointed. Package py declares its types, once and
// before any plan is made.
func Declare(values ...reflect.Type) bool {
	for _, t := range values {
		declared[t] = Whole
		if t.Kind() == reflect.Pointer {
			declared[t.Elem()] = Unpointed
		}
	}
	return true
}

// IsDeclared reports whether t is a declared type, or a declared struct without its pointer.
func IsDeclared(t reflect.Type) bool { return declared[t] != Unsupported }

var (
	marshalerType     = reflect.TypeFor[interface{ MarshalPython() (any, error) }]()
	textMarshalerType = reflect.TypeFor[encoding.TextMarshaler]()
	errorType         = reflect.TypeFor[error]()
	emptyStruct       = reflect.TypeFor[struct{}]()
)

// plans holds a *Plan for each reflect.Type that was asked for. It only ever remembers what the
// type itself says, so it is no state that anybody could observe.
var plans sync.Map

// PlanOf returns how the values of a type become Python values.
func PlanOf(t reflect.Type) *Plan {
	if p, ok := plans.Load(t); ok {
		return p.(*Plan) //nolint:forcetypeassert // The map holds nothing else.
	}
	m := planner{}
	m.plan(t)
	for t, p := range m {
		plans.LoadOrStore(t, p)
	}
	return m[t]
}

// planner makes the plans of a type and of the types in it, which may hold each other.
type planner map[reflect.Type]*Plan

func (m planner) plan(t reflect.Type) *Plan {
	if p, ok := m[t]; ok {
		return p
	}
	p := &Plan{Type: t, apart: mayBeWord(t) || isPointedTo(t)}
	m[t] = p
	if p.Form, p.ByPointer = formOf(t); p.Form == Unsupported {
		m.byKind(p)
	}
	return p
}

// formOf returns the form that a type has by what it is or by a method, Unsupported for a type that
// goes by its kind. A method of the pointer counts for the type as well.
func formOf(t reflect.Type) (form Form, byPointer bool) {
	if form := declared[t]; form != Unsupported {
		return form, false
	}
	if t.Kind() == reflect.Interface {
		return Interface, false
	}
	methods, base := t, t
	if onlyPointer(t, marshalerType) || onlyPointer(t, textMarshalerType) {
		methods = reflect.PointerTo(t)
	}
	if t.Kind() == reflect.Pointer {
		base = t.Elem()
	}
	switch {
	case methods.Implements(marshalerType):
		return Marshals, !t.Implements(marshalerType)
	case methods.Implements(errorType):
		return Error, false
	case standard[base]:
		return Standard, false
	case methods.Implements(textMarshalerType):
		return Text, !t.Implements(textMarshalerType)
	}
	return Unsupported, false
}

// onlyPointer reports whether the pointer to a named type has a method that the type has not.
func onlyPointer(t, method reflect.Type) bool {
	return t.PkgPath() != "" && !t.Implements(method) && reflect.PointerTo(t).Implements(method)
}

// byKind makes the plan of a type that is nothing but its kind.
func (m planner) byKind(p *Plan) {
	t := p.Type
	switch t.Kind() {
	case reflect.Pointer:
		p.Form, p.Elem = Pointer, m.plan(t.Elem())
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			p.Form = Bytes
			return
		}
		p.Form, p.Elem = List, m.plan(t.Elem())
	case reflect.Map:
		p.Form, p.Key, p.Elem = Map, m.plan(t.Key()), m.plan(t.Elem())
		if t.Elem() == emptyStruct {
			p.Form = Set
		}
		p.compare = p.Key.Scalar.order()
	case reflect.Struct:
		m.record(p)
	default:
		if p.Scalar = scalars[t.Kind()]; p.Scalar != NoScalar {
			p.Form = Plain
		}
	}
}

func (m planner) record(p *Plan) {
	p.Form, p.Struct = Record, Of(p.Type)
	if p.Reason = p.Struct.Clash; IsLeaf(p.Type) {
		p.Reason = "it has no exported fields"
	}
	if p.Reason != "" {
		return
	}
	for i := range p.Struct.Fields {
		p.Fields = append(p.Fields, m.plan(p.Struct.Fields[i].Type))
	}
}

// mayBeWord reports whether an interface may hold the values of a type themselves instead of a
// pointer to them.
func mayBeWord(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Array:
		return t.Size() == reflect.TypeFor[uintptr]().Size()
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return true
	}
	return false
}

// isPointedTo reports whether pointers to values of a type, or to parts of them, are used when they
// are converted.
func isPointedTo(t reflect.Type) bool {
	switch form, byPointer := formOf(t); {
	case form == Unpointed || byPointer:
		return true
	case t.Kind() == reflect.Array:
		return isPointedTo(t.Elem())
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if isPointedTo(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}
