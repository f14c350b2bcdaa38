package pyerr

import (
	"errors"
	"testing"

	"github.com/pizco-go/pizco/py"
)

func TestExceptionClassNames(t *testing.T) {
	for _, tt := range []struct {
		class Class
		want  py.Class
		shown string
	}{
		{KeyError, py.Class{Module: "builtins", Name: "KeyError"}, "KeyError"},
		{"builtins.KeyError", py.Class{Module: "builtins", Name: "KeyError"}, "KeyError"},
		{"exceptions.KeyError", py.Class{Module: "builtins", Name: "KeyError"}, "KeyError"},
		{"IOError", py.Class{Module: "builtins", Name: "OSError"}, "OSError"},
		{"exceptions.IOError", py.Class{Module: "builtins", Name: "OSError"}, "OSError"},
		{"WindowsError", py.Class{Module: "builtins", Name: "OSError"}, "OSError"},
		{"robots.errors.BadAge", py.Class{Module: "robots.errors", Name: "BadAge"}, "robots.errors.BadAge"},
		{"robots:Robot.BadAge", py.Class{Module: "robots", Name: "Robot.BadAge"}, "robots.Robot.BadAge"},
		{"__main__.BadAge", py.Class{Module: "__main__", Name: "BadAge"}, "BadAge"},
		{CancelledError, py.Class{Module: "concurrent.futures._base", Name: "CancelledError"}, "concurrent.futures._base.CancelledError"},
	} {
		if got := tt.class.Class(); got != tt.want {
			t.Errorf("ExceptionClass(%q).Class() = %v, want %v", string(tt.class), got, tt.want)
		}
		if got := tt.class.Error(); got != tt.shown {
			t.Errorf("ExceptionClass(%q).Error() = %q, want %q", string(tt.class), got, tt.shown)
		}
		if got := ClassOf(tt.want); !errors.Is(got, tt.class) || !errors.Is(tt.class, got) {
			t.Errorf("classOf(%v) = %q is not %q", tt.want, string(got), string(tt.class))
		}
	}
}

func TestExceptionClassIs(t *testing.T) {
	for _, tt := range []struct {
		class, base Class
		want        bool
	}{
		{KeyError, KeyError, true},
		{KeyError, LookupError, true},
		{KeyError, Exception, true},
		{KeyError, StandardError, true},
		{KeyError, BaseException, true},
		{KeyError, IndexError, false},
		{LookupError, KeyError, false},
		{KeyboardInterrupt, Exception, false},
		{StopIteration, StandardError, false},
		{ExceptionGroup, Exception, true},
		{BaseExceptionGroup, Exception, false},
		{ConnectionResetError, Class("IOError"), true},
		{TimeoutError, Class("EnvironmentError"), true},
		{TabError, SyntaxError, true},
		{"json.decoder.JSONDecodeError", ValueError, true},
		{"io.UnsupportedOperation", OSError, true},
		{"io.UnsupportedOperation", ValueError, true},
		{"asyncio.exceptions.CancelledError", Exception, false},
		{CancelledError, Exception, true},
		{"robots.BadAge", "robots.BadAge", true},
		{"robots.BadAge", "robots:BadAge", true},
		{"robots.BadAge", Exception, true},
		{"robots.BadAge", ValueError, false},
		{"robots.ValueError", ValueError, false},
		{ValueError, "robots.ValueError", false},
	} {
		if got := errors.Is(tt.class, tt.base); got != tt.want {
			t.Errorf("errors.Is(%s, %s) = %v, want %v", tt.class, tt.base, got, tt.want)
		}
	}
}
