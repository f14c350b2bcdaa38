package goagent

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Bind fills a struct with the members of the served object, and so makes a typed client of it. Its
// target is a pointer to a struct, whose exported fields are
//
//   - functions, func(context.Context, args...) ([results...,] error), for methods. The last
//     argument may be [object.Kwargs], and the arguments may end with variadic ones. Several
//     results are the items of a tuple. A single *[object.Future] is returned at once, while any
//     other result is waited for.
//   - [Attr] for attributes and properties, [Map] for dicts, [RemoteSignal] for signals.
//
// A field stands for the member with its Go name in snake_case, or with the name in its tag
// `pizco:"name"`; `pizco:"-"` leaves it alone. Fields of embedded structs are filled as well.
//
// Bind fails, and leaves the struct as it was, when the server says that it does not have a method
// or signal. It says so in its answer to 'inspect'. A server of the original that writes json
// cannot answer that, and one whose properties raise does not. Then, and with [WithoutInspection],
// nothing is checked, and a missing member shows when it is used.
func (p *Proxy) Bind(ctx context.Context, target any) error {
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("pizco/goagent: cannot bind %T: want a pointer to a struct", target)
	}
	fills, err := p.plan(v.Elem())
	if err != nil {
		return err
	}
	if !p.agent.cfg.noInspection {
		if err := p.checkNames(ctx, fills); err != nil {
			return err
		}
	}
	for _, f := range fills {
		f.fill()
	}
	return nil
}

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
	kwargsType  = reflect.TypeFor[object.Kwargs]()
	futureType  = reflect.TypeFor[*object.Future]()
)

// bindable is a field type that takes its member itself.
type bindable interface {
	bind(p *Proxy, name string)
	// isRemote reports whether the member must be remote.
	isRemote() bool
}

// fill is one field that is going to be filled.
type fill struct {
	goName, name string
	remote       bool // the server must call it remote
	fill         func()
}

// plan finds out how each field is filled, and everything that cannot be.
func (p *Proxy) plan(v reflect.Value) ([]fill, error) {
	var fills []fill
	var errs []error
	for _, field := range reflect.VisibleFields(v.Type()) {
		tag, err := naming.ParseTag(field)
		switch {
		case err != nil:
			errs = append(errs, err)
			continue
		case tag.Skip || !field.IsExported() || field.Anonymous && naming.Flattens(field.Type):
			continue
		}
		slot, err := v.FieldByIndexErr(field.Index)
		if err != nil {
			errs = append(errs, fmt.Errorf("field %s is in an embedded struct that is nil", field.Name))
			continue
		}
		f, err := p.planField(field, slot, tag.Name)
		if err != nil {
			errs = append(errs, fmt.Errorf("field %s: %w", field.Name, err))
			continue
		}
		fills = append(fills, f)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("pizco/goagent: cannot bind %s: %w", v.Type(), err)
	}
	return fills, nil
}

func (p *Proxy) planField(field reflect.StructField, slot reflect.Value, name string) (fill, error) {
	if b, ok := slot.Addr().Interface().(bindable); ok {
		return fill{field.Name, name, b.isRemote(), func() { b.bind(p, name) }}, nil
	}
	if field.Type.Kind() != reflect.Func {
		return fill{}, fmt.Errorf("a %s cannot be filled: want a function, goagent.Attr, goagent.Map or goagent.RemoteSignal", field.Type)
	}
	if err := checkBoundFunc(field.Type); err != nil {
		return fill{}, err
	}
	stub := reflect.MakeFunc(field.Type, func(in []reflect.Value) []reflect.Value { return p.callBound(field.Type, name, in) })
	return fill{field.Name, name, true, func() { slot.Set(stub) }}, nil
}

func checkBoundFunc(t reflect.Type) error {
	switch {
	case t.NumIn() == 0 || t.In(0) != contextType:
		return fmt.Errorf("%s takes no context.Context first", t)
	case t.NumOut() == 0 || t.Out(t.NumOut()-1) != errorType:
		return fmt.Errorf("%s returns no error last", t)
	case t.IsVariadic() && t.In(t.NumIn()-1).Elem() == kwargsType:
		return fmt.Errorf("%s takes object.Kwargs more than once", t)
	}
	return nil
}

