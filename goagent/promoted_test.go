package goagent_test

import (
	"bytes"
	"errors"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

type motor struct{ speed int }

func (m *motor) Start() int      { m.speed++; return m.speed }
func (m motor) Speed() int       { return m.speed }
func (m *motor) Close() error    { m.speed = -1; return nil }
func (m motor) String() string   { return "motor" }
func (m *motor) Lock()           {}
func (m *motor) Overridden() int { return 1 }

type starter interface{ Ignite() int }

type ignition struct{}

func (ignition) Ignite() int   { return 9 }
func (ignition) Error() string { return "no error" }

// machine embeds types of its own package and of others.
type machine struct {
	motor
	starter
	*bytes.Buffer
	*slog.Logger
	sync.Mutex
	url.URL
}

func (m *machine) Overridden() int { return 2 }
func (m *machine) Reset()          {}

// asked has all methods of what it embeds served, and one that is named.
type asked struct {
	*bytes.Buffer `pizco:",methods"`
	motor
}

func (a *asked) DescribePizco(d *object.Description) {
	d.Serve("Close")
	d.Hide("ReadFrom", "WriteTo")
}

// TestPromotedMethods serves no methods that embedded types of other packages bring along, and no
// well-known ones, unless they are named.
func TestPromotedMethods(t *testing.T) {
	names := func(value any) map[string]bool {
		members, err := dial(t, serve(t, value).Endpoint()).Describe(limit(t))
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for _, m := range members {
			if m.Kind == object.KindMethod {
				names[m.Name] = true
			}
		}
		return names
	}
	got := slices.Sorted(maps.Keys(names(&machine{starter: ignition{}, Buffer: &bytes.Buffer{}, Logger: slog.Default()})))
	if want := []string{"ignite", "overridden", "reset", "speed", "start"}; !slices.Equal(got, want) {
		t.Errorf("a machine serves %v, want %v", got, want)
	}
	got = slices.Sorted(maps.Keys(names(&asked{Buffer: &bytes.Buffer{}})))
	for _, name := range []string{"write", "len", "close", "start", "next"} {
		if !slices.Contains(got, name) {
			t.Errorf("%s is missing among %v", name, got)
		}
	}
	if slices.Contains(got, "lock") {
		t.Errorf("lock is served among %v", got)
	}
}

// frozen has what peers can read and not change.
type frozen struct {
	List   []int            `pizco:",readonly"`
	Array  [2]int           `pizco:",readonly"`
	Map    map[string]any   `pizco:",readonly"`
	Set    map[int]struct{} `pizco:",readonly"`
	Record struct{ X int }  `pizco:",readonly"`
	Ref    *struct{ X int } `pizco:",readonly"`
	Motor  *arm             `pizco:",readonly"`
	Any    any              `pizco:",readonly"`
	inner  map[string]int
	items  []int
	limb   arm
}

type arm struct{ Angle int }

func (a *arm) Move() int { return a.Angle }

func (f *frozen) Inner() map[string]int               { return f.inner }
func (f *frozen) Items() []int                        { return f.items }
func (f *frozen) Limb() *arm                          { return &f.limb }
func (f *frozen) DescribePizco(d *object.Description) { d.Property("Inner", "Items", "Limb") }

// TestReadOnlyHoldsWithin tries to change what is in attributes that peers cannot set.
func TestReadOnlyHoldsWithin(t *testing.T) {
	f := &frozen{
		List: []int{1, 2}, Array: [2]int{1, 2}, Map: map[string]any{"a": 1}, Set: map[int]struct{}{1: {}}, Record: struct{ X int }{1},
		Ref: &struct{ X int }{1}, Motor: &arm{1}, Any: map[string]int{"a": 1}, inner: map[string]int{"a": 1}, items: []int{1, 2}, limb: arm{1},
	}
	p := dial(t, serve(t, f).Endpoint())
	built := map[string]any{"a": 1}
	b := dial(t, serve(t, object.New("Built").
		Attribute("map", &built, object.ReadOnly).
		Property("getter", func() map[string]any { return built }, nil).
		Dict("dict", map[string]int{"a": 1})).Endpoint())
	ints := []any{0, 5}
	item := []any{"a", 5}
	changes := []struct {
		p            *goagent.Proxy
		name, method string
		args         []any
	}{
		{p, "list", "__setitem__", ints}, {p, "list", "append", []any{1}}, {p, "list", "clear", nil}, {p, "list", "pop", nil},
		{p, "list", "reverse", nil}, {p, "list", "insert", ints}, {p, "list", "remove", []any{1}}, {p, "list", "extend", []any{[]int{1}}},
		{p, "list", "__delitem__", []any{0}}, {p, "array", "__setitem__", ints}, {p, "array", "reverse", nil}, {p, "map", "__setitem__", item},
		{p, "map", "update", []any{map[string]int{"a": 5}}}, {p, "map", "setdefault", []any{"b", 1}}, {p, "map", "pop", []any{"a"}},
		{p, "map", "clear", nil}, {p, "map", "__delitem__", []any{"a"}}, {p, "set", "add", []any{5}}, {p, "set", "discard", []any{1}},
		{p, "record", "__setitem__", []any{"x", 5}}, {p, "record", "update", []any{map[string]int{"x": 5}}}, {p, "ref", "__setitem__", []any{"x", 5}},
		{p, "motor", "__setattr__", []any{"angle", 5}}, {p, "any", "__setitem__", item}, {p, "inner", "__setitem__", item},
		{p, "items", "__setitem__", ints}, {p, "items", "append", []any{1}}, {p, "limb", "__setattr__", []any{"angle", 5}},
		{b, "map", "__setitem__", item}, {b, "getter", "__setitem__", item}, {b, "getter", "clear", nil},
	}
	for _, c := range changes {
		if err := c.p.Exec(limit(t), nil, c.name, c.method, c.args...); !errors.Is(err, pyerr.TypeError) {
			t.Errorf("%s.%s%v: %v", c.name, c.method, c.args, err)
		}
	}
	switch {
	case !slices.Equal(f.List, []int{1, 2}), f.Array != [2]int{1, 2}, f.Map["a"] != 1, len(f.Map) != 1, len(f.Set) != 1, f.Record.X != 1, f.Ref.X != 1,
		f.Motor.Angle != 1, f.inner["a"] != 1, !slices.Equal(f.items, []int{1, 2}), f.limb.Angle != 1, built["a"] != 1:
		t.Errorf("something has changed: %+v, %v", f, built)
	}
	for name, method := range map[string]string{"list": "__len__", "map": "keys", "motor": "move", "limb": "move", "inner": "items"} {
		if err := p.Exec(limit(t), nil, name, method); err != nil {
			t.Errorf("%s.%s(): %v", name, method, err)
		}
	}
	if err := b.Exec(limit(t), nil, "dict", "__setitem__", item...); err != nil {
		t.Errorf("a dict whose items can be set: %v", err)
	}
}
