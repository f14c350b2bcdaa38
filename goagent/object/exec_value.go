package object

import (
	"context"
	"reflect"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// execValue calls a method of the value of an attribute.
func execValue(ctx context.Context, o *Served, v reflect.Value, keep func(reflect.Value) error, call methodCall) (any, error) {
	if !v.IsValid() {
		return nil, pyerr.MissingAttribute("NoneType", call.method)
	}
	if nested, ok := nestedObject(o.settings, v); ok {
		if err := call.checkFrozen("__setattr__"); err != nil {
			return nil, err
		}
		return nested.call(ctx, call)
	}
	if v.Kind() == reflect.Func {
		f, err := newFunction("", call.method, v)
		if err != nil {
			return nil, err
		}
		return methodMember{call.method, f}.exec(ctx, o, call)
	}
	if err := call.checkFrozen(mutators...); err != nil {
		return nil, err
	}
	if result, err, ok := execContainer(o, v, keep, call); ok {
		return result, err
	}
	if fields, ok := structAsDict(v); ok {
		if err := o.settings.Values.checkArgs(fields.v.Type(), call); err != nil {
			return nil, err
		}
		call.typ = "dict"
		fields.budget = o.settings.newBudget(0)
		return operate[mapping](fields, dictOperation, call)
	}
	if v.Kind() == reflect.Pointer && !v.IsNil() && isGraphPointer(v.Type()) {
		if err := o.settings.Values.checkArgs(nil, call); err != nil {
			return nil, err
		}
		return execGraph(o, v.Interface(), call) // itself, so that it is changed in place
	}
	graph, err := pyerr.FromGo(v.Interface())
	if err != nil {
		return nil, err
	}
	return execGraph(o, graph, call)
}

var tupleType = reflect.TypeFor[py.Tuple]()

// execContainer calls a method of a map or slice of Go, which it changes in place.
func execContainer(o *Served, v reflect.Value, keep func(reflect.Value) error, call methodCall) (any, error, bool) { //nolint:revive // The flag says that there is neither result nor error.
	for v.Kind() == reflect.Pointer && !v.IsNil() && remoteType(v.Type().Elem()) != mayBeRemote {
		v = v.Elem()
		keep = func(changed reflect.Value) error {
			v.Set(changed)
			return nil
		}
	}
	if remoteType(v.Type()) == mayBeRemote || v.Type() == tupleType {
		return nil, nil, false
	}
	if err := o.settings.Values.checkArgs(v.Type(), call); err != nil {
		return nil, err, true
	}
	call.typ = goTypeName(v.Type())
	switch call.typ {
	case "set":
		result, err := operate[set](goSet{newGoMapping(o, v)}, setOperation, call)
		return result, err, true
	case "dict":
		result, err := operate[mapping](newGoMapping(o, v), dictOperation, call)
		return result, err, true
	case "list":
		result, err := operate[mutableSequence](goList{v, keep, o.settings.newBudget(v.Len())}, listOperation, call)
		return result, err, true
	}
	return nil, nil, false
}

// execGraph calls a method of a value of package py.
func execGraph(o *Served, v any, call methodCall) (any, error) {
	call.typ = py.TypeName(v)
	switch v := v.(type) {
	case *py.Dict:
		return operate[mapping](pyMapping{v, o.settings.newBudget(v.Len())}, dictOperation, call)
	case *py.List:
		return operate[mutableSequence](pyList{v, o.settings.newBudget(v.Len())}, listOperation, call)
	case *py.Set:
		return operate[set](pySet{v, o.settings.newBudget(v.Len())}, setOperation, call)
	case *py.FrozenSet:
		return operate[set](frozenSet{v, o.settings.newBudget(v.Len())}, frozenSetOperation, call)
	}
	if s, ok := sequenceOf(v); ok {
		s.python, s.budget = call.python, o.settings.newBudget(s.length())
		if s.typ == "tuple" {
			return operate(s, tupleOperation, call)
		}
		if _, ok := sequenceOperation(call.method); !ok {
			return execText(s.budget, v, call)
		}
		return operate(s, sequenceOperation, call)
	}
	if result, err, ok := execNumber(o.settings.newBudget(0), v, call); ok {
		return result, err
	}
	return nil, pyerr.MissingAttribute(call.typ, call.method)
}
