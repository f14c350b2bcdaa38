package py

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/internal/raw"
)

// NotPlainError reports that a value holds more than plain values: a class or function, a
// persistent id, or an object of a class that is not known to be harmless. A Python that unpickles
// it may run code of the sender's choice.
type NotPlainError struct {
	// Holds says what the value holds, such as "an object of lab.Point" or "the class or function
	// os.system".
	Holds string
	// Class is the class that was not allowed, or the zero Class for other reasons.
	Class Class
}

// Error returns what the value holds.
func (e *NotPlainError) Error() string {
	return "pizco/py: the value is not plain: it holds " + e.Holds
}

// CheckPlain returns a *[NotPlainError] when v holds anything but plain values, however deep. Plain
// values cannot name what a Python that unpickles them would call:
//
//   - None, bool, int, float, complex, str, bytes, bytearray, Ellipsis and NotImplemented
//   - tuple, list, dict, set and frozenset of plain values
//   - datetime, date, time, timedelta, timezone and ZoneInfo
//   - Decimal, Fraction, UUID, range, slice, paths, and the classes of ipaddress
//   - OrderedDict, Counter, deque, defaultdict of a built-in type, and array.array
//   - the built-in exceptions
//   - numpy's arrays, scalars and dtypes without Python objects in them
//
// Objects of the standard library are plain in the form in which CPython pickles them. Paths are
// the pure and the concrete ones.
//
// Objects of the classes for which allowed reports true are let in as well, when all their parts
// are plain or allowed. Every form in which a class is pickled is let in. A nil allowed lets in no
// class. Structs of the program's own are followed to the values that they hold. The work is in
// proportion to the size of the graph, however often it shares its parts.
func CheckPlain(v any, allowed func(Class) bool) error {
	c := plainCheck{allowed: allowed, quick: quickPlainSteps}
	if c.few(v, 0) {
		return nil
	}
	c.seen = map[seenValue]bool{}
	c.open = append(c.open, v)
	for len(c.open) > 0 {
		last := len(c.open) - 1
		next := c.open[last]
		c.open = c.open[:last]
		if err := c.look(next); err != nil {
			return err
		}
	}
	return nil
}

const (
	// quickPlainSteps is how many values are looked at without keeping which have been seen.
	quickPlainSteps = 1 << 10
	// quickPlainDepth is how deep they may be nested.
	quickPlainDepth = 32
)

type plainCheck struct {
	allowed func(Class) bool
	quick   int
	seen    map[seenValue]bool
	open    []any
}

// seenValue tells a value from others. The type is that of a Go value of the program, and nil for
// values of this package.
type seenValue struct {
	at  raw.Place
	typ reflect.Type
}

// few reports whether a value is small, plain and without objects. It needs no memory for that.
func (c *plainCheck) few(v any, depth int) bool {
	if c.quick--; c.quick < 0 || depth > quickPlainDepth {
		return false
	}
	if isPlainLeaf(v) {
		return true
	}
	switch v := v.(type) {
	case Tuple:
		return c.fewItems(v, depth)
	case *List:
		return c.fewItems(v.Items, depth)
	case *Dict:
		return c.fewPairs(v.t.entries, depth)
	case *Set:
		return c.fewPairs(v.t.entries, depth)
	case *FrozenSet:
		return c.fewPairs(v.t.entries, depth)
	}
	return false
}

func (c *plainCheck) fewItems(items []any, depth int) bool {
	for _, item := range items {
		if !c.few(item, depth+1) {
			return false
		}
	}
	return true
}

func (c *plainCheck) fewPairs(pairs []Pair, depth int) bool {
	for _, p := range pairs {
		if !c.few(p.Key, depth+1) || !c.few(p.Value, depth+1) {
			return false
		}
	}
	return true
}

// isPlainLeaf reports whether v is plain and holds nothing else.
func isPlainLeaf(v any) bool {
	switch v.(type) {
	case nil, bool, int64, *big.Int, float64, complex128, string, []byte, *ByteArray, *Buffer, ellipsis, notImplemented:
		return true
	}
	return false
}

// look checks one value and queues what it holds.
func (c *plainCheck) look(v any) error {
	if isPlainLeaf(v) {
		return nil
	}
	switch v := v.(type) {
	case Class:
		return &NotPlainError{Holds: "the class or function " + v.String(), Class: v}
	case PersistentID:
		return &NotPlainError{Holds: "a persistent id"}
	}
	if at := identity(v); !at.IsNil() {
		if c.again(at, nil) {
			return nil
		}
	}
	switch v := v.(type) {
	case Tuple:
		c.add(v...)
	case *List:
		c.add(v.Items...)
	case *Set:
		c.addPairs(v.t.entries)
	case *FrozenSet:
		c.addPairs(v.t.entries)
	case *Dict:
		c.addPairs(v.t.entries)
	case *Object:
		return c.object(v)
	default:
		return c.own(reflect.ValueOf(v), 0)
	}
	return nil
}

