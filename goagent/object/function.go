package object

import (
	"context"
	"fmt"
	"reflect"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

var (
	contextType  = reflect.TypeFor[context.Context]()
	errorType    = reflect.TypeFor[error]()
	kwargsType   = reflect.TypeFor[Kwargs]()
	orderedType  = reflect.TypeFor[OrderedKwargs]()
	keywordsType = reflect.TypeFor[Keywords]()
	futureType   = reflect.TypeFor[*Future]()
)

// function is a function of Go that can be called as one of Python: it knows the names and defaults
// of its parameters, and how its results are given back.
type function struct {
	class string // the class that it is a method of
	name  string // its name in Python
	fn    reflect.Value

	takesContext bool
	inputs       []input
	params       []parameter // in the order of Python: positional ones first
	kwargs       bool        // takes the keyword arguments that are left over
	variadic     reflect.Type

	results int // without the error
	fails   bool

	typed *typedArguments
}

// input tells where an argument of the Go function comes from.
type input struct {
	typ    reflect.Type
	param  int   // index into params, when neither of the others holds
	fields []int // indexes into params of the fields of a Keywords struct
	kind   inputKind
}

type inputKind uint8

const (
	inputParameter inputKind = iota
	inputKeywords
	inputKwargs
)

// newFunction looks at a function of Go. The errors are of the kind that a programmer makes.
func newFunction(class, name string, fn reflect.Value, params ...any) (*function, error) {
	f := &function{class: class, name: name, fn: fn, typed: &typedArguments{}}
	named, err := parametersOf(params)
	if err == nil {
		err = f.analyse(named)
	}
	if err != nil {
		return nil, fmt.Errorf("pizco/object: %s.%s: %w", class, name, err)
	}
	return f, nil
}

func (f *function) analyse(named []Parameter) error {
	if f.fn.Kind() != reflect.Func || f.fn.IsNil() {
		return fmt.Errorf("want a function, have %v", f.fn)
	}
	t := f.fn.Type()
	f.results = t.NumOut()
	if f.results > 0 && t.Out(f.results-1) == errorType {
		f.fails = true
		f.results--
	}
	ins := make([]reflect.Type, t.NumIn())
	for i := range ins {
		ins[i] = t.In(i)
	}
	if len(ins) > 0 && ins[0] == contextType {
		f.takesContext = true
		ins = ins[1:]
	}
	if t.IsVariadic() {
		f.variadic = ins[len(ins)-1].Elem()
		ins = ins[:len(ins)-1]
	}
	last := input{kind: inputParameter}
	if n := len(ins); n > 0 {
		switch in := ins[n-1]; {
		case in == kwargsType, in == orderedType:
			f.kwargs = true
			last, ins = input{typ: in, kind: inputKwargs}, ins[:n-1]
		case isKeywords(in):
			last, ins = input{typ: in, kind: inputKeywords}, ins[:n-1]
		}
	}
	if err := f.addParameters(ins, named); err != nil {
		return err
	}
	switch last.kind {
	case inputKwargs:
		f.inputs = append(f.inputs, last)
	case inputKeywords:
		if err := f.addKeywords(last); err != nil {
			return err
		}
	}
	return checkParameters(f.params)
}

// addParameters gives the Go parameters their names and defaults, if they are named.
func (f *function) addParameters(ins []reflect.Type, named []Parameter) error {
	if len(named) > 0 && len(named) != len(ins) {
		return fmt.Errorf("has %d parameters to be named, and %d names", len(ins), len(named))
	}
	for i, typ := range ins {
		p := parameter{name: fmt.Sprintf("arg%d", i+1), typ: typ, unnamed: true}
		if len(named) > 0 {
			spec := named[i]
			p = parameter{name: spec.name, typ: typ, keywordOnly: spec.keywordOnly, hasDefault: spec.hasDefault}
			if spec.hasDefault {
				var err error
				if p.value, err = defaultValue(typ, spec.value); err != nil {
					return fmt.Errorf("default of %q: %w", spec.name, err)
				}
			}
		}
		p.holds = py.HoldsValues(typ)
		f.inputs = append(f.inputs, input{typ: typ, param: len(f.params)})
		f.params = append(f.params, p)
	}
	return nil
}

// defaultValue returns v as a value of the type of its parameter.
func defaultValue(typ reflect.Type, v any) (reflect.Value, error) {
	value := reflect.New(typ).Elem()
	if v == nil {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
			return value, nil
		}
	}
	if rv := reflect.ValueOf(v); rv.IsValid() && rv.Type().AssignableTo(typ) && !holdsAny(typ) {
		value.Set(rv)
		return value, nil
	}
	graph, err := pyerr.FromGo(v)
	if err == nil {
		err = take(value, graph)
	}
	return value, err
}

