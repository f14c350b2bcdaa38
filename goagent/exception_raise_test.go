package goagent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/pizco-go/pizco/py"
)

func TestNamedException(t *testing.T) {
	remote, _ := newRemoteError(builtin("KeyError", "k"))
	for _, tt := range []struct {
		err  error
		want string
	}{
		{errors.New("out of paper"), "RuntimeError: out of paper"},
		{errors.New("pizco/py: unhashable type: 'list'"), "RuntimeError: unhashable type: 'list'"},
		{&py.UnhashableError{Type: "list"}, "TypeError: unhashable type: 'list'"},
		{ValueError.New("bad age"), "ValueError: bad age"},
		{ValueError.Errorf("bad age %d", 3), "ValueError: bad age 3"},
		{fmt.Errorf("set age: %w", ValueError.New("bad age")), "ValueError: set age: bad age"},
		{fmt.Errorf("set age: %w", KeyError.New(3)), "KeyError: 3"},
		{ValueError, "ValueError"},
		{fmt.Errorf("%w: bad age", ValueError), "ValueError: bad age"},
		{fmt.Errorf("set age: %w", ValueError), "ValueError: set age"},
		{context.DeadlineExceeded, "TimeoutError: context deadline exceeded"},
		{context.Canceled, "concurrent.futures._base.CancelledError: context canceled"},
		{&fs.PathError{Op: "open", Path: "f", Err: syscall.ENOENT}, "FileNotFoundError: [Errno 2] No such file or directory: 'f'"},
		{&os.LinkError{Op: "rename", Old: "f", New: "g", Err: syscall.EXDEV}, "OSError: [Errno 18] Invalid cross-device link: 'f' -> 'g'"},
		{fmt.Errorf("asking the other: %w", remote), "KeyError: 'k'"},
		{panicError("boom"), "RuntimeError: panic: boom"},
		{missingAttribute("MultiplyBy", "x"), "AttributeError: 'MultiplyBy' object has no attribute 'x'"},
	} {
		if got := namedException(tt.err).Error(); got != tt.want {
			t.Errorf("%q is raised as %q, want %q", tt.err, got, tt.want)
		}
	}
}

func TestExceptionObject(t *testing.T) {
	inner := builtin("KeyError", "k")
	remote, _ := newRemoteError(inner)
	if got := exceptionObject(fmt.Errorf("asking the other: %w", remote), newestPython); got != inner {
		t.Errorf("a peer's exception is passed on as %v", got)
	}
	for _, tt := range []struct {
		as    pythonVersion
		state int
	}{{pythonVersion{3, 11}, 0}, {pythonVersion{3, 12}, 2}} {
		o := exceptionObject(missingAttribute("Robot", "x"), tt.as)
		state, _ := o.State.(*py.Dict)
		if tt.state == 0 {
			if o.HasState {
				t.Errorf("%v: AttributeError has state %v", tt.as, o.State)
			}
			continue
		}
		if state == nil || state.Len() != tt.state {
			t.Fatalf("%v: AttributeError has state %v", tt.as, o.State)
		}
		args, _ := state.Get("args")
		if &args.(py.Tuple)[0] != &o.Args[0] {
			t.Errorf("%v: args of the state are another tuple than those of the exception", tt.as)
		}
	}
}

func TestExceptionDescription(t *testing.T) {
	d := exceptionDescription(KeyError.New(py.Tuple{"a", "b"}), true)
	e, ok := newRemoteError(d)
	if !ok || !errors.Is(e, KeyError) || e.Error() != "KeyError: ('a', 'b')" || len(e.Traceback) != 1 {
		t.Errorf("the description %v is read as %#v", d.Pairs(), e)
	}
}
