package value_test

import (
	"encoding/json"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pizco-go/pizco/interop/value"
)

func parse(t *testing.T, text string) value.Value {
	t.Helper()
	var v value.Value
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// TestForms reads each form and writes it back: there is one for each value.
func TestForms(t *testing.T) {
	for _, form := range []string{
		`null`, `true`, `7`, `-9007199254740991`, `{"$int":"9007199254740993"}`, `{"$float":"0.1"}`, `{"$float":"nan"}`, `""`, `"grün <&>"`,
		`{"$str":"Ye2ggGI="}`, `[]`, `[1,[null]]`, `{"$tuple":[]}`, `{"$set":[1]}`, `{"$dict":[["a",1],[2,null]]}`, `{"$dict":[]}`,
		`{"$bytes":"AAE="}`, `{"$complex":"1.5 -0.0"}`, `{"$exception":["builtins.KeyError",{"$tuple":["x"]}]}`, `{"$deque":[[1],null]}`,
	} {
		if got := parse(t, form).String(); got != form {
			t.Errorf("%s became %s", form, got)
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for _, form := range []string{
		``, `1 2`, `1.5`, `1e3`, `{}`, `{"a":1}`, `{"$tuple":[],"$set":[]}`, `{"$nonsense":1}`, `{"$float":1}`, `{"$tuple":"x"}`, `{"$dict":[[1]]}`, `{"$dict":[1]}`, `{"$str":"?"}`,
	} {
		var v value.Value
		if err := v.UnmarshalJSON([]byte(form)); err == nil {
			t.Errorf("%s was read as %s", form, v)
		}
	}
}

// TestYAML reads values as case files write them.
func TestYAML(t *testing.T) {
	for text, want := range map[string]string{
		`null`: `null`, `yes please`: `"yes please"`, `true`: `true`, `"true"`: `"true"`, `0x10`: `16`, `1.0`: `{"$float":"1.0"}`, `1.0e+22`: `{"$float":"1e+22"}`, `-0.0`: `{"$float":"-0.0"}`,
		`123456789012345678901234567890`: `{"$int":"123456789012345678901234567890"}`, `[1, a, null]`: `[1,"a",null]`, `{b: 1, a: [2]}`: `{"$dict":[["b",1],["a",[2]]]}`,
		`{1: one}`: `{"$dict":[[1,"one"]]}`, `{$tuple: [1, {$set: [2]}]}`: `{"$tuple":[1,{"$set":[2]}]}`, `{$float: inf}`: `{"$float":"inf"}`,
	} {
		var v value.Value
		if err := yaml.Unmarshal([]byte(text), &v); err != nil && text != "null" {
			t.Errorf("%s: %v", text, err)
		} else if text != "null" && v.String() != want {
			t.Errorf("%s became %s, want %s", text, v, want)
		}
	}
}

func TestThroughJSON(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{"$tuple":[1,{"$tuple":[]}]}`, `[1,[]]`},
		{`{"$dict":[[1,"a"],["1","b"],[null,0],[true,1],[{"$float":"1.5"},2]]}`, `{"$dict":[["1","b"],["null",0],["true",1],["1.5",2]]}`},
		{`{"$ordereddict":[["b",{"$tuple":[1]}]]}`, `{"$dict":[["b",[1]]]}`},
		{`{"$defaultdict":[null,{"$dict":[["a",1]]}]}`, `{"$dict":[["a",1]]}`},
		{`{"$set":[]}`, ``}, {`[{"$bytes":""}]`, ``}, {`{"$dict":[[{"$tuple":[]},1]]}`, ``}, {`{"$ndarray":["<f8",{"$tuple":[0]},"C",[]]}`, ``},
	} {
		got, err := value.ThroughJSON(parse(t, tt.in))
		if tt.want == "" {
			if err == nil {
				t.Errorf("%s became %s", tt.in, got)
			}
		} else if err != nil || got.String() != tt.want {
			t.Errorf("%s became %s, %v, want %s", tt.in, got, err, tt.want)
		}
	}
}

func TestEqual(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{`1`, `1`, true}, {`1`, `true`, false}, {`1`, `{"$float":"1.0"}`, false}, {`[1]`, `{"$tuple":[1]}`, false},
		{`{"$set":[1,"a"]}`, `{"$set":["a",1]}`, true}, {`{"$set":[1]}`, `{"$frozenset":[1]}`, false}, {`[{"$set":[1,2]}]`, `[{"$set":[2,1]}]`, true},
		{`{"$dict":[["a",1],["b",2]]}`, `{"$dict":[["b",2],["a",1]]}`, false}, {`{"$float":"nan"}`, `{"$float":"nan"}`, true}, {`[1,2]`, `[2,1]`, false},
	} {
		if got := value.Equal(parse(t, tt.a), parse(t, tt.b)); got != tt.want {
			t.Errorf("%s and %s: %v", tt.a, tt.b, got)
		}
	}
}
