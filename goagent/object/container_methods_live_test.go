package object

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
)

// TestContainerMethods compares the public methods of Python's containers with the methods that
// served containers have.
func TestContainerMethods(t *testing.T) {
	has := map[string]func(name string) bool{
		"dict":      func(name string) bool { _, ok := dictOperation(name); return ok },
		"list":      func(name string) bool { _, ok := listOperation(name); return ok },
		"set":       func(name string) bool { _, ok := setOperation(name); return ok },
		"frozenset": func(name string) bool { _, ok := frozenSetOperation(name); return ok },
		"tuple":     func(name string) bool { _, ok := tupleOperation(name); return ok },
	}
	const program = `
import json
kinds = [dict, list, set, frozenset, tuple]
print(json.dumps({kind.__name__: [name for name in dir(kind) if not name.startswith('_')] for kind in kinds}))
`
	for _, python := range pyenv.Interpreters(t) {
		var methods map[string][]string
		if err := json.Unmarshal(python.Eval(t.Context(), t, program, bytes.NewReader(nil)), &methods); err != nil {
			t.Fatal(err)
		}
		for kind, served := range has {
			if len(methods[kind]) == 0 {
				t.Errorf("Python %s has no %s", python, kind)
			}
			for _, name := range methods[kind] {
				if !served(name) {
					t.Errorf("Python %s has %s.%s, which is not served", python, kind, name)
				}
			}
		}
	}
}

// TestMutators holds that the list of methods that a frozen attribute refuses has each method that
// changes a container.
func TestMutators(t *testing.T) {
	for _, tt := range []struct {
		value  any
		method string
		args   py.Tuple
	}{
		{py.NewList(int64(2), int64(1)), "sort", nil},
		{py.StrDict(py.Item{Key: "a", Value: int64(1)}), "popitem", nil},
		{mustSet(t, 1, 2), "difference_update", py.Tuple{py.Tuple{int64(1)}}},
		{mustSet(t, 1, 2), "intersection_update", py.Tuple{py.Tuple{int64(1)}}},
		{mustSet(t, 1, 2), "symmetric_difference_update", py.Tuple{py.Tuple{int64(1)}}},
	} {
		before := py.Repr(tt.value)
		o := &Served{class: "Thing", settings: &Settings{}}
		if _, err := execGraph(o, tt.value, methodCall{method: tt.method, args: tt.args}); err != nil {
			t.Errorf("%s: %v", tt.method, err)
		}
		if py.Repr(tt.value) == before {
			t.Errorf("%s does not change %s", tt.method, before)
		}
		if !slices.Contains(mutators, tt.method) {
			t.Errorf("%s changes what is frozen", tt.method)
		}
	}
}

func mustSet(t *testing.T, elements ...int64) *py.Set {
	t.Helper()
	s := &py.Set{}
	for _, e := range elements {
		if err := s.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	return s
}
