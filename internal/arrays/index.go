package arrays

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

var (
	partPattern  = regexp.MustCompile(`^\s*(-?\d{1,18})\s*$`)
	slicePattern = regexp.MustCompile(`^\s*(-?\d{1,18})?\s*:\s*(-?\d{1,18})?\s*(?::\s*(-?\d{1,18})?\s*)?$`)
)

// ParseSlice reads a slice as Python has it between brackets: 0:1000:10, ::-1, or several with ints
// and ... among them, as 0:10,-1. It reports false for a text without a slice or an ellipsis.
func ParseSlice(text string) (key any, ok bool) {
	parts := strings.Split(text, ",")
	if len(parts) > MaxDimensions {
		return nil, false
	}
	slices := 0
	tuple := make(py.Tuple, len(parts))
	for i, part := range parts {
		switch m := slicePattern.FindStringSubmatch(part); {
		case m != nil:
			tuple[i] = py.NewSlice(optionalInt(m[1]), optionalInt(m[2]), optionalInt(m[3]))
			slices++
		case strings.TrimSpace(part) == "...":
			tuple[i] = py.Ellipsis
			slices++
		case partPattern.MatchString(part):
			tuple[i] = optionalInt(strings.TrimSpace(part))
		default:
			return nil, false
		}
	}
	if len(tuple) == 1 {
		return tuple[0], slices > 0
	}
	return tuple, slices > 0
}

func optionalInt(text string) any {
	if text == "" {
		return nil
	}
	n, _ := strconv.ParseInt(text, 10, 64) // at most 18 digits
	return n
}

// HasSlice reports whether a key asks for several items: it is a slice or an ellipsis, or a tuple
// with one.
func HasSlice(key any) bool {
	if tuple, ok := key.(py.Tuple); ok {
		for _, part := range tuple {
			if HasSlice(part) {
				return true
			}
		}
		return false
	}
	_, isSlice := sliceParts(key)
	return isSlice || key == any(py.Ellipsis)
}

// sliceParts returns start, stop and step of a slice.
func sliceParts(key any) (py.Tuple, bool) {
	o, ok := key.(*py.Object)
	if !ok || o.Class() != (py.Class{Module: "builtins", Name: "slice"}) || len(o.Args) != 3 {
		return nil, false
	}
	return o.Args, true
}

// axis is what is taken of one dimension: n indices from start on, step apart. A dimension of which
// a single index is taken is gone afterwards.
type axis struct {
	start, step, n int
	gone           bool
}

// Index returns the part of an array that numpy returns for a key of ints, slices and at most one
// ellipsis. The elements of a part that lies together are shared. The error is an IndexError, or a
// ValueError for a step of 0.
func Index(a *py.NDArray, key any) (*py.NDArray, error) {
	a = a.RowsFirst()
	parts, ok := key.(py.Tuple)
	if !ok {
		parts = py.Tuple{key}
	}
	axes, err := axesOf(parts, a.Shape)
	if err != nil {
		return nil, err
	}
	out := &py.NDArray{DType: a.DType, ReadOnly: a.ReadOnly}
	for _, x := range axes {
		if !x.gone {
			out.Shape = append(out.Shape, x.n)
		}
	}
	out.Scalar = len(out.Shape) == 0
	out.Data = part(a, axes)
	return out, nil
}

// axesOf spreads the parts of a key over the dimensions.
func axesOf(parts py.Tuple, shape []int) ([]axis, error) {
	ellipses, given := 0, 0
	for _, p := range parts {
		if p == any(py.Ellipsis) {
			ellipses++
		} else {
			given++
		}
	}
	switch {
	case ellipses > 1:
		return nil, pyerr.IndexError.New("an index can only have a single ellipsis ('...')")
	case given > len(shape):
		return nil, pyerr.IndexError.New(fmt.Sprintf("too many indices for array: array is %d-dimensional, but %d were indexed", len(shape), given))
	}
	var axes []axis
	for _, p := range parts {
		if p == any(py.Ellipsis) {
			for range len(shape) - given {
				axes = append(axes, axis{n: shape[len(axes)], step: 1})
			}
			continue
		}
		x, err := axisOf(p, len(axes), shape[len(axes)])
		if err != nil {
			return nil, err
		}
		axes = append(axes, x)
	}
	for len(axes) < len(shape) {
		axes = append(axes, axis{n: shape[len(axes)], step: 1})
	}
	return axes, nil
}

