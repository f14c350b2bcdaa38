package goagent

import (
	"context"
	"fmt"
	"reflect"
)

// maxSlotValues is the number of values that a notification of a signal has.
const maxSlotValues = 3

// RemoteMethod is a method of a proxy's object, which [Proxy.Method] returns. It can be connected
// as a slot to a signal of another proxy, so that one server's signal calls another server's
// method.
type RemoteMethod struct {
	proxy *Proxy
	name  string
}

// Method returns a method of the object; whether there is one shows when it is called.
func (p *Proxy) Method(name string) *RemoteMethod { return &RemoteMethod{p, name} }

// Call calls the method as [Proxy.Call] does.
func (m *RemoteMethod) Call(ctx context.Context, result any, args ...any) error {
	return m.proxy.Call(ctx, result, m.name, args...)
}

// newSlot returns a function that calls a slot with the values of an event.
func newSlot(slot any) (slotCall, error) {
	fn := reflect.ValueOf(slot)
	if _, isMethod := slot.(*RemoteMethod); !isMethod && (fn.Kind() != reflect.Func || fn.IsNil()) {
		return nil, fmt.Errorf("pizco/goagent: a %T is no slot: want a function", slot)
	}
	if method, ok := slot.(*RemoteMethod); ok {
		return func(ctx context.Context, e Event) error { return method.Call(ctx, nil, e.Values...) }, nil
	}
	if call := plainSlot(slot); call != nil {
		return call, nil
	}
	return newFuncSlot(fn)
}

// slotValueError says which value of an event does not fit a slot.
func slotValueError(i int, err error) error { return fmt.Errorf("value %d: %w", i+1, err) }

// newFuncSlot is newSlot for a function of any type.
func newFuncSlot(fn reflect.Value) (slotCall, error) {
	typ := fn.Type()
	withContext := typ.NumIn() > 0 && typ.In(0) == contextType
	first := 0
	if withContext {
		first = 1
	}
	if n := typ.NumIn() - first; n > maxSlotValues || typ.IsVariadic() {
		return nil, fmt.Errorf("pizco/goagent: %s is no slot: want up to %d parameters", typ, maxSlotValues)
	}
	if typ.NumOut() > 1 || typ.NumOut() == 1 && typ.Out(0) != errorType {
		return nil, fmt.Errorf("pizco/goagent: %s is no slot: want no result, or an error", typ)
	}
	return func(ctx context.Context, e Event) error {
		in := make([]reflect.Value, typ.NumIn())
		if withContext {
			in[0] = reflect.ValueOf(ctx)
		}
		for i := first; i < len(in); i++ {
			arg := reflect.New(typ.In(i))
			if value := i - first; value < len(e.Values) {
				if err := assign(arg.Interface(), e.Values[value]); err != nil {
					return slotValueError(value, err)
				}
			}
			in[i] = arg.Elem()
		}
		if out := fn.Call(in); len(out) == 1 {
			err, _ := out[0].Interface().(error)
			return err
		}
		return nil
	}, nil
}

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

// SlotError reports that a slot failed, or was not called because the values that were emitted do
// not fit its parameters.
type SlotError struct {
	// Signal is the name of the signal.
	Signal string
	// Err is the slot's error, or says which value does not fit.
	Err error
}

// Error names the signal.
func (e *SlotError) Error() string {
	return fmt.Sprintf("pizco/goagent: slot of signal %q failed: %v", e.Signal, e.Err)
}

// Unwrap returns the reason.
func (e *SlotError) Unwrap() error { return e.Err }

// slotFailed keeps and tells the error of a slot.
func (c *Connection) slotFailed(err error) {
	p := c.owner.proxy
	failed := &SlotError{c.signal, err}
	c.failure.Store(failed)
	if tell := p.agent.cfg.onSlotError; tell != nil {
		tell(failed)
		return
	}
	p.agent.log.Error("slot failed", "signal", c.signal, "error", err)
}

// Err returns the last error of the connection's slot, a *[SlotError], or nil when it has not
// failed.
func (c *Connection) Err() error {
	if failed := c.failure.Load(); failed != nil {
		return failed
	}
	return nil
}
