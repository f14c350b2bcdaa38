package goagent_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
)

type plainThing struct{ Number int }

// TestNewAttributes sets attributes that the served object does not have.
func TestNewAttributes(t *testing.T) {
	ctx := limit(t)
	server, err := goagent.Serve(&plainThing{1}, goagent.WithNewAttributes(2))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	proxy := dial(t, server.Endpoint())
	for _, step := range []struct {
		name  string
		value any
		err   string
	}{
		{"p", 28, ""},
		{"label", "probe", ""},
		{"p", 29, ""}, // it is there by now
		{"third", 1, "plainThing' object takes no attribute 'third': peers have added 2"},
		{"_private", 1, "no attribute '_private'"},
		{"number", 7, ""},
	} {
		err := proxy.Set(ctx, step.name, step.value)
		if step.err == "" && err != nil || step.err != "" && (err == nil || !strings.Contains(err.Error(), step.err)) {
			t.Errorf("set %s: %v, want %q", step.name, err, step.err)
		}
	}
	var p, number int
	if err := errors.Join(proxy.Get(ctx, &p, "p"), proxy.Get(ctx, &number, "number")); err != nil || p != 29 || number != 7 {
		t.Errorf("p is %d, number %d, %v", p, number, err)
	}
	another := dial(t, server.Endpoint())
	var part string
	if err := another.Call(ctx, &part, "p"); err == nil {
		t.Error("an int can be called")
	}
	if err := another.Get(ctx, &part, "label"); err != nil || part != "probe" {
		t.Errorf("label is %q, %v", part, err)
	}
}

// TestNewAttributesRefused has servers that do not keep them: by default, where names are listed,
// and with a bad limit.
func TestNewAttributesRefused(t *testing.T) {
	for name, options := range map[string][]goagent.ServeOption{
		"default": nil,
		"exposed": {goagent.WithNewAttributes(2), goagent.WithExposed("number")},
		"zero":    {goagent.WithNewAttributes(0)},
	} {
		server, err := goagent.Serve(&plainThing{1}, options...)
		if err != nil {
			t.Fatal(err)
		}
		if err := dial(t, server.Endpoint()).Set(limit(t), "p", 1); err == nil || !strings.Contains(err.Error(), "AttributeError") {
			t.Errorf("%s: %v", name, err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := goagent.Serve(&plainThing{1}, goagent.WithNewAttributes(-1)); err == nil {
		t.Error("a negative limit is taken")
	}
}
