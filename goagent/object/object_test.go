package object

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

type point struct{ X, Y int }

type arm struct {
	Speed int
}

func (a *arm) Move(point) string { a.Speed++; return "moved" }

type base struct{ Depth int }

func (b base) ByValue() int { return b.Depth }
func (b *base) Dive() int   { return b.Depth }

type thing struct {
	sync.Mutex
	base
	Renamed  int    `pizco:"other_name"`
	Hidden   int    `pizco:"-"`
	Constant int    `pizco:",readonly"`
	Secret   int    `pizco:",writeonly"`
	Text     string `pizco:",object"`
	Place    point
	Arm      arm
	ArmPtr   *arm
	NoArm    *arm
	Any      any
	When     time.Time
	Wait     time.Duration
	Changed  Signal
	Source   SignalSource
	Func     func(x int) int
	NilFunc  func()
}

func (t *thing) Stream() <-chan int {
	c := make(chan int, 1)
	c <- 7
	return c
}
func (t *thing) Broken() <-chan error {
	c := make(chan error, 1)
	c <- pyerr.ValueError.New("late")
	return c
}
func (t *thing) Later() *Future                    { return NewFuture() }
func (t *thing) Panics()                           { panic("boom") }
func (t *thing) Deadline(ctx context.Context) bool { return ctx.Value(testKey{}) != nil }
func (t *thing) Unsendable() chan<- int            { return nil }

type testKey struct{}

// same is Python's ==.
func same(a, b any) bool {
	equal, err := py.Equal(a, b)
	return err == nil && equal
}

