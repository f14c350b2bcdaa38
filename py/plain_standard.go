package py

import (
	"slices"
	"strings"
)

// plainParts returns what an object of a standard class, or of numpy, is made of besides its items,
// and reports whether it has the form in which CPython pickles objects of that class. What it is
// made of is still to be looked at.
func plainParts(o *Object) (parts []any, ok bool) {
	if o.Kwargs != nil || o.StateSetter != nil {
		return nil, false
	}
	if isZone(o) {
		return o.Args, o.State == nil && !hasItems(o)
	}
	class, ok := o.Callable.(Class)
	if !ok {
		return nil, false
	}
	switch class.Module {
	case "uuid":
		return uuidParts(o, class)
	case "copyreg", "copy_reg":
		return uuidParts(o, o.Class())
	case "collections":
		return collectionParts(o, class.Name)
	case "array":
		return arrayParts(o, class.Name)
	case "_codecs":
		return nil, isLatin1(o, class.Name) && o.How == Reduce && o.State == nil && !hasItems(o)
	case "fractions":
		return o.Args, class.Name == "Fraction" && o.How == Reduce && o.State == nil && !hasItems(o) && isFraction(o)
	}
	if parts, ok := numpyParts(o, class); ok {
		return parts, true
	}
	if isPlainException(class) {
		_, isDict := o.State.(*Dict)
		return append([]any{o.State}, o.Args...), o.How == Reduce && (o.State == nil || isDict) && !hasItems(o)
	}
	return o.Args, isPlainClass(class) && o.State == nil && !hasItems(o) && (o.How == Reduce || o.How == NewObj)
}

func hasItems(o *Object) bool { return len(o.ListItems) > 0 || len(o.DictItems) > 0 }

// isPlainClass reports whether a class's objects are made of nothing but their arguments, and are
// harmless whatever these are.
func isPlainClass(c Class) bool {
	switch c.Module {
	case "datetime":
		return slices.Contains([]string{"date", "time", "datetime", "timedelta", "timezone"}, c.Name)
	case "decimal":
		return c.Name == "Decimal"
	case "ipaddress":
		return slices.Contains([]string{"IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network", "IPv4Interface", "IPv6Interface"}, c.Name)
	case "pathlib", "pathlib._local":
		return slices.Contains([]string{"Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"}, c.Name)
	case "builtins", "__builtin__":
		return slices.Contains([]string{"complex", "slice", "range", "xrange"}, c.Name)
	}
	return false
}

// isZone reports whether an object is a zoneinfo.ZoneInfo, which is made by a method of its class.
func isZone(o *Object) bool {
	if o.How != Reduce || globalName(o.Callable, 1) != (Class{"zoneinfo", "ZoneInfo._unpickle"}) {
		return false
	}
	if method, isCall := o.Callable.(*Object); isCall {
		return method.How == Reduce && method.Kwargs == nil && method.State == nil && method.StateSetter == nil && !hasItems(method)
	}
	return true
}

// uuidParts returns what a UUID is made of: the dict of its state, in which there may be a member
// of the enum SafeUUID.
func uuidParts(o *Object, class Class) (parts []any, ok bool) {
	if hasItems(o) {
		return nil, false
	}
	switch class {
	case Class{"uuid", "SafeUUID"}:
		return o.Args, o.How == Reduce && !isCopyreg(classOf(o.Callable)) && o.State == nil
	case Class{"uuid", "UUID"}:
	default:
		return nil, false
	}
	parts = o.Args
	if isCopyreg(classOf(o.Callable)) {
		_, rest, ok := namedParts(o)
		if !ok {
			return nil, false
		}
		parts = rest
	}
	_, isDict := o.State.(*Dict)
	return append([]any{o.State}, parts...), o.State == nil || isDict
}

func classOf(v any) Class {
	c, _ := v.(Class)
	return c
}

// collectionParts returns what a collection is made of besides its items.
func collectionParts(o *Object, name string) (parts []any, ok bool) {
	if o.State != nil || o.How != Reduce {
		return nil, false
	}
	switch name {
	case "OrderedDict", "Counter":
		return o.Args, len(o.ListItems) == 0 && isMadeOfItems(o.Args)
	case "deque":
		return o.Args, len(o.DictItems) == 0 && isMadeOfItems(o.Args)
	case "defaultdict":
		if len(o.Args) == 0 {
			return nil, len(o.ListItems) == 0
		}
		return o.Args[1:], (o.Args[0] == nil || isBuiltinType(o.Args[0])) && len(o.ListItems) == 0
	}
	return nil, false
}

