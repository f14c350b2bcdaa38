package object

import (
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/py"
)

// TestTypesAndValuesAgree holds what inspect says of a type to what 'get' says of its values.
func TestTypesAndValuesAgree(t *testing.T) {
	for _, v := range []any{
		"x", []byte("x"), []any{1}, map[string]int{}, 1, 1.5, true, map[string]struct{}{},
		&py.Dict{}, &py.List{}, &py.ByteArray{}, py.Tuple{1}, &py.Set{}, &py.FrozenSet{}, py.Class{Module: "builtins", Name: "len"},
	} {
		static := remoteType(reflect.TypeOf(v))
		if static == mayBeRemote {
			static = isValue // what inspect leaves out is asked for
		}
		o, err := Of(New("Holder").Property("held", func() any { return v }, nil), &Settings{})
		if err != nil {
			t.Fatal(err)
		}
		_, remote, err := o.Get(t.Context(), "held", false)
		if err != nil || remote != (static == isRemote) {
			t.Errorf("%T: by its type %v, by its value %v, %v", v, static == isRemote, remote, err)
		}
	}
}
