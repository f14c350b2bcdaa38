package gotype

import (
	"reflect"
	"sync"
)

// Struct is what Python sees of a Go struct type.
type Struct struct {
	// Fields are the fields in the order of their declaration. The fields of an embedded struct take
	// its place.
	Fields []Field
	// Tuple is set when the struct is a Python tuple of its fields instead of a dict.
	Tuple bool
	// Clash names the fields that have the same Python name. It is empty if there are no such fields;
	// otherwise the struct can be neither written nor read.
	Clash string

	byName map[string]int
}

// Field is one field of a [Struct].
type Field struct {
	// Name is the field's Python name.
	Name string
	// Index is the path to the field as reflect.Value.FieldByIndex takes it.
	Index []int
	// Type is the field's Go type.
	Type reflect.Type
	// OmitEmpty is set when an empty value is not written.
	OmitEmpty bool
	// Key is Name as a value of Python's.
	Key any
	// Offset is where the field stands in its struct, in bytes. It is zero for a field that is
	// BehindPointer: an embedded pointer leads to it.
	Offset        uintptr
	BehindPointer bool

	tagged bool
}

// cache holds a *Struct for each reflect.Type that was asked for.
var cache sync.Map

// Of returns what Python sees of the struct type t. The result is shared and must not be changed.
// It panics when t is not a struct type.
func Of(t reflect.Type) *Struct {
	if s, ok := cache.Load(t); ok {
		return s.(*Struct) //nolint:forcetypeassert // The cache holds nothing else.
	}
	s, _ := cache.LoadOrStore(t, newStruct(t))
	return s.(*Struct) //nolint:forcetypeassert // The cache holds nothing else.
}

// Lookup returns the position in s.Fields of the field with that Python name, or -1.
func (s *Struct) Lookup(name string) int {
	if i, ok := s.byName[name]; ok {
		return i
	}
	return -1
}

func newStruct(t reflect.Type) *Struct {
	s := &Struct{byName: map[string]int{}}
	var rivals []Field
	if s.Fields, rivals = dominant(collect(t)); len(rivals) > 0 {
		s.Clash = clash(t, rivals)
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		s.byName[f.Name] = i
		f.Key = f.Name
		f.Offset, f.BehindPointer = offset(t, f.Index)
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Name == "_" {
			s.Tuple = s.Tuple || parseTag(f.Tag).tuple
		}
	}
	return s
}

// offset returns where the field of t stands that index leads to, and whether an embedded pointer
// is on the way.
func offset(t reflect.Type, index []int) (offset uintptr, behindPointer bool) {
	for _, i := range index {
		if t.Kind() == reflect.Pointer {
			return 0, true
		}
		f := t.Field(i)
		offset += f.Offset
		t = f.Type
	}
	return offset, false
}

// Get returns the field of the struct value v for reading. It reports false when an embedded
// pointer on the way is nil.
func (f *Field) Get(v reflect.Value) (reflect.Value, bool) {
	for i, x := range f.Index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}, false
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v, true
}

// Settable returns the field of the addressable struct value v for writing, making the embedded
// structs that pointers on the way do not point to yet.
func (f *Field) Settable(v reflect.Value) reflect.Value {
	for i, x := range f.Index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

// IsEmpty reports whether omitempty leaves v out: false, zero, nil, an empty string or container,
// or any value whose IsZero method says so.
func IsEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
			return z.IsZero()
		}
		return false
	}
	return v.IsZero()
}
