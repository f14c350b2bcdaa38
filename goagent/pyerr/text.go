package pyerr

import (
	"fmt"
	"slices"
	"syscall"

	"github.com/pizco-go/pizco/internal/wtf8"
	"github.com/pizco-go/pizco/py"
)

// exceptionLine returns the last line of a traceback (Lib/traceback.py,
// TracebackException.format_exception_only).
func exceptionLine(class Class, text string) string {
	if text == "" {
		return class.Error()
	}
	return class.Error() + ": " + text
}

// exceptionText returns str(class(*args)) for the built-in classes (Objects/exceptions.c, the
// tp_str of each).
func exceptionText(class Class, args py.Tuple) string {
	var text string
	var ok bool
	switch {
	case class.Is(KeyError):
		if len(args) == 1 {
			return py.Repr(args[0])
		}
	case class.Is(OSError):
		text, ok = osErrorText(args)
	case class.Is(SyntaxError):
		text, ok = syntaxErrorText(args)
	case class.Is(UnicodeError):
		text, ok = unicodeErrorText(class, args)
	case class.Is(BaseExceptionGroup):
		text, ok = groupText(args)
	}
	if ok {
		return text
	}
	switch len(args) {
	case 0:
		return ""
	case 1:
		return Str(args[0])
	}
	return py.Repr(args)
}

// Str is Python's str() of a value. Of exceptions in exceptions in exceptions it gives the repr,
// so that the work is bounded.
func Str(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	if o, ok := v.(*py.Object); ok {
		class := ClassOf(o.Class())
		if class.Is(BaseException) && !slices.ContainsFunc(o.Args, isObject) {
			return exceptionText(class, o.Args)
		}
	}
	return py.Repr(v)
}

func isObject(v any) bool {
	_, ok := v.(*py.Object)
	return ok
}

func osErrorText(args py.Tuple) (string, bool) {
	if len(args) < 2 || len(args) > 5 {
		return "", false
	}
	text := fmt.Sprintf("[Errno %s] %s", Str(args[0]), Str(args[1]))
	if len(args) > 2 && args[2] != nil {
		text += ": " + py.Repr(args[2])
		if len(args) == 5 && args[4] != nil {
			text += " -> " + py.Repr(args[4])
		}
	}
	return text, true
}

// syntaxErrorText adds the file's base name and the line as SyntaxError.__str__ does.
func syntaxErrorText(args py.Tuple) (string, bool) {
	if len(args) != 2 {
		return "", false
	}
	var details []any
	switch d := args[1].(type) {
	case py.Tuple:
		details = d
	case *py.List:
		details = d.Items
	}
	if len(details) < 2 {
		return "", false
	}
	text := Str(args[0])
	file, named := details[0].(string)
	line, numbered := details[1].(int64)
	switch {
	case named && numbered:
		return fmt.Sprintf("%s (%s, line %d)", text, baseName(file), line), true
	case named:
		return fmt.Sprintf("%s (%s)", text, baseName(file)), true
	case numbered:
		return fmt.Sprintf("%s (line %d)", text, line), true
	}
	return text, true
}

// baseName is what follows the last slash, as CPython cuts it.
func baseName(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

func unicodeErrorText(class Class, args py.Tuple) (string, bool) {
	translate := class.Is(UnicodeTranslateError)
	if translate {
		args = append(py.Tuple{""}, args...)
	}
	if len(args) != 5 {
		return "", false
	}
	encoding, ok0 := args[0].(string)
	start, ok1 := args[2].(int64)
	end, ok2 := args[3].(int64)
	if !ok0 || !ok1 || !ok2 {
		return "", false
	}
	what := "characters"
	var one string
	switch object := args[1].(type) {
	case []byte:
		what = "bytes"
		if start >= 0 && start < int64(len(object)) {
			one = fmt.Sprintf("byte 0x%02x", object[start])
		}
	case string:
		if r, ok := runeAt(object, start); ok {
			one = "character '" + wtf8.Escape(r) + "'"
		}
	}
	verb, codec := "decode", "'"+encoding+"' codec "
	switch {
	case translate:
		verb, codec = "translate", ""
	case class.Is(UnicodeEncodeError):
		verb = "encode"
	}
	if end == start+1 && one != "" {
		return fmt.Sprintf("%scan't %s %s in position %d: %s", codec, verb, one, start, Str(args[4])), true
	}
	return fmt.Sprintf("%scan't %s %s in position %d-%d: %s", codec, verb, what, start, end-1, Str(args[4])), true
}

// runeAt returns the code point at an index that counts code points.
func runeAt(s string, index int64) (rune, bool) {
	for len(s) > 0 {
		r, size := wtf8.Next(s)
		if index == 0 {
			return r, true
		}
		index--
		s = s[size:]
	}
	return 0, false
}

func groupText(args py.Tuple) (string, bool) {
	if len(args) != 2 {
		return "", false
	}
	list, ok := args[1].(*py.List)
	if !ok {
		return "", false
	}
	plural := "s"
	if list.Len() == 1 {
		plural = ""
	}
	return fmt.Sprintf("%s (%d sub-exception%s)", Str(args[0]), list.Len(), plural), true
}

// osErrorClass returns the subclass of OSError that OSError(errno, text, ...) makes (PEP 3151). The
// errno is read as a number of this system, as Python does with its own system's.
func osErrorClass(class Class, args py.Tuple) (Class, bool) {
	if class != OSError || len(args) < 2 || len(args) > 5 {
		return "", false
	}
	errno, ok := args[0].(int64)
	if !ok {
		return "", false
	}
	return errnoClass(syscall.Errno(errno))
}

func errnoClass(errno syscall.Errno) (Class, bool) {
	switch errno {
	case syscall.EAGAIN, syscall.EALREADY, syscall.EINPROGRESS:
		return BlockingIOError, true
	case syscall.EPIPE, syscall.ESHUTDOWN:
		return BrokenPipeError, true
	case syscall.ECHILD:
		return ChildProcessError, true
	case syscall.ECONNABORTED:
		return ConnectionAbortedError, true
	case syscall.ECONNREFUSED:
		return ConnectionRefusedError, true
	case syscall.ECONNRESET:
		return ConnectionResetError, true
	case syscall.EEXIST:
		return FileExistsError, true
	case syscall.ENOENT:
		return FileNotFoundError, true
	case syscall.EISDIR:
		return IsADirectoryError, true
	case syscall.ENOTDIR:
		return NotADirectoryError, true
	case syscall.EINTR:
		return InterruptedError, true
	case syscall.EACCES, syscall.EPERM:
		return PermissionError, true
	case syscall.ESRCH:
		return ProcessLookupError, true
	case syscall.ETIMEDOUT:
		return TimeoutError, true
	}
	return "", false
}
