package object

import (
	"reflect"

	"github.com/pizco-go/pizco/py"
)

// take stores what a peer sent in a variable of the served object. True and False are ints for
// Python: they are taken as numbers where a number is wanted.
func take(dst reflect.Value, value any) error { return takeMemory(dst, value, nil) }

// takeMemory is take that takes over the memory of arrays where that is given away.
func takeMemory(dst reflect.Value, value any, memory *py.Takeover) error {
	err := assignValue(dst, value, memory)
	if _, isBool := value.(bool); err != nil && isBool && py.AssignValue(dst, plainNumber(value)) == nil {
		return nil
	}
	return err
}

// assignValue stores a value. If memory is not nil the caller gives the value up, and dst may keep
// its memory.
func assignValue(dst reflect.Value, value any, memory *py.Takeover) error {
	if memory == nil || !py.CanTakeOver(value) {
		return py.AssignValue(dst, value)
	}
	return py.AssignValue(dst, value, memory)
}
