package goagent

import (
	"context"
	"fmt"
	"reflect"
)

// maxSlotValues is the number of values that a notification of a signal has.
const maxSlotValues = 3

// RemoteMethod is a method of a proxy's object. It can be connected as a slot to a signal of
// another proxy.
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
func newSlot(slot any) (func(context.Context, Event) error, error) {
	fn := reflect.ValueOf(slot)
	if _, isMethod := slot.(*RemoteMethod); !isMethod && (fn.Kind() != reflect.Func || fn.IsNil()) {
		return nil, fmt.Errorf("pizco/goagent: a %T is no slot: want a function", slot)
	}
	switch slot := slot.(type) {
	case *RemoteMethod:
		return func(ctx context.Context, e Event) error { return slot.Call(ctx, nil, e.Values...) }, nil
	case func():
		return func(context.Context, Event) error { slot(); return nil }, nil
	case func(Event):
		return func(_ context.Context, e Event) error { slot(e); return nil }, nil
	}
	return newFuncSlot(fn)
}

// newFuncSlot is newSlot for a function of any type.
func newFuncSlot(fn reflect.Value) (func(context.Context, Event) error, error) {
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
					return fmt.Errorf("value %d: %w", value+1, err)
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
