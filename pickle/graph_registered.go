package pickle

import (
	"errors"
	"reflect"

	"github.com/pizco-go/pizco/py"
)

// instanceClass returns the class that an object is an instance of, which the helpers of copyreg
// have as an argument.
func (t *tape) instanceClass(o *object) py.Class {
	class := t.classOf(o)
	if class.Module != "copyreg" {
		return class
	}
	switch class.Name {
	case "_reconstructor", "__newobj__", "__newobj_ex__":
		if args := t.span(&t.nodes[o.args]); len(args) > 0 {
			return t.className(args[0])
		}
	}
	return class
}

// registeredArgs returns the values that an object of a registered class is made of, one for each
// field. It reports false when the object is not pickled as the class's layout says.
func (t *tape) registeredArgs(reg *registration, o *object) (fields []ref, ok bool) {
	if o.hasState || o.hasKwargs || o.list.count > 0 || o.dict.count > 0 {
		return nil, false
	}
	args := t.span(&t.nodes[o.args])
	class := t.classOf(o)
	switch {
	case class == reg.class:
		ok = o.how == py.NewObj && reg.layout == NewArgs || o.how != py.NewObj && reg.layout == Args
	case reg.layout != NewArgs || class.Module != "copyreg" || len(args) == 0:
	case class.Name == "__newobj__":
		args, ok = args[1:], true
	case class.Name == "_reconstructor" && len(args) == 3 && t.nodes[args[2]].kind == nodeTuple:
		args, ok = t.span(&t.nodes[args[2]]), true
	}
	return args, ok && len(args) == len(reg.fields.Fields)
}

// registeredState returns the dicts that the state of an object of a registered class consists of.
// It reports false when the object is not pickled as the class's layout says.
func (t *tape) registeredState(reg *registration, o *object) (dicts []ref, ok bool) {
	if reg.layout != StateDict && reg.layout != Slots || o.list.count > 0 || o.dict.count > 0 || o.hasSetter {
		return nil, false
	}
	args := t.span(&t.nodes[o.args])
	if len(args) > 0 && t.classOf(o).Module != "copyreg" {
		return nil, false // made with arguments, which a struct has no place for
	}
	if !o.hasState {
		return nil, true
	}
	state := &t.nodes[o.state]
	switch {
	case state.kind == nodeDict:
		dicts = []ref{o.state}
	case state.kind == nodeTuple && state.b() == 2:
		for _, half := range t.span(state) {
			switch t.nodes[half].kind {
			case nodeNone:
			case nodeDict:
				dicts = append(dicts, half)
			default:
				return nil, false
			}
		}
	default:
		return nil, false
	}
	return dicts, t.namesField(reg, dicts)
}

// namesField reports whether a key of the dicts names a field of a registered class. Dicts of which
// none does so are no attributes, unless they are empty.
func (t *tape) namesField(reg *registration, dicts []ref) bool {
	empty := true
	for _, dict := range dicts {
		refs := t.contents(&t.containers[t.nodes[dict].a()])
		for i := 0; i+1 < len(refs); i += 2 {
			empty = false
			if key := refs[i]; (t.isStr(key) || t.isBytes(key)) && reg.fields.Lookup(t.peek(key)) >= 0 {
				return true
			}
		}
	}
	return empty
}

// registered makes the Go struct for an instance of a registered class and returns a pointer to it,
// or nil when the class is not registered or the instance does not have its layout. What comes with
// BUILD is set by then.
func (g *graph) registered(n *node, o *object) (any, error) {
	if g.cfg.registry == nil {
		return nil, nil
	}
	reg := g.cfg.registry.lookupClass(g.t.instanceClass(o))
	if reg == nil {
		return nil, nil
	}
	if args, ok := g.t.registeredArgs(reg, o); ok {
		made := reflect.New(reg.goType)
		for i, r := range args {
			if err := g.setField(n, reg, made, i, g.values[r]); err != nil {
				return nil, err
			}
		}
		return made.Interface(), nil
	}
	if _, ok := g.t.registeredState(reg, o); !ok {
		return nil, nil
	}
	return reflect.New(reg.goType).Interface(), nil
}

// buildRegistered gives a struct its state.
func (g *graph) buildRegistered(n *node, made any) error {
	o := g.t.objectAt(n.a())
	reg := g.cfg.registry.lookupClass(g.t.instanceClass(o))
	dicts, _ := g.t.registeredState(reg, o)
	for _, r := range dicts {
		//nolint:forcetypeassert // registeredState finds nothing but dicts.
		for key, value := range g.values[r].(*py.Dict).All() {
			name, ok := key.(string)
			if inBytes, isBytes := key.([]byte); isBytes && !ok {
				name = string(inBytes) // a name that Python 2 wrote
			}
			if i := reg.fields.Lookup(name); i >= 0 {
				if err := g.setField(n, reg, reflect.ValueOf(made), i, value); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (g *graph) setField(n *node, reg *registration, made reflect.Value, i int, value any) error {
	f := &reg.fields.Fields[i]
	err := py.AssignValue(f.Settable(made.Elem()), value)
	if err == nil {
		return nil
	}
	e := &UnmarshalError{Offset: int64(n.at), Opcode: g.t.opcode(n), Path: reg.class.Name + "." + f.Name,
		From: py.TypeName(value), To: f.Type.String(), Err: err}
	var refused *py.ConversionError
	if errors.As(err, &refused) {
		e.Path += refused.Path[1:]
		e.From, e.To, e.Reason, e.Err = refused.From, refused.To, refused.Reason, refused.Err
	}
	return e
}
