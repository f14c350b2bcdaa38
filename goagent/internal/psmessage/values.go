package psmessage

import (
	"slices"

	"github.com/pizco-go/pizco/py"
)

// Items returns the items of a tuple or a list: json knows no tuples.
func Items(v any) ([]any, bool) {
	switch v := v.(type) {
	case py.Tuple:
		return v, true
	case *py.List:
		return v.Items, true
	}
	return nil, false
}

// Iterated returns the items of a sequence or a set.
func Iterated(v any) []any {
	switch v := v.(type) {
	case py.Tuple:
		return v
	case *py.List:
		return v.Items
	case *py.Set:
		return slices.Collect(v.All())
	case *py.FrozenSet:
		return slices.Collect(v.All())
	}
	return nil
}

// truth is Python's bool(v) for the values that have a truth of their own; all others are true.
func truth(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case []byte:
		return len(v) > 0
	case py.Tuple:
		return len(v) > 0
	case *py.List:
		return v.Len() > 0
	case *py.Dict:
		return v.Len() > 0
	case *py.Set:
		return v.Len() > 0
	case *py.FrozenSet:
		return v.Len() > 0
	}
	return true
}
