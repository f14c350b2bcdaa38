package py

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pizco-go/pizco/internal/gotype"
)

// attributes stores an object's attributes in a struct's fields. A state that is not known to be
// the attributes is refused, and so are attributes of which not one has a field: such a state is of
// a class's own making as a rule.
func (a *assigner) attributes(dst reflect.Value, o *Object) error {
	if gotype.IsLeaf(dst.Type()) || isGraphStruct(dst.Type()) {
		return mismatch(dst, o)
	}
	if items, ok := positional(o.State); ok && o.HasState && o.StateSetter == nil {
		return a.positional(dst, o, items)
	}
	halves, reason := attributesOf(o)
	if reason != "" {
		return refuse(dst, o, reason)
	}
	found, total := 0, 0
	for _, half := range halves {
		if err := a.charge(dst, o, 2*half.Len()); err != nil {
			return err
		}
		n, err := a.fields(dst, o, half, half.Pairs())
		if err != nil {
			return err
		}
		found, total = found+n, total+half.Len()
	}
	if found == 0 && total > 0 && len(gotype.Of(dst.Type()).Fields) > 0 {
		return refuse(dst, o, "none of its state's keys has a field: "+keyNames(halves))
	}
	return nil
}

// positional returns the values of a state that has no names, as attrs and dataclasses with slots
// write it.
func positional(state any) ([]any, bool) {
	switch s := state.(type) {
	case *List:
		return s.Items, true
	case Tuple:
		_, named := halvesOf(s)
		return s, !named
	}
	return nil, false
}

// positional stores such values in a struct that is a tuple.
func (a *assigner) positional(dst reflect.Value, o *Object, items []any) error {
	if !gotype.Of(dst.Type()).Tuple {
		return refuse(dst, o, fmt.Sprintf(`its state is %d values without names: a struct tagged pickle:",tuple" takes them in their order`, len(items)))
	}
	if err := a.charge(dst, o, len(items)); err != nil {
		return err
	}
	return a.tuple(dst, o, o.State, items)
}

// attributesOf returns the dicts that hold an object's attributes, or why they cannot be told.
func attributesOf(o *Object) (halves []*Dict, reason string) {
	if o.StateSetter != nil {
		return nil, "its state is set by a function of its own"
	}
	switch s := o.State.(type) {
	case nil:
		if !isBare(o) {
			return nil, "the object has no attributes"
		}
		return nil, ""
	case *Dict:
		return modelOf(s), ""
	case Tuple:
		if halves, ok := halvesOf(s); ok {
			return halves, ""
		}
	}
	return nil, "its state is a " + TypeName(o.State) + ", not its attributes"
}

// isBare reports whether nothing but its class makes up an object without a state. A reconstructed
// object has the class, its base, and the value that it is of that.
func isBare(o *Object) bool {
	if len(o.ListItems)+len(o.DictItems) > 0 || o.Kwargs != nil && o.Kwargs.Len() > 0 {
		return false
	}
	if c, _ := o.Callable.(Class); isCopyreg(c) {
		switch c.Name {
		case "_reconstructor":
			return len(o.Args) < 3 || o.Args[2] == nil
		case "__newobj__":
			return len(o.Args) <= 1
		}
	}
	return len(o.Args) == 0
}

// halvesOf returns the dicts of a state (dict or None, slots or None).
func halvesOf(s Tuple) ([]*Dict, bool) {
	if len(s) != 2 {
		return nil, false
	}
	var halves []*Dict
	for _, half := range s {
		d, ok := half.(*Dict)
		if !ok && half != nil {
			return nil, false
		}
		if ok {
			halves = append(halves, d)
		}
	}
	return halves, true
}

// modelOf returns the dicts of attributes that a state dict holds: itself, or in that of a pydantic
// model the fields and, with extra="allow", the others.
func modelOf(state *Dict) []*Dict {
	inner, ok := state.Get("__dict__")
	fields, isDict := inner.(*Dict)
	if !ok || !isDict {
		return []*Dict{state}
	}
	for key := range state.All() {
		name, _ := key.(string)
		switch {
		case name == "__dict__", strings.HasPrefix(name, "__pydantic_"), name == "__fields_set__", name == "__private_attribute_values__":
		default:
			return []*Dict{state}
		}
	}
	halves := []*Dict{fields}
	if extra, ok := state.Get("__pydantic_extra__"); ok {
		if d, ok := extra.(*Dict); ok {
			halves = append(halves, d)
		}
	}
	return halves
}

// maxNames bounds the keys that an error names.
const maxNames = 8

// keyNames returns the keys of dicts for an error.
func keyNames(halves []*Dict) string {
	var names []string
	for _, half := range halves {
		for key := range half.All() {
			if len(names) == maxNames {
				return strings.Join(append(names, "..."), ", ")
			}
			names = append(names, Repr(key, WithReprLength(maxKeyText)))
		}
	}
	return strings.Join(names, ", ")
}

// maxKeyText bounds the text of each of them.
const maxKeyText = 64
