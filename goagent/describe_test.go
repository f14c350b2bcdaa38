package goagent_test

import (
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/internal/pyenv"
)

func describe(t *testing.T, endpoint string) []goagent.MemberInfo {
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
	want := []goagent.MemberInfo{
		{Name: "age", Kind: goagent.KindAttribute},
		{Name: "arm_moved", Kind: goagent.KindSignal},
		{Name: "greet", Kind: goagent.KindMethod},
		{Name: "move_arm", Kind: goagent.KindMethod},
		{Name: "name", Kind: goagent.KindAttribute},
		{Name: "position", Kind: goagent.KindAttribute},
		{Name: "think", Kind: goagent.KindMethod, Doc: "Returns a future, as methods do that take their time."},
		{Name: "tools", Kind: goagent.KindAttribute, Items: true},
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
	want := []goagent.MemberInfo{
		{Name: "calculate", Kind: goagent.KindAttribute}, {Name: "factor", Kind: goagent.KindAttribute}, {Name: "factor_changed", Kind: goagent.KindAttribute},
	}
	for range 2 {
		if got := describe(t, server.RepEndpoint); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nwant\n%+v", got, want)
		}
	}
}

func TestDescribeGo(t *testing.T) {
	var moved goagent.Signal
	type options struct {
		goagent.Keywords
		Speed float64
	}
	object := goagent.NewObject("Arm").
		Method("move", func(int, ...string) error { return nil }, goagent.Params(goagent.Default("to", 3))).
		Method("turn", func(string, options, ...bool) {}).
		Method("stop", func(goagent.Kwargs) {}).
		Attribute("position", 0).
		Attribute("name", "left", goagent.ReadOnly()).
		Dict("joints", map[string]int{}).
		Signal("moved", &moved)
	server, err := goagent.Serve(object)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	want := []goagent.MemberInfo{
		{Name: "joints", Kind: goagent.KindAttribute, Type: "dict", Items: true, ReadOnly: true, Params: []goagent.ParamInfo{}},
		{Name: "move", Kind: goagent.KindMethod, HasParams: true, Params: []goagent.ParamInfo{
			{Name: "to", Type: "int", Default: int64(3), HasDefault: true}, {Name: "args", Type: "str", Variadic: true},
		}},
		{Name: "moved", Kind: goagent.KindSignal, Params: []goagent.ParamInfo{}},
		{Name: "name", Kind: goagent.KindAttribute, Type: "str", ReadOnly: true, Params: []goagent.ParamInfo{}},
		{Name: "position", Kind: goagent.KindAttribute, Type: "int", Params: []goagent.ParamInfo{}},
		{Name: "stop", Kind: goagent.KindMethod, HasParams: true, Params: []goagent.ParamInfo{{Name: "kwargs", Keywords: true}}},
		{Name: "turn", Kind: goagent.KindMethod, HasParams: true, Params: []goagent.ParamInfo{
			{Name: "arg1", Type: "str", PositionOnly: true},
			{Name: "args", Type: "bool", Variadic: true},
			{Name: "speed", Type: "float", Default: 0.0, HasDefault: true, KeywordOnly: true},
		}},
	}
	if got := describe(t, server.Endpoint()); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}