func axisOf(part any, at, length int) (axis, error) {
	if n, ok := part.(int64); ok {
		index := n
		if index < 0 {
			index += int64(length)
		}
		if index < 0 || index >= int64(length) {
			return axis{}, pyerr.IndexError.New(fmt.Sprintf("index %d is out of bounds for axis %d with size %d", n, at, length))
		}
		return axis{start: int(index), step: 1, n: 1, gone: true}, nil
	}
	if parts, ok := sliceParts(part); ok {
		return sliceAxis(parts, length)
	}
	return axis{}, pyerr.IndexError.New("only integers, slices (`:`) and ellipsis (`...`) are valid indices")
}

// sliceAxis is slice.indices of Python.
func sliceAxis(parts py.Tuple, length int) (axis, error) {
	var numbers [3]int64
	var given [3]bool
	for i, p := range parts {
		if p == nil {
			continue
		}
		n, ok := p.(int64)
		if !ok {
			return axis{}, pyerr.TypeError.New("slice indices must be integers or None or have an __index__ method")
		}
		numbers[i], given[i] = n, true
	}
	step := int64(1)
	if given[2] {
		step = max(numbers[2], -math.MaxInt64)
	}
	if step == 0 {
		return axis{}, pyerr.ValueError.New("slice step cannot be zero")
	}
	low, high := int64(0), int64(length)
	if step < 0 {
		low, high = -1, int64(length)-1
	}
	bound := func(i int, otherwise int64) int64 {
		n := numbers[i]
		switch {
		case !given[i]:
			return otherwise
		case n < 0:
			return max(n+int64(length), low)
		}
		return min(n, high)
	}
	x := axis{step: int(step)}
	var start, stop int64
	if step > 0 {
		start, stop = bound(0, low), bound(1, high)
		if start < stop {
			x.n = int((stop-start-1)/step) + 1
		}
	} else {
		start, stop = bound(0, high), bound(1, low)
		if stop < start {
			x.n = int((start-stop-1)/-step) + 1
		}
	}
	x.start = int(start)
	if x.n < 2 {
		x.step = 1
	}
	return x, nil
}

// part returns the elements that the axes choose, of an array with its rows first.
func part(a *py.NDArray, axes []axis) []byte {
	size, total := a.DType.Size, a.DType.Size
	for _, x := range axes {
		total *= x.n
	}
	if total == 0 {
		return []byte{}
	}
	// The dimensions that are taken whole, and the one before them when its indices follow each
	// other, lie together.
	piece, last := size, len(axes)
	for last > 0 {
		x := axes[last-1]
		piece *= x.n
		last--
		if x.step != 1 || x.n != a.Shape[last] {
			break
		}
	}
	if last < len(axes) && axes[last].step != 1 {
		piece /= axes[last].n
		last++
	}
	strides := make([]int, len(axes))
	for i, stride := len(axes)-1, size; i >= 0; i-- {
		strides[i] = stride
		stride *= a.Shape[i]
	}
	first := 0
	for i := last; i < len(axes); i++ {
		first += axes[i].start * strides[i]
	}
	if piece == total {
		for i := range last {
			first += axes[i].start * strides[i]
		}
		return a.Data[first : first+piece]
	}
	out := make([]byte, 0, total)
	var take func(i, at int)
	take = func(i, at int) {
		if i == last {
			out = append(out, a.Data[at:at+piece]...)
			return
		}
		for k := range axes[i].n {
			take(i+1, at+(axes[i].start+k*axes[i].step)*strides[i])
		}
	}
	take(0, first)
	return out
}
