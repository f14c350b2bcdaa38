package pyerr

import (
	"errors"
	"fmt"
	"testing"

	"github.com/pizco-go/pizco/py"
)

func builtin(name string, args ...any) *py.Object {
	return py.NewObject(py.Class{Module: "builtins", Name: name}, args...)
}

func TestRemoteErrorDialects(t *testing.T) {
	bad := builtin("ValueError", "bad age")
	lines := []any{"Traceback (most recent call last):\n", "  File \"robot.py\", line 3, in f\n", "ValueError: bad age\n"}
	description := py.StrDict(
		py.Item{Key: "class", Value: "builtins.ValueError"},
		py.Item{Key: "args", Value: py.NewList("bad age")},
		py.Item{Key: "message", Value: "bad age"},
		py.Item{Key: "traceback", Value: py.NewList(lines...)},
	)
	for _, tt := range []struct {
		name    string
		options any
		lines   int
	}{
		{"0.1", bad, 0},
		{"master", py.Tuple{bad, py.NewList(lines...)}, 3},
		{"master in json", py.NewList(description, py.NewList(lines...)), 3},
		{"json", description, 3},
	} {
		e, ok := Parse(tt.options)
		if !ok {
			t.Errorf("%s: not an exception", tt.name)
			continue
		}
		if !errors.Is(e, ValueError) || e.Error() != "ValueError: bad age" || e.Message != "bad age" || len(e.Args) != 1 {
			t.Errorf("%s: got %#v", tt.name, e)
		}
		if len(e.Traceback) != tt.lines {
			t.Errorf("%s: traceback has %d lines, want %d", tt.name, len(e.Traceback), tt.lines)
		}
		long := fmt.Sprintf("%+v", e)
		want := "ValueError: bad age"
		if tt.lines > 0 {
			want = "Traceback (most recent call last):\n  File \"robot.py\", line 3, in f\nValueError: bad age\n"
		}
		if long != want {
			t.Errorf("%s: %%+v is %q, want %q", tt.name, long, want)
		}
	}
	for _, refused := range []any{nil, int64(1), "ValueError", py.Tuple{}, py.Tuple{bad}, py.Tuple{py.Tuple{bad, nil}, nil}, &py.Dict{}} {
		if e, ok := Parse(refused); ok {
			t.Errorf("newRemoteError(%v) = %v, want none", refused, e)
		}
	}
}

func TestRemoteErrorGroup(t *testing.T) {
	e, _ := Parse(builtin("ExceptionGroup", "several", py.NewList(builtin("KeyError", "k"), builtin("OSError", int64(2), "No"))))
	if !errors.Is(e, ExceptionGroup) || !errors.Is(e, Exception) || errors.Is(e, KeyError) {
		t.Errorf("the group is a %v", e.Class)
	}
	members := e.Exceptions()
	if len(members) != 2 || !errors.Is(members[0], KeyError) || !errors.Is(members[1], FileNotFoundError) {
		t.Errorf("the group holds %v", members)
	}
	if inner := members[0].Exceptions(); inner != nil {
		t.Errorf("a KeyError holds %v", inner)
	}
}

// TestRemoteErrorHostile reads exceptions that only somebody malicious sends.
func TestRemoteErrorHostile(t *testing.T) {
	group := builtin("ExceptionGroup", "itself", nil)
	group.Args[1] = py.NewList(group)
	itself := builtin("ValueError", nil)
	itself.Args[0] = itself
	shared := builtin("OSError", int64(1), "x")
	for range 100 {
		shared = builtin("OSError", shared, shared)
	}
	for _, o := range []*py.Object{group, itself, shared, builtin("KeyError", group)} {
		e, ok := Parse(o)
		if !ok {
			t.Fatalf("%v is no exception", o)
		}
		if len(e.Error()) > 4<<20 {
			t.Errorf("the text has %d bytes", len(e.Error()))
		}
		_ = errors.Is(e, KeyError)
		_ = e.Exceptions()
	}
	for _, nameless := range []any{py.NewObject(py.Class{}), &py.Object{}, py.Class{}, py.StrDict(py.Item{Key: descriptionClass, Value: ""}), py.Tuple{&py.Object{}, nil}} {
		if e, ok := Parse(nameless); ok {
			t.Errorf("%s is taken for the exception %+v", py.Repr(nameless), e)
		}
	}
}
