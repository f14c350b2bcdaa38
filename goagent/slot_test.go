package goagent_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// TestSlots connects functions of all shapes and compares what they get of an emission of two
// values.
func TestSlots(t *testing.T) {
	var changed object.Signal
	s := serve(t, object.New("Source").Signal("changed", &changed))
	p := dial(t, s.Endpoint())
	var got []string
	note := func(format string, values ...any) { got = append(got, fmt.Sprintf(format, values...)) }
	for _, slot := range []any{
		func() { note("none") },
		func(n int) { note("one %d", n) },
		func(n int, text string) { note("two %d %s", n, text) },
		func(n float64, text any, other *int) { note("three %v %v %v", n, text, other == nil) },
		func(ctx context.Context, n int) { note("context %v %d", ctx != nil, n) },
		func(e goagent.Event) { note("event %s %s", e.Signal, py.Repr(e.Values)) },
		func(string) { note("never") }, // 5 is no text: that is logged
		func(n int) error { note("error %d", n); return errors.New("logged") },
		func() { note("panic"); panic("logged") },
	} {
		if _, err := p.Connect(limit(t), "changed", slot); err != nil {
			t.Fatalf("%T: %v", slot, err)
		}
	}
	done := make(chan struct{})
	if _, err := p.Connect(limit(t), "changed", func() { close(done) }); err != nil {
		t.Fatal(err)
	}
	changed.Emit(5, "old")
	select {
	case <-done:
	case <-limit(t).Done():
		t.Fatal("the last slot is not called")
	}
	want := []string{"none", "one 5", "two 5 old", "three 5 old true", "context true 5", "event changed (5, 'old', None)", "error 5", "panic"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestNoSlots tries to connect values that are not slots.
func TestNoSlots(t *testing.T) {
	s := serve(t, newInstrument())
	p := dial(t, s.Endpoint())
	for _, slot := range []any{
		nil, 5, "text", (func())(nil), func(_, _, _, _ any) {}, func(...any) {}, func() int { return 1 }, func() (int, error) { return 1, nil },
	} {
		if _, err := p.Connect(limit(t), "alarm", slot); err == nil || !strings.Contains(err.Error(), "is no slot") {
			t.Errorf("%T: %v", slot, err)
		}
	}
	if n := s.Agent().Subscribers("alarm"); n != 0 {
		t.Errorf("%d subscribers", n)
	}
}

// TestDisconnect ends one connection of several, then all of a signal. Connections of another
// signal and of another proxy stay.
func TestDisconnect(t *testing.T) {
	var changed, other object.Signal
	s := serve(t, object.New("Source").Signal("changed", &changed).Signal("other", &other))
	p, q := dial(t, s.Endpoint()), dial(t, s.Endpoint())
	var mu sync.Mutex
	var got []string
	connect := func(p *goagent.Proxy, signal, name string) *goagent.Slot {
		t.Helper()
		c, err := p.Connect(limit(t), signal, func() {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, name)
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	connect(p, "changed", "first")
	second := connect(p, "changed", "second")
	connect(p, "changed", "third")
	connect(p, "other", "other")
	heard := make(chan struct{}, 10)
	if _, err := q.Connect(limit(t), "changed", func() { heard <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	// The emission of end comes after all that was emitted before.
	end := make(chan struct{}, 10)
	if _, err := p.Connect(limit(t), "other", func() { end <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	await := func(what <-chan struct{}) {
		t.Helper()
		select {
		case <-what:
		case <-limit(t).Done():
			t.Fatal("a slot is not called")
		}
	}
	check := func(want ...string) {
		t.Helper()
		mu.Lock()
		got = nil
		mu.Unlock()
		changed.Emit(1)
		other.Emit(1)
		await(end)
		await(heard)
		mu.Lock()
		defer mu.Unlock()
		if !slices.Equal(got, want) {
			t.Errorf("called %q, want %q", got, want)
		}
	}
	check("first", "second", "third", "other")
	if err := errors.Join(second.Disconnect(), second.Disconnect()); err != nil {
		t.Fatal(err)
	}
	check("first", "third", "other")
	if err := errors.Join(p.DisconnectAll("changed"), p.DisconnectAll("changed"), p.DisconnectAll("nothing")); err != nil {
		t.Fatal(err)
	}
	check("other")
	connect(p, "changed", "again")
	check("again", "other")
}