// holdsAny reports whether a type has interface{} in it. Values there get the types of package py,
// as values from a peer have.
func holdsAny(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.Slice, reflect.Array:
		return holdsAny(t.Elem())
	case reflect.Map:
		return holdsAny(t.Key()) || holdsAny(t.Elem())
	}
	return false
}

func isKeywords(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && f.Type == keywordsType {
			return true
		}
	}
	return false
}

// addKeywords makes each field of a Keywords struct a keyword-only parameter.
func (f *function) addKeywords(in input) error {
	for _, field := range reflect.VisibleFields(in.typ) {
		tag, err := naming.ParseTag(field)
		if err != nil {
			return err
		}
		if tag.Skip || field.Anonymous || !field.IsExported() {
			continue
		}
		p := parameter{name: tag.Name, typ: field.Type, keywordOnly: true, field: field.Index, holds: py.HoldsValues(field.Type)}
		if !tag.Required {
			p.hasDefault, p.value = true, reflect.Zero(field.Type)
		}
		in.fields = append(in.fields, len(f.params))
		f.params = append(f.params, p)
	}
	f.inputs = append(f.inputs, in)
	return nil
}

// qualifiedName is what CPython calls the function in errors: it names the class from 3.10 on.
func (f *function) qualifiedName(python pyerr.Version) string {
	if f.class != "" && python.AtLeast(10) {
		return f.class + "." + f.name
	}
	return f.name
}

// call binds the arguments, calls the function and returns its result: a *Future, a value of
// package py or, where the object's settings say so, a Go value. It lets the function's panics
// pass.
func (f *function) call(ctx context.Context, settings *Settings, args py.Tuple, kwargs *py.Dict) (any, error) {
	out, err := f.invoke(ctx, settings, args, kwargs)
	if err != nil {
		return nil, err
	}
	return f.result(settings, out)
}

// invoke binds the arguments, calls the function and returns its results as they are, without the
// error, or that.
func (f *function) invoke(ctx context.Context, settings *Settings, args py.Tuple, kwargs *py.Dict) ([]reflect.Value, error) {
	bound, err := f.bind(settings.Python, args, kwargs)
	if err != nil {
		return nil, err
	}
	if settings.OwnsArguments && bound.hasMemory() {
		bound.memory = new(py.Takeover)
	}
	in, err := f.arguments(ctx, settings, bound)
	if err != nil {
		return nil, err
	}
	return f.invokeWith(in)
}

// invokeWith calls the function with converted arguments and returns its results as they are,
// without the error, or that.
func (f *function) invokeWith(in []reflect.Value) ([]reflect.Value, error) {
	out := f.fn.Call(in)
	if f.fails {
		if err, _ := out[f.results].Interface().(error); err != nil {
			return nil, err
		}
	}
	return out[:f.results], nil
}

