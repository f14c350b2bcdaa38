package pyerr_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// TestTexts holds the texts of exceptions to what str() of Python 3.13 says of them.
func TestTexts(t *testing.T) {
	for _, row := range []struct {
		class pyerr.Class
		args  string // a tuple, as Python writes it
		want  string
	}{
		{pyerr.UnicodeDecodeError, `('utf-8', b'a\xff', 1, 2, 'bad')`, `'utf-8' codec can't decode byte 0xff in position 1: bad`},
		{pyerr.UnicodeDecodeError, `('utf-8', b'a\xff', 0, 2, 'bad')`, `'utf-8' codec can't decode bytes in position 0-1: bad`},
		{pyerr.UnicodeDecodeError, `('utf-8', b'a\xff', 0, 1, 'bad')`, `'utf-8' codec can't decode byte 0x61 in position 0: bad`},
		{pyerr.UnicodeEncodeError, `('ascii', 'a\xe9', 1, 2, 'bad')`, `'ascii' codec can't encode character '\xe9' in position 1: bad`},
		{pyerr.UnicodeEncodeError, `('ascii', 'a\u20ac', 1, 2, 'bad')`, `'ascii' codec can't encode character '\u20ac' in position 1: bad`},
		{pyerr.UnicodeEncodeError, `('ascii', 'a\U0001f600b', 1, 2, 'bad')`, `'ascii' codec can't encode character '\U0001f600' in position 1: bad`},
		{pyerr.UnicodeEncodeError, `('ascii', 'a\U0001f600\xe9', 2, 3, 'bad')`, `'ascii' codec can't encode character '\xe9' in position 2: bad`},
		{pyerr.UnicodeEncodeError, `('ascii', 'a\xe9', 0, 2, 'bad')`, `'ascii' codec can't encode characters in position 0-1: bad`},
		{pyerr.UnicodeTranslateError, `('a\xe9', 1, 2, 'bad')`, `can't translate character '\xe9' in position 1: bad`},
		{pyerr.UnicodeTranslateError, `('a\xe9', 0, 2, 'bad')`, `can't translate characters in position 0-1: bad`},
		{pyerr.SyntaxError, `('no', ('f.py', 3, 1, 'x'))`, "no (f.py, line 3)"},
		{pyerr.SyntaxError, `('no', ['f.py', 3, 1, 'x'])`, "no (f.py, line 3)"},
		{pyerr.SyntaxError, `('no', ('/a/b/f.py', 3, 1, 'x'))`, "no (f.py, line 3)"},
		{pyerr.SyntaxError, `('no', ('f/', 3, 1, 'x'))`, "no (, line 3)"},
		{pyerr.SyntaxError, `('no', ('/f', 3, 1, 'x'))`, "no (f, line 3)"},
		{pyerr.SyntaxError, `('no', (None, 3, 1, 'x'))`, "no (line 3)"},
		{pyerr.SyntaxError, `('no', ('f.py', None, 1, 'x'))`, "no (f.py)"},
		{pyerr.SyntaxError, `('no', (None, None, None, None))`, "no"},
		{pyerr.SyntaxError, `('no',)`, "no"},
		{pyerr.KeyError, `('a',)`, "'a'"},
		{pyerr.KeyError, `(1,)`, "1"},
		{pyerr.KeyError, `('a', 'b')`, "('a', 'b')"},
		{pyerr.KeyError, `()`, ""},
		{pyerr.OSError, `(2, 'none')`, "[Errno 2] none"},
		{pyerr.OSError, `(2, 'none', 'f')`, "[Errno 2] none: 'f'"},
		{pyerr.OSError, `(2, 'none', 'f', None, 'g')`, "[Errno 2] none: 'f' -> 'g'"},
		{pyerr.OSError, `(2, 'none', 'f', None)`, "[Errno 2] none: 'f'"},
		{pyerr.OSError, `(2,)`, "2"},
		{pyerr.OSError, `('x',)`, "x"},
		{pyerr.ValueError, `()`, ""},
		{pyerr.ValueError, `('a',)`, "a"},
		{pyerr.ValueError, `('a', 2)`, "('a', 2)"},
		{pyerr.ValueError, `(None,)`, "None"},
		{pyerr.StopIteration, `(3,)`, "3"},
	} {
		args, err := py.ParseLiteral(row.args)
		if err != nil {
			t.Fatal(err)
		}
		e, ok := pyerr.Parse(py.NewObject(row.class.Class(), args.(py.Tuple)...))
		if !ok || e.Message != row.want {
			t.Errorf("%s%s: %q, want %q", row.class, row.args, e.Message, row.want)
		}
	}
}

// TestGroupTexts counts the exceptions of a group.
func TestGroupTexts(t *testing.T) {
	one := py.NewObject(pyerr.ValueError.Class(), int64(1))
	for n, want := range []string{"some (0 sub-exceptions)", "some (1 sub-exception)", "some (2 sub-exceptions)"} {
		group := py.NewObject(pyerr.ExceptionGroup.Class(), "some", py.NewList(slices.Repeat([]any{one}, n)...))
		e, ok := pyerr.Parse(group)
		if !ok || e.Message != want || len(e.Exceptions()) != n || e.Error() != "ExceptionGroup: "+want {
			t.Errorf("%v of %d: %q, %d exceptions", e, n, e.Message, len(e.Exceptions()))
		}
	}
}

