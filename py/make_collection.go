package py

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
)

// NewOrderedDict returns collections.OrderedDict of the pairs.
func NewOrderedDict(pairs ...Pair) *Object {
	return &Object{Callable: class("collections", "OrderedDict"), DictItems: pairs}
}

// NewDefaultDict returns collections.defaultdict of the pairs; factory is a Class or another
// callable, or nil for none.
func NewDefaultDict(factory any, pairs ...Pair) *Object {
	o := &Object{Callable: class("collections", "defaultdict"), DictItems: pairs}
	if factory != nil {
		o.Args = Tuple{factory}
	}
	return o
}

// NewCounter returns collections.Counter of the counts, a dict of elements and ints.
func NewCounter(counts *Dict) *Object {
	return NewObject(class("collections", "Counter"), counts)
}

// NewDeque returns collections.deque of the items.
func NewDeque(items ...any) *Object {
	return &Object{Callable: class("collections", "deque"), ListItems: items}
}

// NewBoundedDeque returns collections.deque of the items that keeps no more than maxlen.
func NewBoundedDeque(maxlen int, items ...any) *Object {
	return &Object{Callable: class("collections", "deque"), Args: Tuple{Tuple{}, int64(maxlen)}, ListItems: items}
}

// arrayCodes are the type codes of module array and the codes by which it names their layout in
// memory, little-endian.
var arrayCodes = map[reflect.Kind]struct {
	code   string
	format int64
}{
	reflect.Int8: {"b", 1}, reflect.Uint8: {"B", 0}, reflect.Int16: {"h", 4}, reflect.Uint16: {"H", 2}, reflect.Int32: {"i", 8}, reflect.Uint32: {"I", 6},
	reflect.Int64: {"q", 12}, reflect.Uint64: {"Q", 10}, reflect.Float32: {"f", 14}, reflect.Float64: {"d", 16},
}

// NewArrayArray returns array.array of the elements. They are a slice of int8 to int64, uint8 to
// uint64, float32 or float64. The type code has their size: "b" to "q", "B" to "Q", "f" or "d".
func NewArrayArray(elements any) (*Object, error) {
	v := reflect.ValueOf(elements)
	if v.Kind() != reflect.Slice {
		return nil, fmt.Errorf("pizco/py: %T is not a slice of numbers", elements)
	}
	code, ok := arrayCodes[v.Type().Elem().Kind()]
	if !ok {
		return nil, fmt.Errorf("pizco/py: array.array has no elements like those of %T", elements)
	}
	content, err := binary.Append(nil, binary.LittleEndian, elements)
	if err != nil {
		return nil, fmt.Errorf("pizco/py: array.array: %w", err)
	}
	rebuild := class("array", "_array_reconstructor")
	o := NewObject(rebuild, arrayClass, code.code, code.format, content)
	o.Reducer = arrayReducer{code.code, elements, NewObject(rebuild, arrayClassBefore310, code.code, code.format, content)}
	return o, nil
}

// The names in array.array are other objects than the module's name in array._array_reconstructor;
// up to CPython 3.9 the module's is the same.
var (
	arrayClass          = class(strings.Clone("array"), strings.Clone("array"))
	arrayClassBefore310 = class("array", arrayClass.Name)
)

// arrayReducer reduces an array.array below protocol 3 to a list of its elements.
type arrayReducer struct {
	code      string
	elements  any
	before310 *Object
}

// Reduce implements Reducer.
func (a arrayReducer) Reduce(protocol, minor int) *Object {
	switch {
	case protocol >= 3 && minor < 10:
		return a.before310
	case protocol >= 3:
		return nil
	}
	v := reflect.ValueOf(a.elements)
	items := make([]any, v.Len())
	for i := range items {
		items[i] = numberOf(v.Index(i))
	}
	return NewObject(arrayClass, a.code, NewList(items...))
}