// again reports whether a value has been looked at before, and notes it.
func (c *plainCheck) again(at raw.Place, typ reflect.Type) bool {
	before := c.seen[seenValue{at, typ}]
	c.seen[seenValue{at, typ}] = true
	return before
}

// add enters values that are to be looked at.
func (c *plainCheck) add(values ...any) {
	for _, v := range values {
		if !isPlainLeaf(v) {
			c.open = append(c.open, v)
		}
	}
}

func (c *plainCheck) addPairs(pairs []Pair) {
	for _, p := range pairs {
		c.add(p.Key, p.Value)
	}
}

// object checks the form of an object and enters what it is made of.
func (c *plainCheck) object(o *Object) error {
	if parts, ok := plainParts(o); ok {
		c.add(parts...)
		c.addPairs(o.DictItems)
		c.add(o.ListItems...)
		return nil
	}
	class, parts, ok := namedParts(o)
	if !ok {
		if class == (Class{}) {
			return &NotPlainError{Holds: fmt.Sprintf("an object that is made by a %s", TypeName(o.Callable))}
		}
		return &NotPlainError{Holds: "an object of " + class.String() + " in a form that is not let in", Class: class}
	}
	if c.allowed == nil || !c.allowed(class) {
		return &NotPlainError{Holds: "an object of " + class.String(), Class: class}
	}
	c.add(parts...)
	c.addPairs(o.DictItems)
	c.add(o.ListItems...)
	return nil
}

// namedParts returns the class of an object in one of the forms in which instances of classes are
// pickled, and what it is made of besides the class and its items. It reports false for other
// forms, with the class as far as there is one.
func namedParts(o *Object) (class Class, parts []any, ok bool) {
	class, ok = o.Callable.(Class)
	if !ok || o.StateSetter != nil {
		return o.Class(), nil, false
	}
	parts = []any{o.State}
	if o.Kwargs != nil {
		parts = append(parts, o.Kwargs)
	}
	if !isCopyreg(class) {
		return class, append(parts, o.Args...), true
	}
	if len(o.Args) == 0 {
		return class, nil, false
	}
	inner, ok := o.Args[0].(Class)
	if !ok {
		return class, nil, false
	}
	rest := o.Args[1:]
	if class.Name == "_reconstructor" {
		if len(rest) != 2 || !isBuiltinType(rest[0]) {
			return inner, nil, false
		}
		rest = rest[1:]
	}
	return inner, append(parts, rest...), true
}

// builtinTypes are the built-in types that subclasses and defaultdicts are made of.
var builtinTypes = []string{"object", "bool", "int", "long", "float", "complex", "str", "unicode", "bytes", "bytearray", "list", "tuple", "dict", "set", "frozenset"}

func isBuiltinType(v any) bool {
	c, ok := v.(Class)
	return ok && isBuiltin(c.Module) && slices.Contains(builtinTypes, c.Name)
}

// maxOwnDepth bounds how deep the program's own values are followed.
const maxOwnDepth = 100

// own enters the values that a Go value of the program holds, such as a struct that a decoder has
// made for a registered class.
func (c *plainCheck) own(v reflect.Value, depth int) error {
	if !v.IsValid() || !HoldsValues(v.Type()) {
		return nil
	}
	if depth > maxOwnDepth {
		return &NotPlainError{Holds: "a Go value that is nested too deeply, or holds itself"}
	}
	if v.CanInterface() && (isPython(v.Interface()) || isGraphType(v.Interface())) {
		c.add(v.Interface())
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || c.again(raw.Of(v), v.Type()) {
			return nil
		}
		return c.own(v.Elem(), depth+1)
	case reflect.Interface:
		return c.own(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := c.own(v.Index(i), depth+1); err != nil {
				return err
			}
		}
	case reflect.Map:
		if c.again(raw.Of(v), v.Type()) {
			return nil
		}
		for at := v.MapRange(); at.Next(); {
			if err := c.own(at.Key(), depth+1); err != nil {
				return err
			}
			if err := c.own(at.Value(), depth+1); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if err := c.own(v.Field(i), depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
