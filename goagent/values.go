package goagent

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// pyRepr interim until py.Repr lands.
func pyRepr(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case string:
		if strings.Contains(v, "'") && !strings.Contains(v, `"`) {
			return `"` + v + `"`
		}
		return "'" + v + "'"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e16 {
			return strconv.FormatFloat(v, 'f', 1, 64)
		}
	case *py.List:
		var b []string
		for _, x := range v.Items {
			b = append(b, pyRepr(x))
		}
		return "[" + strings.Join(b, ", ") + "]"
	case *py.Dict:
		var b []string
		for key, x := range v.All() {
			b = append(b, pyRepr(key)+": "+pyRepr(x))
		}
		return "{" + strings.Join(b, ", ") + "}"
	case py.Tuple:
		var b []string
		for _, x := range v {
			b = append(b, pyRepr(x))
		}
		if len(b) == 1 {
			return "(" + b[0] + ",)"
		}
		return "(" + strings.Join(b, ", ") + ")"
	}
	return fmt.Sprint(v)
}

// sendable returns a value as one of package py; what has no counterpart there becomes its text.
func sendable(v any) any {
	graph, err := fromGo(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return graph
}

// fromGo returns a value of Go as one of package py.
func fromGo(v any) (any, error) { return py.FromGo(v) }

// assignValue stores a value of package py.
func assignValue(dst reflect.Value, src any) error { return py.AssignValue(dst, src) }
