package goagent_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// keeper keeps what peers give it in every place that a served object has for values.
type keeper struct {
	Changed object.Signal
	Any     any
	Plain   map[string]any
	List    []any
	Record  struct{ Any any }
	Point   struct{ X int }
	Dict    *py.Dict
	Set     *py.Set
	prop    any
	kept    []any
}

func newKeeper() *keeper {
	return &keeper{Plain: map[string]any{}, Dict: &py.Dict{}, Set: &py.Set{}}
}

func (k *keeper) Prop() any                   { return k.prop }
func (k *keeper) SetProp(v any)               { k.prop = v }
func (k *keeper) Keep(v any)                  { k.kept = append(k.kept, v) }
func (k *keeper) Rest(v ...any)               { k.kept = append(k.kept, v...) }
func (k *keeper) Named(kwargs object.Kwargs)  { k.kept = append(k.kept, kwargs["x"]) }
func (k *keeper) Future(v any) *object.Future { f := object.NewFuture(); f.Resolve(v); return f }
func (k *keeper) Kept() []any                 { return k.kept }
func (k *keeper) Take(v struct{ X int }) int  { return v.X }

// leave has a peer leave a value with a keeper in one of its places.
type leave struct {
	place        string
	name, method string
	args         func(v any) py.Tuple
	kwargs       func(v any) *py.Dict
}

func firstArg(v any) py.Tuple { return py.Tuple{v} }

var leaves = []leave{
	{place: "emission", name: "changed", method: "emit", args: firstArg},
	{place: "argument", name: "keep", method: "__call__", args: firstArg},
	{place: "variadic argument", name: "rest", method: "__call__", args: firstArg},
	{place: "keyword argument", name: "named", method: "__call__", kwargs: func(v any) *py.Dict { return py.StrDict(py.Item{Key: "x", Value: v}) }},
	{place: "result of a future", name: "future", method: "__call__", args: firstArg},
	{place: "item of a map", name: "plain", method: "__setitem__", args: func(v any) py.Tuple { return py.Tuple{"x", v} }},
	{place: "update of a map", name: "plain", method: "update", args: func(v any) py.Tuple { return py.Tuple{py.StrDict(py.Item{Key: "x", Value: v})} }},
	{place: "keyword of a map", name: "plain", method: "update", kwargs: func(v any) *py.Dict { return py.StrDict(py.Item{Key: "x", Value: v}) }},
	{place: "default of a map", name: "plain", method: "setdefault", args: func(v any) py.Tuple { return py.Tuple{"x", v} }},
	{place: "item of a slice", name: "list", method: "append", args: firstArg},
	{place: "items of a slice", name: "list", method: "extend", args: func(v any) py.Tuple { return py.Tuple{py.NewList(v)} }},
	{place: "item put into a slice", name: "list", method: "insert", args: func(v any) py.Tuple { return py.Tuple{int64(0), v} }},
	{place: "field of a struct", name: "record", method: "__setitem__", args: func(v any) py.Tuple { return py.Tuple{"any", v} }},
	{place: "item of a dict", name: "dict", method: "__setitem__", args: func(v any) py.Tuple { return py.Tuple{"x", v} }},
	{place: "key of a dict", name: "dict", method: "__setitem__", args: func(v any) py.Tuple { return py.Tuple{v, "x"} }},
	{place: "element of a set", name: "set", method: "add", args: firstArg},
}

// callables are values that name what is called, or are more than plain.
func callables() map[string]any {
	system := py.Class{Module: "os", Name: "system"}
	return map[string]any{
		"function":     system,
		"call":         py.NewObject(system, "touch /nowhere"),
		"nested call":  py.Tuple{py.Tuple{py.Tuple{py.NewObject(system, "id")}}},
		"custom class": py.NewObject(py.Class{Module: "lab", Name: "Point"}, int64(1)),
	}
}

// TestPeersLeavePlainValuesOnly leaves callables in every place that an object has for values: none
// is taken.
func TestPeersLeavePlainValuesOnly(t *testing.T) {
	k := newKeeper()
	s := serve(t, k, goagent.WithEmission())
	emitted := 0
	k.Changed.Connect(func(...any) { emitted++ })
	p := dial(t, s.Endpoint())
	for kind, v := range callables() {
		for _, l := range leaves {
			args, kwargs := leftArguments(l, v)
			err := p.Exec(limit(t), nil, l.name, l.method, append(args, kwargs...)...)
			if !errors.Is(err, pyerr.TypeError) || !strings.Contains(err.Error(), "plain values") {
				t.Errorf("%s as %s: %v", kind, l.place, err)
			}
		}
		for _, name := range []string{"any", "prop", "plain", "list", "record"} {
			value := v
			switch name {
			case "plain":
				value = py.StrDict(py.Item{Key: "x", Value: v})
			case "list":
				value = py.NewList(v)
			case "record":
				value = py.StrDict(py.Item{Key: "any", Value: v})
			}
			if err := p.Set(limit(t), name, value); !errors.Is(err, pyerr.TypeError) || !strings.Contains(err.Error(), "plain values") {
				t.Errorf("%s as attribute %s: %v", kind, name, err)
			}
		}
	}
	if k.Any != nil || k.prop != nil || len(k.kept)+len(k.Plain)+len(k.List)+k.Dict.Len()+k.Set.Len()+emitted > 0 || k.Record.Any != nil {
		t.Errorf("something was kept: %+v, %d emissions", k, emitted)
	}
	for _, l := range leaves { // plain values are taken everywhere
		args, kwargs := leftArguments(l, py.Tuple{int64(1), "x"})
		if err := p.Exec(limit(t), nil, l.name, l.method, append(args, kwargs...)...); err != nil {
			t.Errorf("a tuple as %s: %v", l.place, err)
		}
	}
}

