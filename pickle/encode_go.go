package pickle

// saveGo writes a Go value that is none of package py's.
func (e *encoder) saveGo(v any) error {
	return e.fail(v, "type is not supported")
}
