package py_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/py"
)

func frozen(t *testing.T, elements ...any) *py.FrozenSet {
	t.Helper()
	s, err := py.NewFrozenSet(elements...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEqualValuesHaveEqualHashes(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), 100)
	date := func() any { return py.NewObject(py.Class{Module: "datetime", Name: "date"}, []byte{7, 234, 11, 23}) }
	groups := [][]any{
		{int64(1), 1.0, true, complex(1, 0), big.NewInt(1)},
		{int64(0), false, math.Copysign(0, -1)},
		{huge, math.Ldexp(1, 100)},
		{0.5, complex(0.5, 0)},
		{"a"},
		{[]byte("a")},
		{nil},
		{py.Ellipsis},
		{py.Tuple{int64(1), "x"}, py.Tuple{1.0, "x"}},
		{frozen(t, int64(1), int64(2)), frozen(t, 2.0, 1.0)},
		{py.Class{Module: "builtins", Name: "int"}},
		{date(), date()},
	}
	for i, group := range groups {
		for _, a := range group {
			for j, other := range groups {
				for _, b := range other {
					same, err := py.Equal(a, b)
					if err != nil || same != (i == j) {
						t.Errorf("Equal(%v, %v) = %v, %v", a, b, same, err)
					}
					if same && hash(t, a) != hash(t, b) {
						t.Errorf("%v and %v are equal and have different hashes", a, b)
					}
				}
			}
		}
	}
}

func hash(t *testing.T, v any) uint64 {
	t.Helper()
	h, err := py.Hash(v)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestUnhashable(t *testing.T) {
	for want, v := range map[string]any{
		"list":      py.Tuple{py.NewList()},
		"dict":      &py.Dict{},
		"set":       &py.Set{},
		"bytearray": &py.ByteArray{},
	} {
		var unhashable *py.UnhashableError
		if _, err := py.Hash(v); !errors.As(err, &unhashable) || unhashable.Type != want {
			t.Errorf("Hash(%v): %v, want unhashable %s", v, err, want)
		}
		if err := new(py.Dict).Set(v, nil); !errors.As(err, &unhashable) {
			t.Errorf("Set(%v): %v", v, err)
		}
	}
}

func TestComparisonIsBounded(t *testing.T) {
	double := func() py.Tuple {
		v := py.Tuple{}
		for range 100 {
			v = py.Tuple{v, v}
		}
		return v
	}
	a, b := double(), double()
	if _, err := py.Equal(a, b); !errors.Is(err, py.ErrTooComplex) {
		t.Errorf("Equal of two exponential tuples: %v", err)
	}
	if hash(t, a) != hash(t, b) {
		t.Error("equal exponential tuples have different hashes")
	}
	deep := py.Tuple{}
	for range 1 << 20 {
		deep = py.Tuple{deep}
	}
	hash(t, deep)
}

func TestDictKeepsOrderAndComparesLikePython(t *testing.T) {
	d := &py.Dict{}
	for i := range int64(1000) {
		for _, err := range []error{d.Set(i, "int"), d.Set(float64(i), i)} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if d.Len() != 1000 {
		t.Fatalf("1000 ints and equal floats make %d keys", d.Len())
	}
	for i := range int64(1000) {
		if i%3 == 0 && !d.Delete(float64(i)) {
			t.Fatalf("%d is not there", i)
		}
	}
	last := int64(-1)
	for k, v := range d.All() {
		if k.(int64) <= last || v != k || k.(int64)%3 == 0 {
			t.Fatalf("after %d comes %v: %v", last, k, v)
		}
		last = k.(int64)
	}
	if v, ok := d.Get(big.NewInt(998)); !ok || v != int64(998) {
		t.Fatalf("Get(998) = %v, %v", v, ok)
	}
}

// TestWithin counts what comparing and hashing look at, long texts by their size, and stops when
// that is used up.
func TestWithin(t *testing.T) {
	long, same := strings.Repeat("x", 1<<20), strings.Repeat("x", 1<<20)
	deep := py.Tuple{int64(1)}
	for range 60 {
		deep = py.Tuple{deep, deep}
	}
	again := py.Tuple{int64(1)}
	for range 60 {
		again = py.Tuple{again, again}
	}
	d := &py.Dict{}
	for name, do := range map[string]func(work *int64) error{
		"equal texts":  func(work *int64) error { _, err := py.EqualWithin(long, same, work); return err },
		"equal tuples": func(work *int64) error { _, err := py.EqualWithin(deep, again, work); return err },
		"hash":         func(work *int64) error { return py.HashableWithin(long, work) },
		"get":          func(work *int64) error { _, _, err := d.GetWithin(py.Tuple{long}, work); return err },
	} {
		work := int64(1000)
		if err := do(&work); !errors.Is(err, py.ErrTooComplex) {
			t.Errorf("%s: %v, %d are left", name, err, work)
		}
	}
	work := int64(1000)
	if equal, err := py.EqualWithin(long, long, &work); !equal || err != nil || work < 990 {
		t.Errorf("a text and itself: %v, %v, %d are left", equal, err, work)
	}
	if err := d.SetWithin("a", 1, &work); err != nil {
		t.Fatal(err)
	}
	if found, err := d.DeleteWithin("a", &work); !found || err != nil || d.Len() != 0 {
		t.Errorf("%v, %v, %d are there", found, err, d.Len())
	}
	var unhashable *py.UnhashableError
	if _, _, err := d.GetWithin(&py.List{}, &work); !errors.As(err, &unhashable) {
		t.Error(err)
	}
}