func leftArguments(l leave, v any) (args, kwargs []any) {
	if l.args != nil {
		args = l.args(v)
	}
	if l.kwargs != nil {
		kwargs = []any{object.KwargsOf(l.kwargs(v))}
	}
	return args, kwargs
}

// TestTypedParametersTakeObjects converts an object to the struct that a parameter is: nothing of
// the object is kept.
func TestTypedParametersTakeObjects(t *testing.T) {
	s := serve(t, newKeeper())
	p := dial(t, s.Endpoint())
	point := &py.Object{How: py.NewObj, Callable: py.Class{Module: "lab", Name: "Point"}, HasState: true, State: py.StrDict(py.Item{Key: "x", Value: int64(7)})}
	var x int
	if err := p.Call(limit(t), &x, "take", point); err != nil || x != 7 {
		t.Error(x, err)
	}
	if err := p.Set(limit(t), "point", point); err != nil {
		t.Error(err)
	}
}

// TestWithClasses lets in the objects of a class that is named, and none of its functions or of
// others.
func TestWithClasses(t *testing.T) {
	k := newKeeper()
	s := serve(t, k, goagent.WithClasses("lab.Point"))
	p := dial(t, s.Endpoint())
	point := py.NewObject(py.Class{Module: "lab", Name: "Point"}, int64(1))
	if err := p.Set(limit(t), "any", py.NewList(point)); err != nil {
		t.Error(err)
	}
	for name, v := range map[string]any{
		"the class itself":          py.Class{Module: "lab", Name: "Point"},
		"a function as an argument": py.NewObject(py.Class{Module: "lab", Name: "Point"}, py.Class{Module: "os", Name: "system"}),
		"another class":             py.NewObject(py.Class{Module: "lab", Name: "Line"}),
		"a dotted name":             py.NewObject(py.Class{Module: "lab", Name: "Point.os.system"}, "id"),
	} {
		if err := p.Set(limit(t), "any", v); !errors.Is(err, pyerr.TypeError) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"Point", "", "builtins.eval", "os.system", "os.path.join", "lab.Point()", "subprocess.Popen", ".Point", "lab..Point"} {
		if s, err := goagent.Serve(newKeeper(), goagent.WithClasses(name)); err == nil {
			s.Close()
			t.Errorf("%q can be named", name)
		}
	}
}

// TestPeersDoNotEmit refuses an emission by a peer unless the server lets peers emit that signal.
func TestPeersDoNotEmit(t *testing.T) {
	k := newKeeper()
	emitted := 0
	k.Changed.Connect(func(...any) { emitted++ })
	s := serve(t, k)
	err := dial(t, s.Endpoint()).Exec(limit(t), nil, "changed", "emit", 1, 2)
	if !errors.Is(err, pyerr.PermissionError) || !strings.Contains(err.Error(), "WithEmission") || emitted != 0 {
		t.Errorf("%v, %d emissions", err, emitted)
	}
	for names, want := range map[string]bool{"": true, "changed": true, "other": false} {
		options := []goagent.ServeOption{goagent.WithEmission()}
		if names != "" {
			options[0] = goagent.WithEmission(names)
		}
		s := serve(t, k, options...)
		if err := dial(t, s.Endpoint()).Exec(limit(t), nil, "changed", "emit", 1); (err == nil) != want {
			t.Errorf("WithEmission(%s): %v", names, err)
		}
	}
}

// TestPythonSubscriberRunsNothing has an attacker of Python emit and set what runs a program where
// it is unpickled, and proxies of the original listen and read: nothing is run.
func TestPythonSubscriberRunsNothing(t *testing.T) {
	program, err := os.ReadFile("testdata/attack.py")
	if err != nil {
		t.Fatal(err)
	}
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			s := serve(t, newKeeper())
			mark := filepath.Join(t.TempDir(), "it-was-run")
			command := exec.CommandContext(t.Context(), python.PizcoPython, "-c", string(program), s.Endpoint(), mark, wire.Magic)
			var stderr strings.Builder
			command.Stderr = &stderr
			out, err := command.Output()
			if err != nil {
				t.Fatalf("%v: %s", err, stderr.String())
			}
			var told struct{ Refused, Read int }
			if err := json.Unmarshal(out, &told); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if told.Refused != 3 || told.Read != 2 {
				t.Errorf("%+v: %s", told, out)
			}
			if _, err := os.Stat(mark); err == nil {
				t.Error("the attacker's program was run in the subscriber")
			}
		})
	}
}
