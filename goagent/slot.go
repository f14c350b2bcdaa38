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
