package object

import (
	"reflect"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/py"
)

// structMapping is a struct without methods, which is a dict of its fields for peers. Its keys are
// fixed.
type structMapping struct {
	v reflect.Value
	*budget
}

// structAsDict returns the struct that a value is or points to, if that is a dict for peers.
func structAsDict(v reflect.Value) (structMapping, bool) {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || gotype.IsLeaf(v.Type()) || gotype.Of(v.Type()).Tuple || isNested(v.Type()) {
		return structMapping{}, false
	}
	if isGraphPointer(reflect.PointerTo(v.Type())) {
		return structMapping{}, false
	}
	t := v.Type()
	return structMapping{v: v}, !t.Implements(textMarshalerType) && !t.Implements(pyMarshalerType)
}

func (m structMapping) length() int {
	pairs, err := m.pairs()
	if err != nil {
		return 0
	}
	return len(pairs)
}

func (m structMapping) pairs() ([]py.Pair, error) { return pairsOf(m.v) }

func (m structMapping) lookup(key any) (any, bool, error) {
	pairs, err := m.pairs()
	for _, p := range pairs {
		equal, err := m.same(p.Key, key)
		if err != nil {
			return nil, false, err
		}
		if equal {
			return p.Value, true, nil
		}
	}
	return nil, false, err
}

func (m structMapping) store(key, value any) error {
	name, ok := key.(string)
	if !ok {
		return pyerr.KeyError.New(key)
	}
	fields := gotype.Of(m.v.Type())
	if fields.Clash != "" {
		return pyerr.TypeError.New(fields.Clash)
	}
	i := fields.Lookup(name)
	if i < 0 {
		return pyerr.KeyError.New(key)
	}
	if !m.v.CanSet() {
		return pyerr.TypeError.New("the dict cannot be changed")
	}
	v := fields.Fields[i].Settable(m.v)
	changed := reflect.New(v.Type()).Elem()
	if err := take(changed, value); err != nil {
		return argumentError("__setitem__", "value", err)
	}
	v.Set(changed)
	return nil
}

func (m structMapping) remove(any) (bool, error) {
	return false, pyerr.TypeError.New("the keys of the dict cannot be changed")
}

func (m structMapping) clear() error {
	return pyerr.TypeError.New("the keys of the dict cannot be changed")
}