func serve(t *testing.T, value any, settings *Settings) *Served {
	t.Helper()
	o, err := Of(value, settings)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestReflectedObject(t *testing.T) {
	th := &thing{Renamed: 4, Constant: 1, Text: "hello", Place: point{1, 2}, ArmPtr: &arm{}, Any: &arm{}, Source: &Signal{}, Func: func(x int) int { return x + 1 }, base: base{9}}
	o := serve(t, th, &Settings{Logger: slog.New(slog.DiscardHandler), Emission: func(string) bool { return true }})
	ctx := context.WithValue(t.Context(), testKey{}, true)
	for _, tt := range []struct {
		name, method string
		args         py.Tuple
		want         any
		err          string
	}{
		{"dive", "__call__", nil, int64(9), ""},
		{"by_value", "__call__", nil, int64(9), ""},
		{"deadline", "__call__", nil, true, ""},
		{"lock", "__call__", nil, nil, "AttributeError: 'thing' object has no attribute 'lock'"},
		{"describe_pizco", "__call__", nil, nil, "AttributeError: 'thing' object has no attribute 'describe_pizco'"},
		{"hidden", "__add__", nil, nil, "AttributeError: 'thing' object has no attribute 'hidden'"},
		{"private", "__add__", nil, nil, "AttributeError: 'thing' object has no attribute 'private'"},
		{"__class__", "__call__", nil, nil, "AttributeError: 'thing' object has no attribute '__class__'"},
		{"func", "__call__", py.Tuple{int64(2)}, int64(3), ""},
		{"func", "__call__", nil, nil, "TypeError: func() missing 1 required positional argument: 'arg1'"},
		{"nil_func", "__call__", nil, nil, "AttributeError: 'NoneType' object has no attribute '__call__'"},
		{"panics", "__call__", nil, nil, "RuntimeError: panic: boom"},
		{"unsendable", "__call__", nil, nil, "TypeError: "},
		{"place", "__getitem__", py.Tuple{"x"}, int64(1), ""},
		{"place", "__setitem__", py.Tuple{"y", int64(5)}, nil, ""},
		{"place", "__getitem__", py.Tuple{"y"}, int64(5), ""},
		{"place", "__setitem__", py.Tuple{"z", int64(5)}, nil, "KeyError: 'z'"},
		{"place", "__setitem__", py.Tuple{"y", "five"}, nil, "TypeError: __setitem__() argument value must be int, not str"},
		{"arm", "move", py.Tuple{py.StrDict(py.Item{Key: "x", Value: int64(1)})}, "moved", ""},
		{"arm_ptr", "move", py.Tuple{&py.Dict{}}, "moved", ""},
		{"any", "move", py.Tuple{&py.Dict{}}, "moved", ""},
		{"no_arm", "move", py.Tuple{&py.Dict{}}, nil, "AttributeError: 'NoneType' object has no attribute 'move'"},
		{"arm", "nope", nil, nil, "AttributeError: 'arm' object has no attribute 'nope'"},
		{"arm", "speed", nil, nil, "TypeError: 'int' object is not callable"},
		{"arm", "__getattribute__", py.Tuple{"speed"}, int64(1), ""},
		{"arm", "__setattr__", py.Tuple{"speed", int64(7)}, nil, ""},
		{"arm", "__getattribute__", py.Tuple{"speed"}, int64(7), ""},
		{"arm", "__getattribute__", py.Tuple{"moved"}, nil, "AttributeError: 'arm' object has no attribute 'moved'"},
		{"changed", "emit", py.Tuple{int64(1)}, nil, ""},
	} {
		got, err := o.Exec(ctx, tt.name, tt.method, tt.args, nil)
		switch {
		case tt.err == "" && (err != nil || !same(got, tt.want)):
			t.Errorf("%s.%s%v = %v, %v, want %v", tt.name, tt.method, tt.args, got, err, tt.want)
		case tt.err != "" && (err == nil || !strings.HasPrefix(pyerr.From(err).Error(), tt.err)):
			t.Errorf("%s.%s%v = %v, %v, want %s", tt.name, tt.method, tt.args, got, err, tt.err)
		}
	}
	if th.Place.Y != 5 || th.Arm.Speed != 7 || th.ArmPtr.Speed != 1 {
		t.Errorf("the object is %+v", th)
	}
}

func TestReflectedAttributes(t *testing.T) {
	th := &thing{Constant: 1, Text: "hello", When: time.Unix(0, 0).UTC(), Wait: time.Second}
	o := serve(t, th, &Settings{})
	for _, tt := range []struct {
		name   string
		remote bool
		typ    string
		err    string
	}{
		{"other_name", false, "int", ""},
		{"constant", false, "int", ""},
		{"text", false, "str", ""},
		{"place", true, "", ""},
		{"arm", true, "", ""},
		{"arm_ptr", false, "NoneType", ""},
		{"any", false, "NoneType", ""},
		{"when", false, "datetime", ""},
		{"wait", false, "timedelta", ""},
		{"changed", true, "", ""},
		{"stream", true, "", ""},
		{"depth", false, "int", ""},
		{"nil_func", false, "NoneType", ""},
		{"source", false, "", "AttributeError: 'thing' object has no attribute 'source'"},
		{"secret", false, "", "AttributeError: property 'secret' of 'thing' object has no getter"},
	} {
		value, remote, err := o.Get(t.Context(), tt.name, false)
		switch {
		case tt.err != "":
			if err == nil || pyerr.From(err).Error() != tt.err {
				t.Errorf("get %s: %v, want %s", tt.name, err, tt.err)
			}
		case err != nil || remote != tt.remote || !remote && py.TypeName(value) != tt.typ:
			t.Errorf("get %s = %v (%s), remote %v, %v; want %s, remote %v", tt.name, value, py.TypeName(value), remote, err, tt.typ, tt.remote)
		}
	}
	if err := o.SetAttr(t.Context(), "constant", int64(2)); err == nil || th.Constant != 1 {
		t.Errorf("a read-only field was set: %v", err)
	}
	if err := o.SetAttr(t.Context(), "secret", int64(2)); err != nil || th.Secret != 2 {
		t.Errorf("a write-only field was not set: %v", err)
	}
	if err := o.SetAttr(t.Context(), "other_name", "x"); !errors.Is(err, pyerr.TypeError) || pyerr.From(err).Error() != "TypeError: attribute 'other_name' must be int, not str" {
		t.Errorf("a str was set: %v", err)
	}
	if v, _, err := o.Get(t.Context(), "place", true); err != nil || py.TypeName(v) != "dict" {
		t.Errorf("get place as object = %v, %v", v, err)
	}
	remotes, objects := o.Inspect()
	for _, name := range []string{"changed", "stream", "dive", "func"} {
		if !slices.Contains(remotes, name) && name != "func" {
			t.Errorf("inspect leaves out %s: %v", name, remotes)
		}
	}
	for _, name := range []string{"other_name", "when", "secret", "lock", "text"} {
		if slices.Contains(remotes, name) {
			t.Errorf("inspect has %s", name)
		}
	}
	if !slices.Equal(objects, []string{"text"}) {
		t.Errorf("objects are %v", objects)
	}
	if s, ok := o.Signal("changed"); !ok || s != SignalSource(&th.Changed) {
		t.Errorf("signal changed is %v", s)
	}
}

func TestPendingResults(t *testing.T) {
	o := serve(t, &thing{}, &Settings{})
	for _, tt := range []struct {
		name string
		want any
		err  error
	}{{"stream", 7, nil}, {"broken", nil, pyerr.ValueError}} {
		got, err := o.Exec(t.Context(), tt.name, "__call__", nil, nil)
		future, ok := got.(*Future)
		if err != nil || !ok {
			t.Fatalf("%s: got %v, %v", tt.name, got, err)
		}
		<-future.Done()
		if result, err := future.Result(); result != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: the future has %v, %v", tt.name, result, err)
		}
	}
	if got, err := o.Exec(t.Context(), "later", "__call__", nil, nil); err != nil || got.(*Future) == nil {
		t.Errorf("later: got %v, %v", got, err)
	}
}

