package gotype_test

import (
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/internal/gotype"
)

func TestTupleOf(t *testing.T) {
	items := []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[[]int](), reflect.TypeFor[struct{ A any }]()}
	made := gotype.TupleOf(items...)
	s := gotype.Of(made)
	if !s.Tuple || s.Clash != "" || len(s.Fields) != len(items) || gotype.IsLeaf(made) || gotype.IsLeaf(gotype.TupleOf()) {
		t.Fatalf("%+v", s)
	}
	for i, item := range items {
		if made.Field(i+1).Type != item || !reflect.DeepEqual(s.Fields[i].Index, []int{i + 1}) {
			t.Errorf("item %d is %v, field %v", i, made.Field(i+1).Type, s.Fields[i].Index)
		}
	}
}
