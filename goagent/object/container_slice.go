package object

import (
	"math/big"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// sliceObject returns the arguments of a Python slice, which always has three.
func sliceObject(v any) (*py.Object, bool) {
	o, ok := v.(*py.Object)
	return o, ok && o.Class() == py.Class{Module: "builtins", Name: "slice"} && len(o.Args) == 3
}

// span is n indexes from start on, each by step after the one before it.
type span struct{ start, step, n int }

// at returns the index of a place among them.
func (s span) at(place int) int { return s.start + place*s.step }

// ascending returns the same indexes from the least to the greatest.
func (s span) ascending() span {
	if s.step < 0 && s.n > 0 {
		return span{s.at(s.n - 1), -s.step, s.n}
	}
	return s
}

// sliceSpan returns the indexes that a slice selects from n items (Objects/sliceobject.c,
// slice.indices).
func sliceSpan(o *py.Object, n int) (span, error) {
	start, stop, step, err := sliceBounds(o, n)
	if err != nil {
		return span{}, err
	}
	s := span{start: start, step: step}
	switch {
	case step > 0 && start < stop:
		s.n = (stop-start-1)/step + 1
	case step < 0 && start > stop:
		s.n = (start-stop-1)/-step + 1
	}
	return s, nil
}

// sliceBounds returns where a slice of n items starts, before what it stops, and by what it steps;
// a step is never longer than n, which makes no difference.
func sliceBounds(o *py.Object, n int) (start, stop, step int, err error) {
	step = 1
	if o.Args[2] != nil {
		if step, err = sliceNumber(o.Args[2], n+1); err != nil {
			return 0, 0, 0, err
		}
		if step == 0 {
			return 0, 0, 0, pyerr.ValueError.New("slice step cannot be zero")
		}
	}
	low, high := 0, n
	if step < 0 {
		low, high = -1, n-1
	}
	bound := func(v any, missing int) int {
		if v == nil || err != nil {
			return missing
		}
		var i int
		i, err = sliceNumber(v, 2*n+2)
		if i < 0 {
			i = max(i+n, low)
		}
		return min(i, high)
	}
	if step > 0 {
		start, stop = bound(o.Args[0], low), bound(o.Args[1], high)
	} else {
		start, stop = bound(o.Args[0], high), bound(o.Args[1], low)
	}
	return start, stop, step, err
}

// sliceNumber returns an int brought into -limit…limit.
func sliceNumber(v any, limit int) (int, error) {
	switch n := plainBool(v).(type) {
	case int64:
		return int(min(max(n, int64(-limit)), int64(limit))), nil
	case *big.Int:
		return n.Sign() * limit, nil
	}
	return 0, pyerr.TypeError.New("slice indices must be integers or None or have an __index__ method")
}