// isLatin1 reports whether an object is bytes as pickle protocols 0 to 2 write them.
func isLatin1(o *Object, name string) bool {
	if name != "encode" || len(o.Args) != 2 {
		return false
	}
	_, isText := o.Args[0].(string)
	return isText && o.Args[1] == any("latin1")
}

// isMadeOfItems reports whether the first argument, if there is one, holds the items that a
// collection is made of: a range could stand for more of them than there is memory.
func isMadeOfItems(args Tuple) bool {
	if len(args) == 0 {
		return true
	}
	switch args[0].(type) {
	case Tuple, *List, *Dict, []byte, string:
		return true
	}
	return false
}

// isFraction reports whether a Fraction is written in digits alone: the value of an exponent could
// be larger than any memory.
func isFraction(o *Object) bool {
	if len(o.Args) == 1 {
		text, _ := o.Args[0].(string)
		return text != "" && strings.Trim(text, "-/0123456789") == ""
	}
	_, ok := fractionText(o)
	return ok
}

// arrayParts returns what an array.array is made of.
func arrayParts(o *Object, name string) (parts []any, ok bool) {
	if o.State != nil || o.How != Reduce || hasItems(o) || len(o.Args) == 0 {
		return nil, false
	}
	switch name {
	case "array":
		return o.Args, len(o.Args) < 2 || isMadeOfItems(o.Args[1:])
	case "_array_reconstructor":
		return o.Args[1:], o.Args[0] == any(Class{"array", "array"})
	}
	return nil, false
}

// numpyModules are where numpy 1 and 2 have the functions that make arrays.
var numpyModules = []string{"numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric"}

// numpyParts returns what an array, a scalar or a dtype of numpy is made of.
func numpyParts(o *Object, class Class) (parts []any, ok bool) {
	if hasItems(o) || o.How != Reduce {
		return nil, false
	}
	if class == (Class{"numpy", "dtype"}) {
		d, ok := dtypeOf(o)
		return append([]any{o.State}, o.Args...), ok && d.Kind[0] != 'O'
	}
	if !slices.Contains(numpyModules, class.Module) {
		return nil, false
	}
	a, ok := NDArrayOf(o)
	if !ok || a.isObjects() {
		return nil, false
	}
	parts = o.Args
	if class.Name == "_reconstruct" {
		if len(o.Args) != 3 || o.Args[0] != any(Class{"numpy", "ndarray"}) {
			return nil, false
		}
		if shape, _ := o.Args[1].(Tuple); len(shape) != 1 || shape[0] != any(int64(0)) {
			return nil, false // it is the state that says the shape
		}
		parts = o.Args[1:]
	} else if o.State != nil {
		return nil, false
	}
	return append([]any{o.State}, parts...), true
}

// isPlainException reports whether a class is an exception of Python itself.
func isPlainException(c Class) bool {
	switch c.Module {
	case "builtins", "__builtin__", "exceptions":
		return slices.Contains(builtinExceptions, c.Name)
	case "concurrent.futures._base":
		return slices.Contains([]string{"Error", "CancelledError", "TimeoutError", "InvalidStateError", "BrokenExecutor"}, c.Name)
	case "asyncio.exceptions":
		return slices.Contains([]string{"CancelledError", "TimeoutError", "InvalidStateError"}, c.Name)
	}
	return false
}

// builtinExceptions are the exceptions of Python 2.7 and of 3.6 to 3.13.
var builtinExceptions = []string{
	"ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup", "BlockingIOError", "BrokenPipeError",
	"BufferError", "BytesWarning", "ChildProcessError", "ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError",
	"ConnectionResetError", "DeprecationWarning", "EOFError", "EncodingWarning", "EnvironmentError", "Exception", "ExceptionGroup",
	"FileExistsError", "FileNotFoundError", "FloatingPointError", "FutureWarning", "GeneratorExit", "IOError", "ImportError",
	"ImportWarning", "IndentationError", "IndexError", "InterruptedError", "IsADirectoryError", "KeyError", "KeyboardInterrupt",
	"LookupError", "MemoryError", "ModuleNotFoundError", "NameError", "NotADirectoryError", "NotImplementedError", "OSError",
	"OverflowError", "PendingDeprecationWarning", "PermissionError", "ProcessLookupError", "PythonFinalizationError", "RecursionError",
	"ReferenceError", "ResourceWarning", "RuntimeError", "RuntimeWarning", "StandardError", "StopAsyncIteration", "StopIteration",
	"SyntaxError", "SyntaxWarning", "SystemError", "SystemExit", "TabError", "TimeoutError", "TypeError", "UnboundLocalError",
	"UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError", "UnicodeWarning", "UserWarning", "ValueError",
	"Warning", "ZeroDivisionError",
}
