package pickle

import (
	"strings"
	"sync"
)

// harmlessNames are what a pickle may import and call, by module: what makes plain values, and
// cannot be led by its arguments to anything else. What looks attributes up, such as getattr, calls
// what it is given, such as map, or reads and writes outside of the program is not among them.
var harmlessNames = map[string]string{
	"builtins": `Ellipsis NotImplemented bool bytearray bytes complex dict float frozenset int list object range set slice
		str tuple ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
		BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
		ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError
		Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit
		IOError ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
		KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError
		NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError
		RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration
		SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError
		UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning
		ValueError Warning ZeroDivisionError`,
	"_codecs":     "encode",
	"copyreg":     "_reconstructor __newobj__ __newobj_ex__",
	"array":       "array _array_reconstructor",
	"collections": "ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque",
	"datetime":    "date datetime time timedelta timezone",
	"decimal":     "Decimal",
	"fractions":   "Fraction",
	"functools":   "partial",
	"ipaddress":   "IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface IPv6Network",
	"time":        "struct_time",
	"types":       "SimpleNamespace",
	"uuid":        "SafeUUID UUID",
	"zoneinfo":    "ZoneInfo._unpickle",

	"pathlib":        "Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath",
	"pathlib._local": "Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath",

	"numpy": `bool bool_ byte bytes_ cdouble clongdouble complex128 complex256 complex64 csingle datetime64 double dtype
		float128 float16 float32 float64 half int16 int32 int64 int8 intc intp long longdouble longlong matrix
		ndarray object_ record recarray short single str_ timedelta64 ubyte uint uint16 uint32 uint64 uint8 uintc
		uintp ulong ulonglong ushort void`,
	"numpy.core.multiarray":     "_reconstruct scalar",
	"numpy._core.multiarray":    "_reconstruct scalar",
	"numpy.core.numeric":        "_frombuffer",
	"numpy._core.numeric":       "_frombuffer",
	"numpy._core._internal":     "_convert_to_stringdtype_kwargs",
	"numpy.dtypes":              "StringDType",
	"numpy.ma.core":             "MaskedArray _mareconstruct",
	"numpy.ma":                  "MaskedArray",
	"numpy.matrixlib.defmatrix": "matrix",
	"numpy.rec":                 "recarray record",
}

var harmless = sync.OnceValue(func() map[global]bool {
	all := map[global]bool{}
	for module, names := range harmlessNames {
		for name := range strings.FieldsSeq(names) {
			all[global{module, name}] = true
		}
	}
	return all
})
