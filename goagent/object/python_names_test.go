package object

import (
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/py"
)

// typedThing has attributes and parameters of Go types that have other names in Python.
type typedThing struct {
	Ratio   float64
	Small   float32
	Count   uint16
	Names   []string
	Grid    [2][2]float64
	Table   map[string]int
	Members map[string]struct{}
	Raw     []byte
	When    time.Time
	Length  time.Duration
	Wave    complex128
	Maybe   *float64
}

func (typedThing) Scale(ratio float64, steps []int) float64 { return ratio * float64(len(steps)) }

// TestPythonNames has errors for Python's users call types as Python does.
func TestPythonNames(t *testing.T) {
	o := serve(t, &typedThing{Names: []string{"a"}, Table: map[string]int{}}, &Settings{})
	wrong := py.NewList(py.Tuple{}) // fits none of them
	for name, want := range map[string]string{
		"ratio": "float", "small": "float", "count": "int", "table": "dict", "when": "datetime", "length": "timedelta",
		"wave": "complex", "maybe": "float",
	} {
		err := o.SetAttr(t.Context(), name, wrong)
		if err == nil || !strings.Contains(err.Error(), "must be "+want+", not list") {
			t.Errorf("%s: %v, want one that says %s", name, err, want)
		}
	}
	for name, want := range map[string]string{"raw": "bytes", "names": "list", "grid": "list", "members": "set"} {
		err := o.SetAttr(t.Context(), name, int64(1))
		if err == nil || !strings.Contains(err.Error(), "must be "+want+", not int") {
			t.Errorf("%s: %v, want one that says %s", name, err, want)
		}
	}
	for _, tt := range []struct {
		args py.Tuple
		want string
	}{
		{py.Tuple{"x", py.NewList()}, "argument 'arg1' must be float, not str"},
		{py.Tuple{1.5, int64(2)}, "argument 'arg2' must be list, not int"},
		{py.Tuple{1.5, py.NewList("x")}, "must be int, not str"},
	} {
		_, err := o.Exec(t.Context(), "scale", "__call__", tt.args, nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "float64") {
			t.Errorf("%s: %v, want %s", py.Repr(tt.args), err, tt.want)
		}
	}
	if _, err := o.Exec(t.Context(), "table", "__setitem__", py.Tuple{"a", "x"}, nil); err == nil || !strings.Contains(err.Error(), "must be int, not str") {
		t.Error(err)
	}
}
