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

// newSlot returns a function that calls a slot with the values of an event. It reports whether the
// slot is one for the dialect develop alone.
func newSlot(slot any) (call slotCall, wide bool, err error) {
	fn := reflect.ValueOf(slot)
	if _, isMethod := slot.(*RemoteMethod); !isMethod && (fn.Kind() != reflect.Func || fn.IsNil()) {
		return nil, false, fmt.Errorf("pizco/goagent: a %T is no slot: want a function", slot)
	}
	if method, ok := slot.(*RemoteMethod); ok {
		return method.slot, false, nil
	}
	if call := plainSlot(slot); call != nil {
		return call, false, nil
	}
	f, err := newFuncSlot(fn)
	if err != nil {
		return nil, false, err
	}
	return f.call, f.wide(), nil
}

// slot calls the method with the values of an event.
func (m *RemoteMethod) slot(ctx context.Context, e Event) error {
	args := e.Values
	if len(e.Kwargs) > 0 {
		args = append(args[:len(args):len(args)], e.Kwargs)
	}
	return m.Call(ctx, nil, args...)
}

// slotValueError says which value of an event does not fit a slot.
func slotValueError(i int, err error) error { return fmt.Errorf("value %d: %w", i+1, err) }

// funcSlot is a slot that is a function of any type.
type funcSlot struct {
	fn          reflect.Value
	withContext bool
	withKwargs  bool // as the last parameter
	first, end  int  // of the parameters for one value each
}

func newFuncSlot(fn reflect.Value) (*funcSlot, error) {
	typ := fn.Type()
	s := &funcSlot{fn: fn, end: typ.NumIn()}
	if typ.NumIn() > 0 && typ.In(0) == contextType {
		s.withContext, s.first = true, 1
	}
	switch {
	case typ.IsVariadic():
		s.end--
	case s.end > s.first && typ.In(s.end-1) == kwargsType:
		s.withKwargs = true
		s.end--
	}
	if typ.NumOut() > 1 || typ.NumOut() == 1 && typ.Out(0) != errorType {
		return nil, fmt.Errorf("pizco/goagent: %s is no slot: want no result, or an error", typ)
	}
	return s, nil
}

// wide reports whether only a signal of develop has all the values that the slot takes.
func (s *funcSlot) wide() bool {
	return s.withKwargs || s.fn.Type().IsVariadic() || s.end-s.first > maxSlotValues
}

// checkWide fails when the server speaks a dialect whose signals have three values.
func (p *Proxy) checkWide(ctx context.Context, slot any) error {
	d, err := p.Dialect(ctx)
	if err != nil {
		return err
	}
	if d != Develop {
		return fmt.Errorf("pizco/goagent: %T is no slot: want up to %d parameters, since the server's dialect is %s", slot, maxSlotValues, d)
	}
	return nil
}

func (s *funcSlot) call(ctx context.Context, e Event) error {
	in, err := s.arguments(ctx, e)
	if err != nil {
		return err
	}
	if out := s.fn.Call(in); len(out) == 1 {
		err, _ = out[0].Interface().(error)
	}
	return err
}

// arguments returns what the function is called with: zero values where the event has fewer.
func (s *funcSlot) arguments(ctx context.Context, e Event) ([]reflect.Value, error) {
	typ := s.fn.Type()
	in := make([]reflect.Value, 0, typ.NumIn()+len(e.Values))
	if s.withContext {
		in = append(in, reflect.ValueOf(ctx))
	}
	for i := s.first; i < s.end; i++ {
		v, err := slotArgument(typ.In(i), e, i-s.first)
		if err != nil {
			return nil, err
		}
		in = append(in, v)
	}
	if typ.IsVariadic() {
		for i := s.end - s.first; i < len(e.Values); i++ {
			v, err := slotArgument(typ.In(s.end).Elem(), e, i)
			if err != nil {
				return nil, err
			}
			in = append(in, v)
		}
	}
	if s.withKwargs {
		in = append(in, reflect.ValueOf(e.Kwargs))
	}
	return in, nil
}

// slotArgument returns a value of an event as a type of Go.
func slotArgument(typ reflect.Type, e Event, i int) (reflect.Value, error) {
	arg := reflect.New(typ)
	if i < len(e.Values) {
		if err := assign(arg.Interface(), e.Values[i]); err != nil {
			return reflect.Value{}, slotValueError(i, err)
		}
	}
	return arg.Elem(), nil
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
func (c *Slot) slotFailed(err error) {
	p := c.owner.proxy
	failed := &SlotError{c.signal, err}
	c.failure.Store(failed)
	if tell := p.agent.cfg.onSlotError; tell != nil {
		tell(failed)
		return
	}
	p.agent.log.Error("slot failed", "signal", c.signal, "error", err)
}

// Err returns the last error of the slot, a *[SlotError], or nil when it has not
// failed.
func (c *Slot) Err() error {
	if failed := c.failure.Load(); failed != nil {
		return failed
	}
	return nil
}
