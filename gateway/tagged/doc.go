// Package tagged writes Python's values as JSON that loses nothing, and reads them back.
//
// What JSON has is written as it is: None, bool, str, and lists. Dicts are, when their keys are
// strs that do not begin with "$". Ints are up to 2**53-1, which every reader of JSON keeps
// exactly. Floats always have a point or an exponent: 1 is an int and 1.0 a float. Everything else
// is an object with one key, its tag, that begins with "$":
//
//	{"$int": "18446744073709551616"}                an int beyond 2**53-1; a plain number of any size is read as well
//	{"$str": ["\ud83d", "\ude00"]}                  parts of a str, whose lone surrogates would be one character if written together
//	{"$float": "nan"}                               nan, inf and -inf; "0x7ff8000000000001" is a nan by its bits
//	{"$complex": [1.0, 2.0]}                        real and imaginary part
//	{"$bytes": "aGVsbG8="}                          base64; {"$bytearray": ...} likewise
//	{"$tuple": [...]} {"$set": [...]} {"$frozenset": [...]}
//	{"$dict": [[key, value], ...]}                  a dict with any other keys, or with strs that begin with "$"
//	{"$constant": "Ellipsis"}                       or "NotImplemented"
//	{"$class": ["collections", "OrderedDict"]}      a class or function: its module and its qualified name
//	{"$date": "2026-11-23"}
//	{"$time": "23:59:59.999999"}
//	{"$datetime": "2026-11-23T23:59:59+01:00"}      without an offset it is naive
//	{"$datetime": {"at": "2026-10-25T02:30:00", "fold": true, "zone": ..., "offset": "+01:00"}}
//	{"$timedelta": [-1, 5, 7]}                      days, seconds, microseconds
//	{"$timezone": [0, 3600, 0, "CET"]}              the offset as of a timedelta, and a name or none
//	{"$range": [0, 10, 2]} {"$slice": [1, null, null]} {"$ordereddict": [[key, value], ...]}
//	{"$decimal": "1.50"} {"$fraction": "-22/7"} {"$uuid": "12345678-1234-5678-1234-567812345678"}
//	{"$array": {"dtype": "<f8", "shape": [2, 3], "data": "base64"}}   a numpy array or scalar, see below
//	{"$object": {"class": ["module", "Class"], "args": [...], "kwargs": {...}, "state": ..., "items": [...], "entries": [[key, value], ...]}}
//	{"$def": 1, "value": ...} {"$ref": 1}           a value that comes again, or that holds itself, and where it does
//
// An $object is any other object as pickle describes it. It says what is called to make it
// ("class", or "callable" for anything but a class), and with which arguments. The state, list
// items and dict entries follow. "how" names the way of the call: "reduce", which is the default,
// "new", "newex", "inst" or "obj". "setter" is called in place of __setstate__. Nothing is ever
// called here.
//
// The dtype of an $array is what numpy.dtype takes: a name such as "<f8", or for a structured one a
// list of fields, as [["x", "<i4"], ["y", "<f8", [2]]]. Fields that do not lie side by side are an
// object with names, formats, offsets, itemsize, shapes and aligned. "scalar", "readonly" and
// "fortran" (columns first) may be true. Arrays of objects and subclasses of ndarray are an
// $object.
//
// A document is read as values only: $class and $object are refused with [ErrClass], unless the
// caller names the classes that may stand in it ([WithClasses]). Unpickling such a value calls what
// it names, so a stranger's document must not choose it. Of the allowed classes only instances are
// made: "callable" and "setter" need [WithAnyClass].
//
// A "$ref" stands for the very same object as the "$def" with its number, which precedes it in the
// document. Reading does not keep whether two equal strs, bytes or numbers are the same object;
// Python does. A frozenset that holds itself, by way of an object, is refused.
//
// [Plain] writes simple JSON instead, which loses some of it. Tuples and sets are arrays there,
// bytes base64, times their text, and objects without a better form their repr.
package tagged
