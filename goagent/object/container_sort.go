package object

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// listSort is sort(*, key=None, reverse=False). A key function cannot be sent.
func listSort(l mutableSequence, kwargs *py.Dict, python pyerr.Version) (any, error) {
	backwards := false
	for name, v := range kwargs.All() {
		switch name {
		case "key":
			if v != nil {
				return nil, pyerr.TypeError.New(fmt.Sprintf("'%s' object is not callable", py.TypeName(v)))
			}
		case "reverse":
			n, err := indexNumber(v)
			if err != nil {
				return nil, err
			}
			backwards = n != 0
		default:
			return nil, unexpectedKeyword(python, "sort", name)
		}
	}
	items, err := l.all()
	if err != nil {
		return nil, err
	}
	items = slices.Clone(items)
	if err := l.work().sort(items, backwards); err != nil {
		return nil, err
	}
	return nil, l.splice(0, l.length(), items)
}

func unexpectedKeyword(python pyerr.Version, function string, name any) error {
	switch {
	case python.AtLeast(13):
		return pyerr.TypeError.New(fmt.Sprintf("%s() got an unexpected keyword argument '%v'", function, name))
	case python.AtLeast(7):
		return pyerr.TypeError.New(fmt.Sprintf("'%v' is an invalid keyword argument for %s()", name, function))
	}
	return pyerr.TypeError.New(fmt.Sprintf("'%v' is an invalid keyword argument for this function", name))
}

// sort sorts items by Python's <. It is stable.
func (b *budget) sort(items []any, backwards bool) error {
	if backwards {
		slices.Reverse(items)
	}
	var failed error
	slices.SortStableFunc(items, func(v, w any) int {
		if failed != nil {
			return 0
		}
		var less bool
		if less, failed = b.less(v, w, 0); less {
			return -1
		}
		if failed == nil {
			if less, failed = b.less(w, v, 0); less {
				return 1
			}
		}
		return 0
	})
	if backwards {
		slices.Reverse(items)
	}
	return failed
}

// maxLessDepth is how deep lists and tuples may be nested that are compared.
const maxLessDepth = 500

// less is Python's <.
func (b *budget) less(v, w any, depth int) (bool, error) {
	if err := b.spend(1); err != nil {
		return false, err
	}
	if depth > maxLessDepth {
		return false, tooMuchWork()
	}
	if x, ok := numberOf(v); ok {
		if y, ok := numberOf(w); ok {
			return x != nil && y != nil && x.Cmp(y) < 0, nil
		}
	}
	switch x := v.(type) {
	case string:
		if y, ok := w.(string); ok {
			return strings.Compare(x, y) < 0, b.spend(min(len(x), len(y)) / bytesPerValue)
		}
	case []byte:
		if y, ok := w.([]byte); ok {
			return bytes.Compare(x, y) < 0, b.spend(min(len(x), len(y)) / bytesPerValue)
		}
	case py.Tuple:
		if y, ok := w.(py.Tuple); ok {
			return b.lessItems(x, y, depth)
		}
	case *py.List:
		if y, ok := w.(*py.List); ok {
			return b.lessItems(x.Items, y.Items, depth)
		}
	}
	return false, pyerr.TypeError.New(fmt.Sprintf("'<' not supported between instances of '%s' and '%s'", py.TypeName(v), py.TypeName(w)))
}

// bytesPerValue is how much text counts as one value.
const bytesPerValue = 128

func (b *budget) lessItems(v, w []any, depth int) (bool, error) {
	for i := range min(len(v), len(w)) {
		equal, err := b.same(v[i], w[i])
		if err != nil {
			return false, err
		}
		if !equal {
			return b.less(v[i], w[i], depth+1)
		}
	}
	return len(v) < len(w), nil
}

// numberOf returns an int, float or bool, exactly; nil for a NaN, which is less than nothing.
func numberOf(v any) (*big.Float, bool) {
	switch n := plainBool(v).(type) {
	case int64:
		return new(big.Float).SetInt64(n), true
	case *big.Int:
		return new(big.Float).SetInt(n), true
	case float64:
		if math.IsNaN(n) {
			return nil, true
		}
		return big.NewFloat(n), true
	}
	return nil, false
}
