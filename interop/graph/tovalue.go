package graph

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
)

// ToValue returns the value of a graph. What has no tag of its own becomes $unknown.
func ToValue(v any) value.Value {
	switch v := v.(type) {
	case nil:
		return value.Nil
	case bool:
		return value.Value{Tag: value.Bool, Text: strconv.FormatBool(v)}
	case int64:
		return value.OfInt(v)
	case *big.Int:
		return value.Value{Tag: value.Int, Text: v.String()}
	case float64:
		return value.Value{Tag: value.Float, Text: value.FloatText(v)}
	case complex128:
		return value.Value{Tag: value.Complex, Text: value.FloatText(real(v)) + " " + value.FloatText(imag(v))}
	case string:
		return value.OfString(v)
	case []byte:
		return value.Value{Tag: value.Bytes, Text: base64.StdEncoding.EncodeToString(v)}
	case *py.ByteArray:
		return value.Value{Tag: value.ByteArray, Text: base64.StdEncoding.EncodeToString(v.Bytes)}
	case py.Class:
		return value.Value{Tag: value.Class, Text: v.String()}
	}
	switch v {
	case py.Ellipsis:
		return value.Value{Tag: "singleton", Text: "Ellipsis"}
	case py.NotImplemented:
		return value.Value{Tag: "singleton", Text: "NotImplemented"}
	}
	return container(v)
}

func container(v any) value.Value {
	switch v := v.(type) {
	case *py.List:
		return value.Value{Tag: value.List, Items: each(v.Items)}
	case py.Tuple:
		return value.Value{Tag: value.Tuple, Items: each(v)}
	case *py.Set:
		out := value.Value{Tag: value.Set}
		for element := range v.All() {
			out.Items = append(out.Items, ToValue(element))
		}
		return out
	case *py.FrozenSet:
		out := value.Value{Tag: value.FrozenSet}
		for element := range v.All() {
			out.Items = append(out.Items, ToValue(element))
		}
		return out
	case *py.Dict:
		return value.Value{Tag: value.Dict, Pairs: pairs(v.Pairs())}
	case *py.Object:
		return object(v)
	}
	return unknown(fmt.Sprintf("%T", v))
}

func each(items []any) []value.Value {
	out := make([]value.Value, len(items))
	for i, item := range items {
		out[i] = ToValue(item)
	}
	return out
}

func pairs(in []py.Pair) [][2]value.Value {
	out := make([][2]value.Value, len(in))
	for i, p := range in {
		out[i] = [2]value.Value{ToValue(p.Key), ToValue(p.Value)}
	}
	return out
}

func unknown(what string) value.Value { return value.Value{Tag: "unknown", Text: what} }

func text(tag value.Tag, s string) value.Value { return value.Value{Tag: tag, Text: s} }

func list(tag value.Tag, items ...value.Value) value.Value {
	return value.Value{Tag: tag, Items: items}
}

// object knows the library types by their class.
func object(o *py.Object) value.Value {
	if array, ok := py.NDArrayOf(o); ok {
		if v, err := arrayValue(array); err == nil {
			return v
		}
	}
	class := o.Class()
	if read := readerOf(class.String()); read != nil {
		if v, err := read(o); err == nil {
			return v
		}
	}
	switch {
	case strings.HasPrefix(class.Module, "pathlib"):
		return path(o, class.Name)
	case IsException(class):
		return list(value.Exception, value.OfString(class.String()), value.OfTuple(each(o.Args)...))
	case class.Module == "http" && len(o.Args) == 1:
		return list("enum", value.OfString(class.String()), ToValue(o.Args[0]))
	}
	return list("object", value.OfString(class.String()), value.OfTuple(each(o.Args)...), ToValue(o.State))
}

// exceptionSuffixes end the names of the built-in classes that are exceptions.
var exceptionSuffixes = []string{"Error", "Exception", "Warning", "Exit", "Interrupt", "Iteration"}

// IsException reports whether a class is an exception, going by its name.
func IsException(class py.Class) bool {
	for _, suffix := range exceptionSuffixes {
		if strings.HasSuffix(class.Name, suffix) {
			return true
		}
	}
	return class.Name == "OutOfRange"
}

func path(o *py.Object, kind string) value.Value {
	var parts []string
	for _, arg := range o.Args {
		parts = append(parts, fmt.Sprint(arg))
	}
	joined := strings.Join(parts, "/")
	if len(parts) > 1 && parts[0] == "/" {
		joined = joined[1:]
	}
	return list("path", value.OfString(kind), value.OfString(joined))
}
