package object

import (
	"context"
	"fmt"
	"reflect"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

// member is one name of a served object.
type member interface {
	// value returns the value for a peer; it fails for what cannot be sent.
	value(ctx context.Context, o *Served) (any, error)
	set(ctx context.Context, o *Served, v any) error
	exec(ctx context.Context, o *Served, call methodCall) (any, error)
	// remote reports whether a peer uses the member remotely. It is called before value, so that a
	// remote member need not be converted.
	remote(ctx context.Context, o *Served) (bool, error)
	// static is what is known of remote without looking at the value.
	static() remoteness
	// info is what 'describe' tells, without the name.
	info() MemberInfo
	// forced reports whether the member is always sent as a value.
	forced() bool
}

// methodMember is a method, or a function that is an attribute.
type methodMember struct {
	name string
	f    *function
}

func (m methodMember) value(context.Context, *Served) (any, error) {
	return nil, pyerr.TypeError.New("cannot pickle 'method' object")
}

func (m methodMember) set(_ context.Context, o *Served, _ any) error {
	return readOnlyAttribute(o.class, m.name)
}

func (m methodMember) exec(ctx context.Context, o *Served, call methodCall) (any, error) {
	if call.method == "__call__" {
		return m.f.call(ctx, o.settings, call.args, call.kwargs)
	}
	return nil, pyerr.MissingAttribute("function", call.method) // a bound method shows the function that it is made of
}

func (m methodMember) remote(context.Context, *Served) (bool, error) { return true, nil }
func (m methodMember) static() remoteness                            { return isRemote }
func (m methodMember) forced() bool                                  { return false }

// signalMember is a signal.
type signalMember struct {
	name   string
	source SignalSource
}

func (m signalMember) value(context.Context, *Served) (any, error) {
	return nil, pyerr.TypeError.New("cannot pickle 'Signal' object")
}

func (m signalMember) set(_ context.Context, o *Served, _ any) error {
	return readOnlyAttribute(o.class, m.name)
}

// exec emits the signal, as the original does when it is asked to, where the server lets peers do
// so. Connecting takes a subscription.
func (m signalMember) exec(_ context.Context, o *Served, call methodCall) (any, error) {
	emitter, ok := m.source.(interface{ Emit(values ...any) })
	if call.method != "emit" || !ok {
		return nil, pyerr.MissingAttribute("Signal", call.method)
	}
	if allowed := o.settings.Emission; allowed == nil || !allowed(m.name) {
		return nil, pyerr.PermissionError.New(fmt.Sprintf("peers cannot emit '%s': goagent.WithEmission(%q) lets them", m.name, m.name))
	}
	if err := o.settings.Values.checkArgs(nil, call); err != nil {
		return nil, err
	}
	if call.kwargs != nil && call.kwargs.Len() > 0 {
		return nil, pyerr.TypeError.New("emit() takes no keyword arguments")
	}
	emitter.Emit(call.args...)
	return nil, nil
}

func (m signalMember) remote(context.Context, *Served) (bool, error) { return true, nil }
func (m signalMember) static() remoteness                            { return isRemote }
func (m signalMember) forced() bool                                  { return false }

// valueMember is an attribute that has a value: a field, a property, or what a hand-built object
// was given.
type valueMember struct {
	name string
	typ  reflect.Type // what get returns, as far as it is known
	// putType is the type that put stores; nil is one that is not known, which may keep what came
	// as it is.
	putType reflect.Type
	// get returns the value, settable where changes to it are kept; nil when the attribute cannot
	// be read.
	get func(ctx context.Context, o *Served) (reflect.Value, error)
	// put sets the value; nil when the attribute cannot be set.
	put      func(ctx context.Context, o *Served, v any) error
	asObject bool
	// frozen keeps peers from changing what is in the value, too.
	frozen bool
}

// current returns the value with interfaces and pointers followed, as far as there is something
// behind them.
func (m *valueMember) current(ctx context.Context, o *Served) (reflect.Value, error) {
	if m.get == nil {
		return reflect.Value{}, unreadableProperty(o, m.name)
	}
	v, err := m.get(ctx, o)
	if err != nil {
		return v, err
	}
	for v.IsValid() && v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
	}
	return v, nil
}

func (m *valueMember) value(ctx context.Context, o *Served) (any, error) {
	return m.read(ctx, o, pyerr.FromGo)
}

// read returns the value for a peer as a function converts it.
func (m *valueMember) read(ctx context.Context, o *Served, convert func(any) (any, error)) (any, error) {
	v, err := m.current(ctx, o)
	if err != nil || !v.IsValid() {
		return nil, err
	}
	if nested, ok := v.Interface().(*Object); ok {
		return nil, pyerr.TypeError.New(fmt.Sprintf("cannot pickle '%s' object", nested.class))
	}
	if v.Type() == futureType {
		return v.Interface(), nil
	}
	return convert(v.Interface())
}

func (m *valueMember) set(ctx context.Context, o *Served, v any) error {
	if m.put == nil {
		return unsettableProperty(o, m.name)
	}
	if err := o.settings.Values.Check(m.putType, v); err != nil {
		return NotLetIn("attribute '"+m.name+"'", err)
	}
	return m.put(ctx, o, v)
}

func (m *valueMember) exec(ctx context.Context, o *Served, call methodCall) (any, error) {
	v, err := m.current(ctx, o)
	if err != nil {
		return nil, err
	}
	if m.frozen {
		call.frozen = m.name
	}
	return execValue(ctx, o, v, m.keep(ctx, o, v), call)
}

// keep returns the function that stores a changed slice where the old one came from.
func (m *valueMember) keep(ctx context.Context, o *Served, v reflect.Value) func(reflect.Value) error {
	switch {
	case v.IsValid() && v.CanSet():
		return func(changed reflect.Value) error {
			v.Set(changed)
			return nil
		}
	case m.put != nil:
		return func(changed reflect.Value) error {
			graph, err := pyerr.FromGo(changed.Interface())
			if err != nil {
				return err
			}
			return m.put(ctx, o, graph)
		}
	}
	return nil
}

func (m *valueMember) remote(ctx context.Context, o *Served) (bool, error) {
	v, err := m.current(ctx, o)
	if err != nil || !v.IsValid() {
		return false, err
	}
	if r := remoteType(v.Type()); r != mayBeRemote {
		return r == isRemote, nil
	}
	if _, ok := nestedObject(o.settings, v); ok {
		return true, nil
	}
	graph, err := m.value(ctx, o)
	return err == nil && remoteGraph(graph), err
}

func (m *valueMember) static() remoteness {
	if m.typ == nil || m.get == nil {
		return mayBeRemote
	}
	return remoteType(m.typ)
}

func (m *valueMember) forced() bool { return m.asObject }
