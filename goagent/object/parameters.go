package object

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Kwargs are keyword arguments. As the last parameter of a served method, or the last one before a
// variadic one, it receives the keyword arguments that no other parameter takes, as **kwargs does.
// Its values are of package py. [OrderedKwargs] in its place keeps their order.
type Kwargs map[string]any

// Dict returns the keyword arguments as a dict in the order of their names, since a map has none.
func (k Kwargs) Dict() (*py.Dict, error) {
	d := &py.Dict{}
	for _, name := range slices.Sorted(maps.Keys(k)) {
		v, err := pyerr.FromGo(k[name])
		if err != nil {
			return nil, fmt.Errorf("pizco/object: argument %s: %w", name, err)
		}
		_ = d.Set(name, v) // a string always has a hash
	}
	return d, nil
}

// OrderedKwargs are keyword arguments in a given order, which Python's **kwargs keeps. KwargsOf
// makes them. As a parameter of a served method it receives what [Kwargs] would, in the order of
// the call.
type OrderedKwargs struct{ dict *py.Dict }

// Dict returns the arguments as a dict, which is the one that they were made of.
func (k OrderedKwargs) Dict() *py.Dict { return k.dict }

// KwargsOf returns the pairs of a dict, whose keys must be strings, as keyword arguments of a call
// in their order.
func KwargsOf(d *py.Dict) OrderedKwargs { return OrderedKwargs{d} }

// Keywords marks a struct as the keyword arguments of a served method. It is embedded in the struct
// that is a method's last parameter, or the last one before a variadic one. Each field of the
// struct is a keyword-only parameter. Its name is the field's in snake_case, or the one in its tag
// `pizco:"name"`. A keyword that is not given leaves the field at its zero value. With the option
// `pizco:",required"` it must be given.
//
//	type MoveOptions struct {
//		object.Keywords
//		Speed float64
//		Unit  string `pizco:",required"`
//	}
//
//	func (r *Robot) Move(x, y int, options MoveOptions) error // robot.move(1, 2, unit='mm')
type Keywords struct{}

// Parameter describes a parameter of a served function: its name, and its default if it has one. It
// is made by [Default] and [KeywordOnly]; a parameter without a default is given as a plain string.
type Parameter struct {
	name        string
	hasDefault  bool
	value       any
	keywordOnly bool
}

// Default returns a parameter that has a default value.
func Default(name string, value any) Parameter {
	return Parameter{name: name, hasDefault: true, value: value}
}

// KeywordOnly returns a parameter that must be given by its name: what follows a bare * in Python.
// Its argument is a name, or a parameter made by [Default].
func KeywordOnly[P string | Parameter](parameter P) Parameter {
	var p Parameter
	switch v := any(parameter).(type) {
	case string:
		p.name = v
	case Parameter:
		p = v
	}
	p.keywordOnly = true
	return p
}

// parametersOf returns parameters that are given as names and as Parameters.
func parametersOf(params []any) ([]Parameter, error) {
	var errs []error
	parameters := make([]Parameter, len(params))
	for i, p := range params {
		switch p := p.(type) {
		case string:
			parameters[i].name = p
		case Parameter:
			parameters[i] = p
		default:
			errs = append(errs, fmt.Errorf("pizco/object: parameter %v is a %T: want a name, or what Default or KeywordOnly returns", p, p))
		}
	}
	return parameters, errors.Join(errs...)
}

// parameter is a parameter of a served function with its type.
type parameter struct {
	name        string
	typ         reflect.Type
	hasDefault  bool
	value       reflect.Value // the default
	keywordOnly bool
	unnamed     bool  // cannot be used as a keyword
	holds       bool  // keeps what came as it is
	field       []int // where it is stored in the Keywords struct, if it is a field of that
}

// checkParameters sees to what Python's compiler demands of a signature.
func checkParameters(params []parameter) error {
	var names []string
	optional, keywordOnly := "", ""
	for _, p := range params {
		switch {
		case !naming.Valid(p.name):
			return fmt.Errorf("parameter name %q is not a Python identifier", p.name)
		case slices.Contains(names, p.name):
			return fmt.Errorf("parameter %q is given twice", p.name)
		case !p.keywordOnly && keywordOnly != "":
			return fmt.Errorf("parameter %q follows %q, which is keyword-only", p.name, keywordOnly)
		case p.keywordOnly || p.hasDefault:
		case optional != "":
			return fmt.Errorf("parameter %q without a default follows %q with one", p.name, optional)
		}
		switch {
		case p.keywordOnly:
			keywordOnly = p.name
		case p.hasDefault:
			optional = p.name
		}
		names = append(names, p.name)
	}
	return nil
}
