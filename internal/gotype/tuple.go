package gotype

import (
	"fmt"
	"reflect"
)

// TupleOf returns a struct type that is a tuple in Python, whose items have these types. The fields
// stand behind a blank one, so that the item i is Field(i+1).
func TupleOf(items ...reflect.Type) reflect.Type {
	fields := []reflect.StructField{{
		Name: "_", PkgPath: reflect.TypeFor[Struct]().PkgPath(), Type: reflect.TypeFor[struct{}](), Tag: `pickle:",tuple"`,
	}}
	for i, item := range items {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("Item%d", i), Type: item})
	}
	return reflect.StructOf(fields)
}
