package goagent

import "context"

// slotCall calls a slot with the values of an event.
type slotCall = func(context.Context, Event) error

// plainSlot returns what calls a slot of one of the types that slots have as a rule, without the
// cost of reflection, or nil for any other.
func plainSlot(slot any) slotCall {
	switch slot := slot.(type) {
	case func():
		return func(context.Context, Event) error { slot(); return nil }
	case func(Event):
		return func(_ context.Context, e Event) error { slot(e); return nil }
	case func(int):
		return slotOfOne(slot)
	case func(float64):
		return slotOfOne(slot)
	case func(string):
		return slotOfOne(slot)
	case func(bool):
		return slotOfOne(slot)
	case func(any):
		return slotOfOne(slot)
	case func(int, int):
		return slotOfTwo(slot)
	case func(float64, float64):
		return slotOfTwo(slot)
	case func(string, string):
		return slotOfTwo(slot)
	case func(bool, bool):
		return slotOfTwo(slot)
	case func(any, any):
		return slotOfTwo(slot)
	}
	return nil
}

func slotOfOne[T any](slot func(T)) slotCall {
	return func(_ context.Context, e Event) error {
		v, err := valueOf[T](e, 0)
		if err == nil {
			slot(v)
		}
		return err
	}
}

func slotOfTwo[T any](slot func(_, _ T)) slotCall {
	return func(_ context.Context, e Event) error {
		first, err := valueOf[T](e, 0)
		if err != nil {
			return err
		}
		second, err := valueOf[T](e, 1)
		if err == nil {
			slot(first, second)
		}
		return err
	}
}

// valueOf returns a value of an event as a Go type: the zero value where the event has fewer.
func valueOf[T any](e Event, i int) (v T, err error) {
	if i >= len(e.Values) {
		return v, nil
	}
	if same, ok := e.Values[i].(T); ok {
		return same, nil
	}
	if n, ok := e.Values[i].(int64); ok && int64(int(n)) == n {
		if same, ok := any(int(n)).(T); ok {
			return same, nil
		}
	}
	made := new(T)
	if err := assign(made, e.Values[i]); err != nil {
		return v, slotValueError(i, err)
	}
	return *made, nil
}
