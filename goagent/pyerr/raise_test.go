package pyerr

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

// missing is the AttributeError of a served object of that class.
func missing(class, name string) error {
	return AttributeError.New(fmt.Sprintf("'%s' object has no attribute '%s'", class, name)).With("name", name)
}

func TestFrom(t *testing.T) {
	remote, _ := Parse(builtin("KeyError", "k"))
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
		{Panic("boom"), "RuntimeError: panic: boom"},
		{missing("MultiplyBy", "x"), "AttributeError: 'MultiplyBy' object has no attribute 'x'"},
	} {
		if got := From(tt.err).Error(); got != tt.want {
			t.Errorf("%q is raised as %q, want %q", tt.err, got, tt.want)
		}
	}
}

func TestReduce(t *testing.T) {
	inner := builtin("KeyError", "k")
	remote, _ := Parse(inner)
	if got := Reduce(fmt.Errorf("asking the other: %w", remote), Newest); got != inner {
		t.Errorf("a peer's exception is passed on as %v", got)
	}
	for _, tt := range []struct {
		as    Version
		state int
	}{{Version{3, 11}, 0}, {Version{3, 12}, 2}} {
		o := Reduce(missing("Robot", "x"), tt.as)
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

func TestDescribe(t *testing.T) {
	d := Describe(KeyError.New(py.Tuple{"a", "b"}), true)
	e, ok := Parse(d)
	if !ok || !errors.Is(e, KeyError) || e.Error() != "KeyError: ('a', 'b')" || len(e.Traceback) != 1 {
		t.Errorf("the description %v is read as %#v", d.Pairs(), e)
	}
}