// TestErrnoClasses makes of an OSError the class that Python makes of it by its number.
func TestErrnoClasses(t *testing.T) {
	for errno, want := range map[syscall.Errno]pyerr.Class{
		syscall.EAGAIN: pyerr.BlockingIOError, syscall.EALREADY: pyerr.BlockingIOError, syscall.EINPROGRESS: pyerr.BlockingIOError,
		syscall.EPIPE: pyerr.BrokenPipeError, syscall.ESHUTDOWN: pyerr.BrokenPipeError, syscall.ECHILD: pyerr.ChildProcessError,
		syscall.ECONNABORTED: pyerr.ConnectionAbortedError, syscall.ECONNREFUSED: pyerr.ConnectionRefusedError, syscall.ECONNRESET: pyerr.ConnectionResetError,
		syscall.EEXIST: pyerr.FileExistsError, syscall.ENOENT: pyerr.FileNotFoundError, syscall.EISDIR: pyerr.IsADirectoryError,
		syscall.ENOTDIR: pyerr.NotADirectoryError, syscall.EINTR: pyerr.InterruptedError, syscall.EACCES: pyerr.PermissionError,
		syscall.EPERM: pyerr.PermissionError, syscall.ESRCH: pyerr.ProcessLookupError, syscall.ETIMEDOUT: pyerr.TimeoutError,
		syscall.EINVAL: pyerr.OSError, syscall.EIO: pyerr.OSError, syscall.ENOMEM: pyerr.OSError,
	} {
		for _, args := range []py.Tuple{{int64(errno), "text"}, {int64(errno), "text", "file"}, {int64(errno), "text", "file", nil, "other"}} {
			if e, ok := pyerr.Parse(py.NewObject(pyerr.OSError.Class(), args...)); !ok || e.Class != want.Class() || !errors.Is(e, pyerr.OSError) {
				t.Errorf("%d with %d arguments: %v, want %s", errno, len(args), e.Class, want)
			}
		}
		for _, args := range []py.Tuple{{int64(errno)}, {fmt.Sprint(int(errno)), "text"}, {int64(errno), "text", "file", nil, "other", "more"}} {
			if e, ok := pyerr.Parse(py.NewObject(pyerr.OSError.Class(), args...)); !ok || e.Class != pyerr.OSError.Class() {
				t.Errorf("%v: %v", args, e.Class)
			}
		}
	}
	if e, ok := pyerr.Parse(py.NewObject(pyerr.ValueError.Class(), int64(syscall.ENOENT), "text")); !ok || e.Class != pyerr.ValueError.Class() {
		t.Errorf("a ValueError with a number is a %v", e.Class)
	}
}

// TestAttributeErrors holds what Python says of an attribute that is not there.
func TestAttributeErrors(t *testing.T) {
	const short = "AttributeError: 'Robot' object has no attribute 'x'"
	if err := pyerr.MissingAttribute("Robot", "x"); err.Error() != short || !errors.Is(err, pyerr.AttributeError) {
		t.Errorf("got %v", err)
	}
	for minor, want := range map[int]string{
		6: short, 12: short, 13: short + " and no __dict__ for setting new attributes", 14: short + " and no __dict__ for setting new attributes",
	} {
		if err := pyerr.UnknownAttribute(pyerr.Version{Major: 3, Minor: minor}, "Robot", "x"); err.Error() != want {
			t.Errorf("3.%d: %v", minor, err)
		}
	}
}

// TestFormats writes an exception with each verb, with and without a traceback of its server.
func TestFormats(t *testing.T) {
	bare := &pyerr.RemoteError{Class: pyerr.ValueError.Class(), Message: "bad"}
	traced := &pyerr.RemoteError{Class: pyerr.ValueError.Class(), Message: "bad", Traceback: []string{"Traceback:\n", "  line 1"}}
	whole := &pyerr.RemoteError{Class: pyerr.ValueError.Class(), Message: "bad", Traceback: []string{"Traceback:\n", "ValueError: bad\n"}}
	for _, row := range []struct {
		e      *pyerr.RemoteError
		format string
		want   string
	}{
		{bare, "%v", "ValueError: bad"}, {bare, "%s", "ValueError: bad"}, {bare, "%q", `"ValueError: bad"`}, {bare, "%+v", "ValueError: bad"},
		{traced, "%v", "ValueError: bad"}, {traced, "%+s", "ValueError: bad"}, {traced, "%+v", "Traceback:\n  line 1\nValueError: bad\n"},
		{whole, "%+v", "Traceback:\nValueError: bad\n"}, {&pyerr.RemoteError{Class: pyerr.KeyError.Class()}, "%v", "KeyError"},
	} {
		if got := fmt.Sprintf(row.format, row.e); got != row.want {
			t.Errorf("%s: %q, want %q", row.format, got, row.want)
		}
	}
}

// TestConversions makes exceptions of errors, and leaves other values to package py.
func TestConversions(t *testing.T) {
	raised := pyerr.ValueError.New("bad")
	for name, convert := range map[string]func(any) any{
		"FromGo":   func(v any) any { graph, _ := pyerr.FromGo(v); return graph },
		"Raw":      pyerr.Raw,
		"Sendable": pyerr.Sendable,
	} {
		o, ok := convert(raised).(*py.Object)
		if !ok || o.Class() != pyerr.ValueError.Class() || len(o.Args) != 1 || o.Args[0] != "bad" {
			t.Errorf("%s: %v", name, o)
		}
	}
	if graph, err := pyerr.FromGo(7); err != nil || graph != int64(7) {
		t.Errorf("FromGo: %v, %v", graph, err)
	}
	if _, err := pyerr.FromGo(make(chan int)); err == nil {
		t.Error("FromGo takes a channel")
	}
	if raw := pyerr.Raw(7); raw != 7 {
		t.Errorf("Raw: %v", raw)
	}
	if text, ok := pyerr.Sendable(make(chan int)).(string); !ok || !strings.HasPrefix(text, "0x") || pyerr.Sendable(7) != int64(7) {
		t.Errorf("Sendable: %v", text)
	}
}
