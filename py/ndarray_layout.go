package py

// validAxes reports whether Axes is nil or names each dimension once, of an array that has bytes
// and is not columns first.
func (a *NDArray) validAxes() bool {
	if a.Axes == nil {
		return true
	}
	if len(a.Axes) != len(a.Shape) || a.Fortran || a.isObjects() {
		return false
	}
	seen := make([]bool, len(a.Axes))
	for _, axis := range a.Axes {
		if axis < 0 || axis >= len(seen) || seen[axis] {
			return false
		}
		seen[axis] = true
	}
	return true
}

// memoryShape returns the lengths of the dimensions as they lie in Data, where the array is rows
// first by them.
func (a *NDArray) memoryShape() []int {
	shape := make([]int, len(a.Shape))
	for i, axis := range a.Axes {
		shape[axis] = a.Shape[i]
	}
	return shape
}

// strides returns how many elements the steps of each dimension are apart.
func (a *NDArray) strides() []int {
	switch {
	case a.Axes != nil:
		inMemory := rowStrides(a.memoryShape())
		strides := make([]int, len(a.Shape))
		for i, axis := range a.Axes {
			strides[i] = inMemory[axis]
		}
		return strides
	case a.Fortran && !a.isObjects():
		return columnStrides(a.Shape)
	}
	return rowStrides(a.Shape)
}

func rowStrides(shape []int) []int {
	strides, step := make([]int, len(shape)), 1
	for d := len(shape) - 1; d >= 0; d-- {
		strides[d] = step
		step *= shape[d]
	}
	return strides
}

func columnStrides(shape []int) []int {
	strides, step := make([]int, len(shape)), 1
	for d := range shape {
		strides[d] = step
		step *= shape[d]
	}
	return strides
}

// order returns numpy's letter for how the elements lie: 'C' for rows first, also when there is but
// one way, 'F' for columns first, and 'K' for what Axes tells.
func (a *NDArray) order() byte {
	strides := a.strides()
	switch {
	case a.hasStrides(strides, rowStrides(a.Shape)) || len(a.Data) == 0:
		return 'C'
	case a.hasStrides(strides, columnStrides(a.Shape)):
		return 'F'
	}
	return 'K'
}

// hasStrides compares strides where they matter: in dimensions of more than one element.
func (a *NDArray) hasStrides(strides, want []int) bool {
	for d, n := range a.Shape {
		if n > 1 && strides[d] != want[d] {
			return false
		}
	}
	return true
}

// RowsFirst returns the array with its elements rows first, as numpy.ascontiguousarray does: a
// itself when they lie so, or a copy.
func (a *NDArray) RowsFirst() *NDArray {
	if a.Axes == nil && (!a.Fortran || a.isObjects()) || !a.Valid() {
		return a
	}
	out := *a
	out.Fortran, out.Axes, out.Data = false, nil, make([]byte, 0, len(a.Data))
	if len(a.Data) > 0 {
		out.Data = a.appendRows(out.Data, a.strides(), 0)
	}
	return &out
}

// appendRows appends the elements from one on that the dimensions of the strides reach, rows first.
func (a *NDArray) appendRows(dst []byte, strides []int, at int) []byte {
	if len(strides) == 0 {
		return append(dst, a.Data[at*a.DType.Size:(at+1)*a.DType.Size]...)
	}
	for range a.Shape[len(a.Shape)-len(strides)] {
		dst = a.appendRows(dst, strides[1:], at)
		at += strides[0]
	}
	return dst
}