// arguments converts what was bound to the types of the Go function.
func (f *function) arguments(ctx context.Context, settings *Settings, bound binding) ([]reflect.Value, error) {
	python := settings.Python
	in := make([]reflect.Value, 0, len(f.inputs)+len(bound.rest)+1)
	if f.takesContext {
		in = append(in, reflect.ValueOf(ctx))
	}
	for _, spec := range f.inputs {
		value := reflect.New(spec.typ).Elem()
		switch spec.kind {
		case inputKwargs:
			if err := f.checkKwargs(settings, bound); err != nil {
				return nil, err
			}
			value.Set(reflect.ValueOf(bound.kwargsAs(spec.typ)))
		case inputKeywords:
			for _, p := range spec.fields {
				if err := f.store(value.FieldByIndex(f.params[p].field), p, settings, bound); err != nil {
					return nil, err
				}
			}
		default:
			if err := f.store(value, spec.param, settings, bound); err != nil {
				return nil, err
			}
		}
		in = append(in, value)
	}
	for i, arg := range bound.rest {
		value := reflect.New(f.variadic).Elem()
		if err := settings.Values.Check(f.variadic, arg); err != nil {
			return nil, NotLetIn(f.argumentName(python, fmt.Sprint(len(f.params)+i+1)), err)
		}
		if err := takeMemory(value, arg, bound.memory); err != nil {
			return nil, argumentError(f.qualifiedName(python), fmt.Sprint(len(f.params)+i+1), err)
		}
		in = append(in, value)
	}
	return in, nil
}

// argumentName is what errors call an argument.
func (f *function) argumentName(python pyerr.Version, which string) string {
	return "argument " + which + " of " + f.qualifiedName(python) + "()"
}

// checkKwargs checks the keyword arguments that no parameter takes.
func (f *function) checkKwargs(settings *Settings, bound binding) error {
	if bound.kwargs == nil {
		return nil
	}
	for name, value := range bound.kwargs.All() {
		if err := settings.Values.Check(nil, value); err != nil {
			return NotLetIn(f.argumentName(settings.Python, fmt.Sprintf("'%v'", name)), err)
		}
	}
	return nil
}

func (f *function) store(dst reflect.Value, param int, settings *Settings, bound binding) error {
	p := &f.params[param]
	if !bound.given[param] {
		dst.Set(p.value)
		return nil
	}
	if p.holds {
		if err := settings.Values.Check(nil, bound.values[param]); err != nil {
			return NotLetIn(f.argumentName(settings.Python, "'"+p.name+"'"), err)
		}
	}
	if err := takeMemory(dst, bound.values[param], bound.memory); err != nil {
		return argumentError(f.qualifiedName(settings.Python), "'"+p.name+"'", err)
	}
	return nil
}

// result converts what the function returned: nothing is None, several values are a tuple. The
// object's settings can leave the values unconverted.
func (f *function) result(settings *Settings, out []reflect.Value) (any, error) {
	switch f.results {
	case 0:
		return nil, nil
	case 1:
		return f.answer(settings, out[0])
	}
	several := make(Results, f.results)
	for i := range several {
		several[i] = out[i].Interface()
	}
	if settings.WritesGo {
		return several, nil
	}
	return several.Graph()
}

// Results are the results of a method that has several, as Go values.
type Results []any

// Graph returns the results as a tuple of values of package py.
func (r Results) Graph() (any, error) {
	tuple := make(py.Tuple, len(r))
	for i := range tuple {
		var err error
		if tuple[i], err = pyerr.FromGo(r[i]); err != nil {
			return nil, err
		}
	}
	return tuple, nil
}

// Raw returns the results as a tuple of Go values, errors as exceptions.
func (r Results) Raw() py.Tuple {
	tuple := make(py.Tuple, len(r))
	for i := range tuple {
		tuple[i] = pyerr.Raw(r[i])
	}
	return tuple
}

func (f *function) answer(settings *Settings, v reflect.Value) (any, error) {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil, nil
	}
	if v.Type() == futureType {
		return v.Interface(), nil
	}
	if v.Kind() == reflect.Chan && v.Type().ChanDir()&reflect.RecvDir != 0 {
		return receive(settings.background(), v), nil
	}
	return settings.sent(v.Interface())
}

// receive returns the future of the first value that a channel delivers; an error among them fails
// it, and a channel that is closed instead gives None.
func receive(ctx context.Context, channel reflect.Value) *Future {
	return Go(ctx, func(ctx context.Context) (any, error) {
		chosen, value, ok := reflect.Select([]reflect.SelectCase{
			{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ctx.Done())},
			{Dir: reflect.SelectRecv, Chan: channel},
		})
		switch {
		case chosen == 0:
			return nil, context.Cause(ctx)
		case !ok:
			return nil, nil
		}
		if err, isError := value.Interface().(error); isError {
			return nil, err
		}
		return value.Interface(), nil
	})
}
