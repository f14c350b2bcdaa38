package object

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// scalarMethod is a method of a str, bytes or number: its parameters and what it does. Arguments
// that were not given are absent.
type scalarMethod[S any] struct {
	params params
	call   func(s S, args []any) (any, error)
}

// params are a built-in method's parameters. The first positional can be given by position alone,
// those from keywordOnly on by name alone.
type params struct {
	names                []string
	required, positional int
	keywordOnly          int
}

// absent is what stands for an argument that was not given.
type absent struct{}

func positional(required int, names ...string) params {
	return params{names, required, len(names), len(names)}
}

func named(names ...string) params { return params{names, 0, 0, len(names)} }

// callScalar calls the method of that name of a str, bytes or number.
func callScalar[S any](s S, methods map[string]scalarMethod[S], attributes []string, call methodCall) (any, error) {
	if method, ok := methods[call.method]; ok {
		args, err := method.params.bind(call)
		if err != nil {
			return nil, err
		}
		return method.call(s, args)
	}
	if slices.Contains(attributes, call.method) {
		typ := call.typ
		switch typ { // the type of the attribute's own value
		case "bool":
			typ = "int"
		case "complex":
			typ = "float"
		}
		return nil, pyerr.TypeError.New("'" + typ + "' object is not callable")
	}
	return nil, pyerr.MissingAttribute(call.typ, call.method)
}

// bind puts arguments into the order of the parameters.
func (p params) bind(call methodCall) ([]any, error) {
	if len(call.args) > p.keywordOnly {
		return nil, pyerr.TypeError.New(fmt.Sprintf("%s() takes at most %d arguments (%d given)", call.builtinName(), p.keywordOnly, len(call.args)))
	}
	args := make([]any, len(p.names))
	for i := range args {
		args[i] = absent{}
		if i < len(call.args) {
			args[i] = call.args[i]
		}
	}
	if call.kwargs != nil {
		for key, v := range call.kwargs.All() {
			i := slices.Index(p.names, fmt.Sprint(key))
			if i < p.positional {
				return nil, pyerr.TypeError.New(fmt.Sprintf("%s() got an unexpected keyword argument '%v'", call.builtinName(), key))
			}
			if i < len(call.args) {
				return nil, pyerr.TypeError.New(fmt.Sprintf("argument for %s() given by name ('%v') and position (%d)", call.method, key, i+1))
			}
			args[i] = v
		}
	}
	for i := range p.required {
		if args[i] == any(absent{}) {
			return nil, pyerr.TypeError.New(fmt.Sprintf("%s() missing required argument '%s' (pos %d)", call.builtinName(), p.names[i], i+1))
		}
	}
	return args, nil
}

// given reports whether an argument was given, and is not None.
func given(arg any) bool { return arg != nil && arg != any(absent{}) }

// boolArg is an argument of which Python asks whether it is true.
func boolArg(arg any, otherwise bool) (bool, error) {
	switch v := arg.(type) {
	case absent:
		return otherwise, nil
	case nil:
		return false, nil
	case bool:
		return v, nil
	case int64:
		return v != 0, nil
	case *big.Int:
		return v.Sign() != 0, nil
	case float64:
		return v != 0, nil
	case string:
		return v != "", nil
	}
	return false, pyerr.TypeError.New(fmt.Sprintf("a flag is a bool here, not '%s'", py.TypeName(arg)))
}

// intArg is an argument that counts; absent and None, where the method takes it, are the default.
func intArg(arg any, otherwise int) (int, error) {
	if arg == any(absent{}) {
		return otherwise, nil
	}
	return indexNumber(arg)
}

// strArg is an argument that is a str.
func strArg(method, name string, arg any, otherwise string) (string, error) {
	switch v := arg.(type) {
	case absent:
		return otherwise, nil
	case string:
		return v, nil
	}
	return "", pyerr.TypeError.New(fmt.Sprintf("%s() argument '%s' must be str, not %s", method, name, py.TypeName(arg)))
}

// notServed is the error of what a method does in Python and not here.
func notServed(what string) error {
	return pyerr.NotImplementedError.New(what + " is not served by this library")
}
