package goagent

import "github.com/pizco-go/pizco/py"

// assign stores a value of package py in what target points to, converting it; a nil target takes
// nothing.
func assign(target, value any) error {
	if target == nil {
		return nil
	}
	return py.Assign(target, value)
}
