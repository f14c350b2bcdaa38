package pickle

import (
	"errors"
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// madeStruct is a struct that was made for an instance of a registered class.
type madeStruct struct {
	reg *registration
	at  int // the offset of the opcode that made the instance
	// whole is set when the arguments of the instance have filled the struct.
	whole bool
	// value is the pointer to the struct.
	value reflect.Value
}

// registered returns a pointer to the Go struct for an instance of a registered class, nil when the
// class is not registered or the instance does not have its layout. What comes with BUILD is set
// when that comes, see buildStruct.
func (m *machine) registered(o *py.Object) (any, error) {
	reg := m.cfg.registry.lookupClass(o.Class())
	if reg == nil {
		return nil, nil //nolint:nilnil // The caller looks at both.
	}
	made := madeStruct{reg: reg, at: m.at, value: reflect.New(reg.goType)}
	if args, ok := registeredArgs(reg, o); ok {
		for i, v := range args {
			if err := m.setField(&made, i, v); err != nil {
				return nil, err
			}
		}
		made.whole = true
	} else if reg.layout != StateDict && reg.layout != Slots || len(o.Args) > 0 && callableClass(o).Module != "copyreg" {
		return nil, nil //nolint:nilnil // It is made with arguments, which the struct has no place for.
	}
	if m.structs == nil {
		m.structs, m.used = map[uintptr]madeStruct{}, true
	}
	m.structs[raw.Of(made.value).Address()] = made
	return made.value.Interface(), nil
}

// callableClass returns the class that an object's callable is, the zero Class for none.
func callableClass(o *py.Object) py.Class {
	c, _ := o.Callable.(py.Class)
	return c
}

// registeredArgs returns the values that an object of a registered class is made of, one for each
// field. It reports false when the object is not pickled as the class's layout says.
func registeredArgs(reg *registration, o *py.Object) (fields []any, ok bool) {
	if o.How == py.NewObjEx {
		return nil, false
	}
	args, class := o.Args, callableClass(o)
	switch {
	case class == reg.class:
		ok = o.How == py.NewObj && reg.layout == NewArgs || o.How != py.NewObj && reg.layout == Args
	case reg.layout != NewArgs || class.Module != "copyreg" || len(args) == 0:
	case class.Name == "__newobj__":
		args, ok = args[1:], true
	case class.Name == "_reconstructor" && len(args) == 3:
		args, ok = args[2].(py.Tuple)
	}
	return args, ok && len(args) == len(reg.fields.Fields)
}

// buildStruct gives a struct its state.
func (m *machine) buildStruct(made madeStruct, target slot, state any) error {
	dicts, ok := stateDicts(state)
	if made.whole || !ok || !namesField(made.reg, dicts) {
		return m.refused(target, "cannot give %s a state")
	}
	for _, d := range dicts {
		for key, value := range d.All() {
			if i := made.reg.lookup(key); i >= 0 {
				if err := m.setField(&made, i, value); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// stateDicts returns the dicts that the state of an instance consists of. It reports false for a
// state of another kind.
func stateDicts(state any) (dicts []*py.Dict, ok bool) {
	halves := py.Tuple{state}
	if t, isTuple := state.(py.Tuple); isTuple {
		if halves = t; len(t) != 2 {
			return nil, false
		}
	} else if state == nil {
		return nil, false
	}
	for _, half := range halves {
		switch d := half.(type) {
		case nil:
		case *py.Dict:
			dicts = append(dicts, d)
		default:
			return nil, false
		}
	}
	return dicts, true
}

// namesField reports whether a key of the dicts names a field of a registered class. Dicts
// without such a key hold no attributes, unless they are empty.
func namesField(reg *registration, dicts []*py.Dict) bool {
	empty := true
	for _, d := range dicts {
		for key := range d.All() {
			if empty = false; reg.lookup(key) >= 0 {
				return true
			}
		}
	}
	return empty
}

// lookup returns the index of the field that a key names, -1 for none.
func (reg *registration) lookup(key any) int {
	switch key := key.(type) {
	case string:
		return reg.fields.Lookup(key)
	case []byte: // a name that Python 2 wrote
		return reg.fields.Lookup(string(key))
	}
	return -1
}

func (m *machine) setField(made *madeStruct, i int, value any) error {
	f := &made.reg.fields.Fields[i]
	err := py.AssignValue(f.Settable(made.value.Elem()), value)
	if err == nil {
		return nil
	}
	e := &UnmarshalError{Offset: int64(m.at), Opcode: m.current(), Path: made.reg.class.Name + "." + f.Name,
		From: py.TypeName(value), To: f.Type.String(), Err: err}
	var refused *py.ConversionError
	if errors.As(err, &refused) {
		e.Path += refused.Path[1:]
		e.From, e.To, e.Reason, e.Err = refused.From, refused.To, refused.Reason, refused.Err
	}
	return e
}
