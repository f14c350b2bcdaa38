package py_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/py"
)

// sizes are those at which tables get an index and grow.
var sizes = []int{0, 1, 2, 3, 7, 8, 9, 10, 11, 15, 16, 17, 31, 32, 33, 255, 256, 257}

// keysOf returns different keys of one kind.
func keysOf(kind string, n int) []any {
	keys := make([]any, n)
	for i := range keys {
		switch kind {
		case "text":
			keys[i] = fmt.Sprint("k", i)
		case "int":
			keys[i] = int64(i)
		default:
			keys[i] = py.Tuple{int64(i), "x"}
		}
	}
	return keys
}

// TestTables finds, replaces and deletes every element of dicts and sets of many sizes: the first,
// the last, and the ones between.
func TestTables(t *testing.T) {
	for _, kind := range []string{"text", "int", "tuple"} {
		for _, n := range sizes {
			keys := keysOf(kind, n+1)
			absent, keys := keys[n], keys[:n]
			d, s := &py.Dict{}, must(py.NewSet(keys...))
			frozen := must(py.NewFrozenSet(append(slices.Clone(keys), keys...)...))
			for i, key := range keys {
				if err := errors.Join(d.Set(key, nil), d.Set(key, i), s.Add(key)); err != nil {
					t.Fatal(err)
				}
			}
			if d.Len() != n || s.Len() != n || frozen.Len() != n {
				t.Errorf("%d of %s: %d pairs, %d and %d elements", n, kind, d.Len(), s.Len(), frozen.Len())
			}
			for i, key := range keys {
				if v, ok := d.Get(key); !ok || v != i || !hasIn(t, s, key) || !frozen.Has(key) {
					t.Errorf("%d of %s: element %d: %v, %v", n, kind, i, v, ok)
				}
			}
			if _, ok := d.Get(absent); ok || hasIn(t, s, absent) || frozen.Has(absent) || d.Delete(absent) || s.Delete(absent) {
				t.Errorf("%d of %s: it has what is not in it", n, kind)
			}
			for _, at := range []int{n / 2, n - 2, 0} { // the one that is last then is left
				if at >= 0 && at < len(keys) {
					deleted := keys[at]
					keys = slices.Delete(slices.Clone(keys), at, at+1)
					if !d.Delete(deleted) || !s.Delete(deleted) || d.Delete(deleted) || s.Delete(deleted) || hasIn(t, s, deleted) {
						t.Errorf("%d of %s: element %d is not deleted once", n, kind, at)
					}
				}
				var inDict []any
				for _, pair := range d.Pairs() {
					inDict = append(inDict, pair.Key)
				}
				if inSet := slices.Collect(s.All()); !slices.EqualFunc(inDict, keys, same) || !slices.EqualFunc(inSet, keys, same) {
					t.Errorf("%d of %s without element %d: %v and %v", n, kind, at, inDict, inSet)
				}
				for _, key := range keys {
					if _, ok := d.Get(key); !ok || !s.Has(key) {
						t.Errorf("%d of %s without element %d: %v is lost", n, kind, at, key)
					}
				}
			}
		}
	}
}

// hasIn asks a set in both ways.
func hasIn(t *testing.T, s *py.Set, element any) bool {
	t.Helper()
	work := int64(1 << 20)
	within, err := s.HasWithin(element, &work)
	if err != nil || within != s.Has(element) || work >= 1<<20 && s.Len() > 0 {
		t.Errorf("%v: HasWithin says %v, %v, and looked at nothing: %v", element, within, err, work == 1<<20)
	}
	return within
}

// TestTableWork stops within the work that is allowed, whatever is asked.
func TestTableWork(t *testing.T) {
	for _, n := range []int{3, 100} {
		key := py.Tuple(slices.Repeat([]any{int64(1)}, 100))
		s := must(py.NewSet(keysOf("tuple", n)...))
		if err := s.Add(key); err != nil {
			t.Fatal(err)
		}
		for name, ask := range map[string]func(work *int64) error{
			"add":    func(work *int64) error { return s.AddWithin(key, work) },
			"has":    func(work *int64) error { _, err := s.HasWithin(key, work); return err },
			"delete": func(work *int64) error { _, err := s.DeleteWithin(py.Tuple{key}, work); return err },
		} {
			for work, fits := range map[int64]bool{0: false, 10: false, 10_000: true} {
				left := work
				if err := ask(&left); (err == nil) != fits || err != nil && !errors.Is(err, py.ErrTooComplex) {
					t.Errorf("%s among %d within %d: %v", name, n, work, err)
				}
			}
		}
		var unhashable *py.UnhashableError
		work := int64(1000)
		if _, err := s.HasWithin(py.NewList(), &work); !errors.As(err, &unhashable) {
			t.Errorf("a list among %d: %v", n, err)
		}
	}
}

// TestArrayAt reads every element of arrays in both orders, and nothing beside them.
func TestArrayAt(t *testing.T) {
	for _, shape := range [][]int{{1}, {5}, {2, 3}, {3, 1}, {2, 3, 4}, {0}, {2, 0}} {
		n := 1
		for _, size := range shape {
			n *= size
		}
		data := make([]int64, n)
		for i := range data {
			data[i] = int64(i)
		}
		c, err := py.NewArray(data, shape...)
		if err != nil {
			t.Fatal(err)
		}
		fortran := &py.Array[int64]{Data: data, Shape: shape, Fortran: true}
		index := make([]int, len(shape))
		for want := range n {
			rest, back, step := want, 0, 1
			for d := len(shape) - 1; d >= 0; d-- {
				index[d], rest = rest%shape[d], rest/shape[d]
			}
			for d := range shape {
				back, step = back+index[d]*step, step*shape[d]
			}
			if got, ok := c.At(index...); !ok || got != int64(want) {
				t.Errorf("%v%v: %d, %v", shape, index, got, ok)
			}
			if got, ok := fortran.At(index...); !ok || got != int64(back) {
				t.Errorf("%v%v in Fortran's order: %d, %v, want %d", shape, index, got, ok, back)
			}
		}
		clear(index)
		for d := range shape {
			for _, wrong := range []int{-1, shape[d], math.MaxInt} {
				index[d] = wrong
				if _, ok := c.At(index...); ok {
					t.Errorf("%v has %v", shape, index)
				}
				index[d] = 0
			}
		}
		for _, wrong := range [][]int{index[1:], slices.Concat(index, []int{0})} {
			if _, ok := c.At(wrong...); ok {
				t.Errorf("%v has %v", shape, wrong)
			}
		}
		if _, err := py.NewArray(slices.Concat(data, []int64{0}), shape...); err == nil {
			t.Errorf("an array of shape %v with %d elements", shape, n+1)
		}
	}
	if _, ok := (&py.Array[int64]{Data: []int64{1}, Shape: []int{2}}).At(1); ok {
		t.Error("an element beyond the data")
	}
}

func same(a, b any) bool { return py.Repr(a) == py.Repr(b) }
