package py

import (
	"fmt"
	"math/big"
)

// TypeName returns the name of v's Python type as type(v).__name__ gives it, such as "int" or
// "NoneType". For an [Object] it is the class's own name, or "object" when its class has no name.
// For a Go value without a Python type it is the Go type in quotes.
func TypeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case complex128:
		return "complex"
	case string:
		return "str"
	case []byte:
		return "bytes"
	case *ByteArray:
		return "bytearray"
	case Tuple:
		return "tuple"
	case *List:
		return "list"
	case *Dict:
		return "dict"
	case *Set:
		return "set"
	case *FrozenSet:
		return "frozenset"
	case Class:
		return "type"
	case *Object:
		if name := v.Class().Name; name != "" {
			return name
		}
		return "object" // it is made by what is no class
	case ellipsis:
		return "ellipsis"
	case notImplemented:
		return "NotImplementedType"
	case PersistentID:
		return "persistent id"
	}
	return fmt.Sprintf("%T", v)
}
