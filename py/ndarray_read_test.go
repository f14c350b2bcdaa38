package py_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/py"
)

// dtypeObject is a dtype of numpy with fields at offset 0 that share one dtype.
func dtypeObject(inner *py.Object, names ...any) *py.Object {
	state := py.Tuple{int64(3), "|", nil, nil, nil, int64(0), int64(1), int64(0)}
	if inner != nil {
		fields := py.StrDict()
		for _, name := range names {
			if err := fields.Set(name, py.Tuple{inner, int64(0)}); err != nil {
				panic(err) // a str can be a key
			}
		}
		state[3], state[4] = py.Tuple(names), fields
	}
	return &py.Object{Callable: py.Class{Module: "numpy", Name: "dtype"}, Args: py.Tuple{"V1", false, true}, State: state}
}

// TestDTypeThatSharingInflates reads dtypes each of whose levels has the next one twice, and one of
// very many fields: they are left alone before they take long.
func TestDTypeThatSharingInflates(t *testing.T) {
	deep := dtypeObject(nil)
	for range 30 {
		deep = dtypeObject(deep, "a", "b")
	}
	if py.IsPlainDType(deep) {
		t.Error("2**30 fields are read")
	}
	many := make([]any, 5000)
	for i := range many {
		many[i] = strings.Repeat("x", i)
	}
	if py.IsPlainDType(dtypeObject(dtypeObject(nil), many...)) {
		t.Error("5,000 fields are read")
	}
	if !py.IsPlainDType(dtypeObject(dtypeObject(nil), many[:4000]...)) {
		t.Error("4,000 fields are not read")
	}
}
