package goagent_test

import (
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/pyenv"
)

func describe(t *testing.T, endpoint string) []object.MemberInfo {
	t.Helper()
	proxy, err := goagent.Dial(t.Context(), endpoint)
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	members, err := proxy.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return members
}

func TestDescribeOriginal(t *testing.T) {
	want := []object.MemberInfo{
		{Name: "age", Kind: object.KindAttribute},
		{Name: "arm_moved", Kind: object.KindSignal},
		{Name: "greet", Kind: object.KindMethod},
		{Name: "move_arm", Kind: object.KindMethod},
		{Name: "name", Kind: object.KindAttribute},
		{Name: "position", Kind: object.KindAttribute},
		{Name: "think", Kind: object.KindMethod, Doc: "Returns a future, as methods do that take their time."},
		{Name: "tools", Kind: object.KindAttribute, Items: true},
	}
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			if got := describe(t, python.Serve(t, pyenv.Robot).RepEndpoint); !reflect.DeepEqual(got, want) {
				t.Errorf("%+v\nwant\n%+v", got, want)
			}
		})
	}
}

// TestDescribeOriginalJSON must not ask a server that writes json for what would make it raise: it
// would never answer again.
func TestDescribeOriginalJSON(t *testing.T) {
	server := pyenv.Newest(t).Serve(t, pyenv.MultiplyBy, pyenv.WithArgs("--serializer", "json"))
	want := []object.MemberInfo{
		{Name: "calculate", Kind: object.KindAttribute}, {Name: "factor", Kind: object.KindAttribute}, {Name: "factor_changed", Kind: object.KindAttribute},
	}
	for range 2 {
		if got := describe(t, server.RepEndpoint); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nwant\n%+v", got, want)
		}
	}
}

func TestDescribeGo(t *testing.T) {
	var moved object.Signal
	type options struct {
		object.Keywords
		Speed float64
	}
	made := object.New("Arm").
		Method("move", func(int, ...string) error { return nil }, object.Default("to", 3)).
		Method("turn", func(string, options, ...bool) {}).
		Method("stop", func(object.Kwargs) {}).
		Attribute("position", 0).
		Attribute("name", "left", object.ReadOnly).
		Dict("joints", map[string]int{}).
		Signal("moved", &moved)
	server, err := goagent.Serve(made)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	want := []object.MemberInfo{
		{Name: "joints", Kind: object.KindAttribute, Type: "dict", Items: true, ReadOnly: true, Params: []object.ParamInfo{}},
		{Name: "move", Kind: object.KindMethod, HasParams: true, Params: []object.ParamInfo{
			{Name: "to", Type: "int", Default: int64(3), HasDefault: true}, {Name: "args", Type: "str", Variadic: true},
		}},
		{Name: "moved", Kind: object.KindSignal, Params: []object.ParamInfo{}},
		{Name: "name", Kind: object.KindAttribute, Type: "str", ReadOnly: true, Params: []object.ParamInfo{}},
		{Name: "position", Kind: object.KindAttribute, Type: "int", Params: []object.ParamInfo{}},
		{Name: "stop", Kind: object.KindMethod, HasParams: true, Params: []object.ParamInfo{{Name: "kwargs", Keywords: true}}},
		{Name: "turn", Kind: object.KindMethod, HasParams: true, Params: []object.ParamInfo{
			{Name: "arg1", Type: "str", PositionOnly: true},
			{Name: "args", Type: "bool", Variadic: true},
			{Name: "speed", Type: "float", Default: 0.0, HasDefault: true, KeywordOnly: true},
		}},
	}
	if got := describe(t, server.Endpoint()); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}