// callBound is what a filled function does.
func (p *Proxy) callBound(t reflect.Type, name string, in []reflect.Value) []reflect.Value {
	out := make([]reflect.Value, t.NumOut())
	for i := range out {
		out[i] = reflect.New(t.Out(i)).Elem()
	}
	ctx, _ := in[0].Interface().(context.Context)
	if err := p.performBound(ctx, name, boundArguments(t, in[1:]), out[:len(out)-1]); err != nil {
		out[len(out)-1].Set(reflect.ValueOf(err))
	}
	return out
}

// boundArguments returns the arguments as Call takes them, keyword arguments last.
func boundArguments(t reflect.Type, in []reflect.Value) []any {
	var args []any
	var kwargs any
	for i, v := range in {
		switch {
		case t.IsVariadic() && i == len(in)-1:
			for j := range v.Len() {
				args = append(args, v.Index(j).Interface())
			}
		case v.Type() == kwargsType:
			kwargs = v.Interface()
		default:
			args = append(args, v.Interface())
		}
	}
	if kwargs != nil {
		args = append(args, kwargs)
	}
	return args
}

func (p *Proxy) performBound(ctx context.Context, name string, args []any, results []reflect.Value) error {
	switch {
	case len(results) == 0:
		return p.Call(ctx, nil, name, args...)
	case len(results) == 1 && results[0].Type() == futureType:
		f, err := p.Start(ctx, name, args...)
		if err == nil {
			results[0].Set(reflect.ValueOf(f))
		}
		return err
	case len(results) == 1:
		return p.Call(ctx, results[0].Addr().Interface(), name, args...)
	}
	var several any
	if err := p.Call(ctx, &several, name, args...); err != nil {
		return err
	}
	items, ok := psmessage.Items(several)
	if !ok || len(items) != len(results) {
		return &ResponseError{p.endpoint, fmt.Sprintf("%s() returned %s, want a tuple of %d", name, describeItems(several, items), len(results))}
	}
	for i, item := range items {
		if err := py.AssignValue(results[i], item); err != nil {
			return fmt.Errorf("pizco/goagent: result %d of %s(): %w", i+1, name, err)
		}
	}
	return nil
}

func describeItems(v any, items []any) string {
	if items == nil {
		return "a " + py.TypeName(v)
	}
	return fmt.Sprintf("a %s of %d", py.TypeName(v), len(items))
}

// checkNames compares the names with what the server says it has, where it can say so.
func (p *Proxy) checkNames(ctx context.Context, fills []fill) error {
	if may, err := p.mayInspect(ctx); err != nil || !may {
		return err
	}
	remotes, _, err := p.Inspect(ctx)
	if _, raised := errors.AsType[*pyerr.RemoteError](err); raised {
		return nil // a property of the object raises: the original cannot look past it
	}
	if err != nil {
		return err
	}
	var missing []string
	for _, f := range fills {
		if f.remote && !slices.Contains(remotes, f.name) {
			missing = append(missing, fmt.Sprintf("%s (field %s)", f.name, f.goName))
		}
	}
	if len(missing) > 0 {
		return &MissingMembersError{Endpoint: p.endpoint, Names: missing}
	}
	return nil
}

// mayInspect reports whether the server can be asked to inspect: the original that writes json
// cannot send the sets that are the answer, and would never answer anybody again.
func (p *Proxy) mayInspect(ctx context.Context) (bool, error) {
	ours, err := p.peer.Has(ctx, psmessage.FeatureGetattr)
	return ours || !p.peer.WritesJSON(), err
}

// MissingMembersError reports that the served object lacks methods or signals that [Proxy.Bind] was
// to bind.
type MissingMembersError struct {
	// Endpoint is the server's endpoint as it was dialled.
	Endpoint string
	// Names are the names that are missing, each with the field that wanted it.
	Names []string
}

// Error names what is missing.
func (e *MissingMembersError) Error() string {
	return fmt.Sprintf("pizco/goagent: the object at %s has no method or signal %s", e.Endpoint, strings.Join(e.Names, ", "))
}