func TestHooks(t *testing.T) {
	settings := &Settings{
		ForceAsObject: func(name string, value any) bool { return name == "text" || value == nil && name == "stream" },
		Exposed:       func(name string) bool { return name != "depth" },
	}
	o := serve(t, &thing{Text: "x"}, settings)
	if v, remote, err := o.Get(t.Context(), "text", false); v != "x" || remote || err != nil {
		t.Errorf("get text = %v, %v, %v", v, remote, err)
	}
	if _, _, err := o.Get(t.Context(), "depth", false); !errors.Is(err, pyerr.AttributeError) {
		t.Errorf("get depth: %v", err)
	}
	remotes, _ := o.Inspect()
	if slices.Contains(remotes, "stream") || slices.Contains(remotes, "depth") || !slices.Contains(remotes, "panics") {
		t.Errorf("remotes are %v", remotes)
	}
}

type described struct{ describe func(*Description) }

func (d described) DescribePizco(to *Description) { d.describe(to) }
func (described) Run(x, y int) int                { return x - y }
func (described) Level() int                      { return 1 }
func (described) Label() string                   { return "x" }

func TestDescription(t *testing.T) {
	good := described{func(d *Description) {
		d.Class("Machine")
		d.Rename("Run", "subtract")
		d.Params("Run", "x", Default("y", 1))
		d.Property("Level", "Label")
		d.AsObject("Label")
	}}
	o := serve(t, good, &Settings{})
	kwargs := py.StrDict(py.Item{Key: "x", Value: int64(5)})
	if got, err := o.Exec(t.Context(), "subtract", "__call__", nil, kwargs); got != int64(4) || err != nil {
		t.Errorf("subtract(x=5) = %v, %v", got, err)
	}
	if got, remote, err := o.Get(t.Context(), "level", false); got != int64(1) || remote || err != nil {
		t.Errorf("level = %v, %v, %v", got, remote, err)
	}
	if got, remote, err := o.Get(t.Context(), "label", false); got != "x" || remote || err != nil {
		t.Errorf("label = %v, %v, %v", got, remote, err)
	}
	if _, err := o.GetAttr(t.Context(), "x"); err == nil || err.Error() != "AttributeError: 'Machine' object has no attribute 'x'" {
		t.Errorf("missing attribute: %v", err)
	}
	for want, describe := range map[string]func(*Description){
		"names Walk":         func(d *Description) { d.Params("Walk", "x") },
		"2 parameters":       func(d *Description) { d.Params("Run", "x") },
		"not a Python ident": func(d *Description) { d.Params("Run", "x", "y z") },
		"is given twice":     func(d *Description) { d.Params("Run", "x", "x") },
		"without a default":  func(d *Description) { d.Params("Run", Default("x", 1), "y") },
		"default of \"y\"":   func(d *Description) { d.Params("Run", "x", Default("y", "one")) },
		"is a int":           func(d *Description) { d.Params("Run", "x", 3) },
		"keyword-only":       func(d *Description) { d.Params("Run", KeywordOnly("x"), "y") },
		"only returns":       func(d *Description) { d.Property("Run") },
		"can be served":      func(d *Description) { d.Rename("Run", "_run") },
		"both called level":  func(d *Description) { d.Rename("Run", "level") },
		"names Nothing":      func(d *Description) { d.Hide("Nothing") },
	} {
		if _, err := Of(described{describe}, &Settings{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestObjectDefinitionErrors(t *testing.T) {
	var nilMap map[string]int
	for want, o := range map[string]*Object{
		"_x":            New("A").Attribute("_x", 1),
		"twice":         New("A").Attribute("x", 1).Attribute("x", 2),
		"want a func":   New("A").Method("f", 3),
		"neither":       New("A").Property("p", nil, nil),
		"getter is":     New("A").Property("p", func() {}, nil),
		"setter is":     New("A").Property("p", nil, func() {}),
		"not nil":       New("A").Dict("d", nilMap),
		"signal is nil": New("A").Signal("s", nil),
		"1 parameters":  New("A").Method("f", func(int) {}, "x", "y"),
		"a b":           New("A").Attribute("a b", 1),
		"nil *int":      New("A").Attribute("a", (*int)(nil)),
	} {
		if err := o.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
		if _, err := Of(o, &Settings{}); err == nil {
			t.Errorf("%s: is served all the same", want)
		}
	}
	for _, v := range []any{nil, (*thing)(nil), struct {
		A int `pizco:"x"`
		X int
	}{}, struct {
		A int `pizco:",weird"`
	}{}, struct {
		A int `pizco:"_a"`
	}{}} {
		if _, err := Of(v, &Settings{}); err == nil {
			t.Errorf("%T is served", v)
		}
	}
}

func TestBuiltObject(t *testing.T) {
	age, joints := 3, &py.Dict{}
	inner := New("Arm").Method("move", func() string { return "ok" })
	o := serve(t, New("Robot").
		Attribute("age", &age).Attribute("limit", 5, ReadOnly).Attribute("label", "x", AsObject).
		Attribute("arm", inner).Attribute("double", func(x int) int { return 2 * x }).
		Dict("joints", joints), &Settings{})
	ctx := t.Context()
	if err := o.SetAttr(ctx, "age", int64(4)); err != nil || age != 4 {
		t.Errorf("age is %d, %v", age, err)
	}
	if err := o.SetAttr(ctx, "limit", int64(4)); !errors.Is(err, pyerr.AttributeError) {
		t.Errorf("limit was set: %v", err)
	}
	if v, remote, err := o.Get(ctx, "label", false); v != "x" || remote || err != nil {
		t.Errorf("label = %v, %v, %v", v, remote, err)
	}
	if v, err := o.Exec(ctx, "arm", "move", nil, nil); v != "ok" || err != nil {
		t.Errorf("arm.move() = %v, %v", v, err)
	}
	if _, err := o.GetAttr(ctx, "arm"); err == nil || err.Error() != "TypeError: cannot pickle 'Arm' object" {
		t.Errorf("arm: %v", err)
	}
	if v, err := o.Exec(ctx, "double", "__call__", py.Tuple{int64(4)}, nil); v != int64(8) || err != nil {
		t.Errorf("double(4) = %v, %v", v, err)
	}
	if _, err := o.Exec(ctx, "joints", "__setitem__", py.Tuple{"elbow", py.NewList(int64(1))}, nil); err != nil || joints.Len() != 1 {
		t.Errorf("joints has %d items, %v", joints.Len(), err)
	}
	if err := o.SetAttr(ctx, "joints", &py.Dict{}); !errors.Is(err, pyerr.AttributeError) {
		t.Errorf("joints was replaced: %v", err)
	}
}

func TestBoolIsANumber(t *testing.T) {
	flags, counts := map[bool]int{}, map[int]float64{}
	wild := map[any]any{}
	o := serve(t, New("A").Method("add", func(x int, y float64) float64 { return float64(x) + y }).
		Dict("flags", flags).Dict("counts", counts).Dict("wild", wild), &Settings{})
	ctx := t.Context()
	if v, err := o.Exec(ctx, "add", "__call__", py.Tuple{true, true}, nil); v != 2.0 || err != nil {
		t.Errorf("add(True, True) = %v, %v", v, err)
	}
	for _, call := range []struct {
		name string
		args py.Tuple
	}{{"flags", py.Tuple{true, int64(1)}}, {"counts", py.Tuple{true, true}}, {"counts", py.Tuple{2.0, int64(3)}}, {"wild", py.Tuple{2.0, "x"}}} {
		if _, err := o.Exec(ctx, call.name, "__setitem__", call.args, nil); err != nil {
			t.Errorf("%s[%v]: %v", call.name, call.args, err)
		}
	}
	if flags[true] != 1 || counts[1] != 1 || counts[2] != 3 || wild[2.0] != "x" {
		t.Errorf("stored %v, %v, %v", flags, counts, wild)
	}
	if v, err := o.Exec(ctx, "wild", "__getitem__", py.Tuple{int64(2)}, nil); v != "x" || err != nil {
		t.Errorf("wild[2] = %v, %v", v, err)
	}
}
