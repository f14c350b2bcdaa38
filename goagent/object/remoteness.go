package object

import (
	"encoding"
	"reflect"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// remoteness is whether a value is used remotely.
type remoteness uint8

const (
	mayBeRemote remoteness = iota // the type does not tell
	isRemote
	isValue
)

var (
	textMarshalerType = reflect.TypeFor[encoding.TextMarshaler]()
	pyMarshalerType   = reflect.TypeFor[py.Marshaler]()
)

// remoteType is the rule of pizco.Server.return_as_remote for the values of a Go type: what has
// __getitem__ in Python, and what can be called, is remote. That holds for text and bytes as well
// as for lists and dicts.
func remoteType(t reflect.Type) remoteness {
	switch t {
	case reflect.TypeFor[*py.Dict](), reflect.TypeFor[*py.List](), reflect.TypeFor[*py.ByteArray](), reflect.TypeFor[py.Class]():
		return isRemote
	}
	if t.Implements(pyMarshalerType) || t.Implements(textMarshalerType) || t.Implements(errorType) {
		return mayBeRemote
	}
	switch t.Kind() {
	case reflect.Func, reflect.String:
		return isRemote
	case reflect.Map:
		if isSet(t) {
			return isValue
		}
		return isRemote
	case reflect.Slice, reflect.Array:
		return isRemote
	case reflect.Bool, reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return isValue
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return isValue
	}
	return mayBeRemote
}

// remoteGraph is the same rule for a value of package py.
func remoteGraph(v any) bool {
	switch v := v.(type) {
	case string, []byte, *py.ByteArray, py.Tuple, *py.List, *py.Dict, py.Class:
		return true
	case *py.Object:
		return indexable(v.Class())
	}
	return false
}

// indexable reports whether the instances of a class of the standard library or of numpy have
// __getitem__.
func indexable(c py.Class) bool {
	switch c.String() {
	case "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "collections.deque", "builtins.range",
		"array.array", "array._array_reconstructor":
		return true
	}
	return c.Module == "numpy" || strings.HasPrefix(c.Module, "numpy.")
}
