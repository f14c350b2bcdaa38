package goagent_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// store has containers of all kinds that peers can fill.
type store struct {
	Any     any
	List    []any
	Ints    []int
	Map     map[any]any
	Members map[any]struct{}
	Dict    *py.Dict
	Set     *py.Set
	Graph   *py.List
	Tuple   py.Tuple
	Text    string
}

func newStore() *store {
	return &store{Map: map[any]any{}, Members: map[any]struct{}{}, Dict: &py.Dict{}, Set: &py.Set{}, Graph: &py.List{}}
}

// doubling returns lists nested to a number of levels. Each holds the next one twice.
func doubling(levels int) *py.List {
	l := py.NewList(int64(1))
	for range levels {
		l = py.NewList(l, l)
	}
	return l
}

// alikeTuples returns tuples with equal hashes, since they differ only where the hash does not
// look.
func alikeTuples(n int) []any {
	tuples := make([]any, n)
	for i := range tuples {
		deep := any(int64(i))
		for range 14 {
			deep = py.Tuple{int64(0), deep}
		}
		tuples[i] = deep
	}
	return tuples
}

// mostTime is what a call may take of the processor; what is measured here is by the clock, on a
// machine that does other things.
const mostTime = 5 * time.Second

// TestWorkIsBounded sends calls that are small and would take for ever, and sees each end soon,
// with its result or an error that says how to allow it.
func TestWorkIsBounded(t *testing.T) {
	s := newStore()
	server := serve(t, s)
	p := dial(t, server.Endpoint())
	nested, again := doubling(60), doubling(60)
	many := make([]any, 500)
	for i := range many {
		many[i] = nested
	}
	long, other := strings.Repeat("x", 1<<20)+"a", strings.Repeat("x", 1<<20)+"b"
	longs := make([]any, 50_000)
	for i := range longs {
		longs[i] = py.Tuple{[]any{long, other}[i%2], int64(i)}
	}
	shared := py.NewList(many...)
	sharers := make([]any, 20_000)
	for i := range sharers {
		sharers[i] = shared
	}
	wide := py.NewList(sharers...)
	for range 3 {
		wide = py.NewList(append([]any{wide}, sharers...)...)
	}
	for name, list := range map[string]any{"list": py.NewList(many...), "graph": py.NewList(many...), "tuple": py.Tuple(many)} {
		if err := p.Set(limit(t), name, list); err != nil {
			t.Fatal(name, err)
		}
	}
	calls := []struct {
		what, name, method string
		args               []any
		refused            bool
	}{
		{"count in a slice", "list", "count", []any{again}, true},
		{"index in a slice", "list", "index", []any{again}, true},
		{"remove from a slice", "list", "remove", []any{again}, true},
		{"contains in a slice", "list", "__contains__", []any{again}, true},
		{"count in a list", "graph", "count", []any{again}, true},
		{"contains in a tuple", "tuple", "__contains__", []any{again}, true},
		{"update with long keys", "dict", "update", []any{py.NewList(longs...)}, true},
		{"items that share", "list", "extend", []any{py.NewList(sharers...)}, false},
		{"count among items that share", "list", "count", []any{int64(1)}, false},
		{"one more", "list", "append", []any{wide}, false},
	}
	for _, c := range calls {
		began := time.Now()
		err := p.Exec(limit(t), nil, c.name, c.method, c.args...)
		if took := time.Since(began); took > mostTime {
			t.Errorf("%s took %v", c.what, took)
		}
		switch {
		case !c.refused && err != nil:
			t.Errorf("%s: %v", c.what, err)
		case c.refused && (!errors.Is(err, pyerr.RuntimeError) || !strings.Contains(err.Error(), "WithMaxWork")):
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// TestManyKeys updates maps with many keys, which is work in proportion to their number.
func TestManyKeys(t *testing.T) {
	s := newStore()
	p := dial(t, serve(t, s).Endpoint())
	numbers := &py.Dict{}
	for n := range int64(20_000) {
		if err := numbers.Set(n, n); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"map", "dict"} {
		began := time.Now()
		if err := p.Exec(limit(t), nil, name, "update", numbers); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took > mostTime {
			t.Errorf("%s: 20,000 keys took %v", name, took)
		}
	}
	if len(s.Map) != 20_000 || s.Dict.Len() != 20_000 {
		t.Errorf("%d and %d keys are there", len(s.Map), s.Dict.Len())
	}
	if err := p.SetItem(limit(t), "map", 1.0, "again"); err != nil || len(s.Map) != 20_000 || s.Map[int64(1)] != "again" {
		t.Errorf("1.0 is another key than 1: %v, %d keys", err, len(s.Map))
	}
	if err := p.Exec(limit(t), nil, "map", "pop", true); err != nil || len(s.Map) != 19_999 {
		t.Errorf("True is another key than 1: %v, %d keys", err, len(s.Map))
	}
}

// TestCollidingKeys updates a dict with tuples that hash alike.
func TestCollidingKeys(t *testing.T) {
	s := newStore()
	p := dial(t, serve(t, s, goagent.WithMaxWork(1<<16)).Endpoint())
	keys := py.NewList()
	for _, key := range alikeTuples(4000) {
		keys.Append(py.Tuple{key, int64(1)})
	}
	if err := p.Exec(limit(t), nil, "dict", "update", keys); !errors.Is(err, pyerr.RuntimeError) || !strings.Contains(err.Error(), "WithMaxWork") {
		t.Error(err)
	}
}

// TestWithMaxWork takes what is within its bounds only.
func TestWithMaxWork(t *testing.T) {
	for work, good := range map[int64]bool{0: false, 1023: false, 1024: true, 1 << 32: true, 1<<32 + 1: false, -1: false} {
		s, err := goagent.Serve(newStore(), goagent.WithMaxWork(work))
		if err == nil {
			s.Close()
		}
		if (err == nil) != good {
			t.Errorf("%d: %v", work, err)
		}
	}
}

// TestTextItems takes items and slices of long texts and bytes as Python does.
func TestTextItems(t *testing.T) {
	s := newStore()
	s.Text = strings.Repeat("aé温😀", 1000)
	runes := []rune(s.Text)
	p := dial(t, serve(t, s).Endpoint())
	slice := func(start, stop, step any) *py.Object {
		return py.NewObject(py.Class{Module: "builtins", Name: "slice"}, start, stop, step)
	}
	reversed := make([]rune, len(runes))
	for i, r := range runes {
		reversed[len(runes)-1-i] = r
	}
	third := []rune{}
	for i := 1; i < len(runes); i += 3 {
		third = append(third, runes[i])
	}
	for _, c := range []struct {
		index any
		want  string
	}{
		{int64(-1), "😀"}, {int64(2001), "é"}, {slice(int64(1), int64(3), nil), "é温"}, {slice(nil, nil, nil), s.Text},
		{slice(nil, nil, int64(-1)), string(reversed)}, {slice(int64(1), nil, int64(3)), string(third)}, {slice(int64(5), int64(2), nil), ""},
	} {
		var got string
		if err := p.Item(limit(t), &got, "text", c.index); err != nil || got != c.want {
			t.Errorf("[%v]: %d bytes, %v, want %d", py.Repr(c.index), len(got), err, len(c.want))
		}
	}
}
