package tagged

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

// Encode returns a value of package py, or any Go value that py.FromGo converts to one, as tagged JSON in ASCII. It
// fails with an *[Error]: ErrTooDeep, ErrTooLarge, or ErrUnsupported for a pickle's persistent ids and out-of-band buffers.
func Encode(v any, opts ...Option) ([]byte, error) {
	if isPlainScalar(v) {
		return marshal(v, settingsOf(opts))
	}
	tree, err := Tree(v, opts...)
	if err != nil {
		return nil, err
	}
	return marshal(tree, settingsOf(opts))
}

func marshal(tree any, o options) ([]byte, error) {
	out, err := jsonser.Marshal(tree, jsonser.WithMaxOutput(int(o.output)))
	if err != nil {
		return nil, &Error{Kind: ErrTooLarge, Err: err}
	}
	return out, nil
}

// isPlainScalar tells whether a value stands in the document as it is.
func isPlainScalar(v any) bool {
	switch v := v.(type) {
	case nil, bool:
		return true
	case string:
		return !hasSplitPair(v)
	case int64:
		return v >= -maxExactInt && v <= maxExactInt
	case float64:
		return !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return false
}

// Tree returns what [Encode] writes as a value of package py that JSON can carry: None, bool, int, float, str, lists, and dicts
// whose keys are strs.
func Tree(v any, opts ...Option) (any, error) {
	graph, err := py.FromGo(v)
	if err != nil {
		return nil, &Error{Kind: ErrUnsupported, Err: err}
	}
	e := &encoder{options: settingsOf(opts), visits: map[any]visit{}}
	e.pause.stop = e.options.stop
	e.budget = e.output
	if err := e.look(graph, 0); err != nil {
		return nil, err
	}
	return e.tree(graph)
}

// encoder turns a graph into a tree. What the graph holds more than once is found in a first pass, so that the second knows
// what to number.
type encoder struct {
	options
	budget int64
	visits map[any]visit
	last   int64 // number given to a shared value
	pause
}

// visit is what the first pass found about a value that has an identity.
type visit struct {
	shared   bool
	standard any // its own form if it is an object of the standard library that has one, else nil
	number   int64
	open     bool // its parts are being written
}

// tupleID is the identity of a tuple.
type tupleID struct {
	first *any
	n     int
}

// identity returns what tells a value from its equals, or nil for one of which that does not matter.
func identity(v any) any {
	switch v := v.(type) {
	case *py.List, *py.Dict, *py.Set, *py.FrozenSet, *py.ByteArray, *py.Object:
		return v
	case py.Tuple:
		if len(v) > 0 {
			return tupleID{&v[0], len(v)}
		}
	}
	return nil
}

// look visits every value once.
func (e *encoder) look(v any, depth int) error {
	if depth > e.depth {
		return &Error{Kind: ErrTooDeep, Detail: fmt.Sprintf("more than %d levels", e.depth)}
	}
	id := identity(v)
	if id == nil {
		return nil
	}
	if seen, ok := e.visits[id]; ok {
		seen.shared = true
		e.visits[id] = seen
		return nil
	}
	o, isObject := v.(*py.Object)
	if isObject {
		form := standardForm(o)
		e.visits[id] = visit{standard: form}
		if form != nil {
			return e.spendForm(form, 0)
		}
	} else {
		e.visits[id] = visit{}
	}
	for part := range parts(v) {
		if err := e.look(part, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// spendForm takes a form of an object of the standard library off the budget: its zone may be large, and stands in each time again.
func (e *encoder) spendForm(form any, depth int) error {
	cost := int64(8)
	if text, ok := form.(string); ok {
		cost += int64(len(text))
	}
	if e.budget -= cost; e.budget < 0 {
		return &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("more than %d bytes", e.output)}
	}
	if depth > e.depth {
		return &Error{Kind: ErrTooDeep, Detail: fmt.Sprintf("more than %d levels", e.depth)}
	}
	for part := range parts(form) {
		if err := e.spendForm(part, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// parts yields the values that a value holds.
func parts(v any) func(yield func(any) bool) {
	return func(yield func(any) bool) {
		each := func(values ...any) bool {
			for _, value := range values {
				if !yield(value) {
					return false
				}
			}
			return true
		}
		pairs := func(pairs []py.Pair) {
			for _, p := range pairs {
				if !each(p.Key, p.Value) {
					return
				}
			}
		}
		switch v := v.(type) {
		case *py.List:
			each(v.Items...)
		case py.Tuple:
			each(v...)
		case *py.Dict:
			pairs(v.Pairs())
		case *py.Set:
			pairs(v.Elements())
		case *py.FrozenSet:
			pairs(v.Elements())
		case *py.Object:
			if each(v.Callable) && each(v.Args) && (v.Kwargs == nil || each(v.Kwargs)) && each(v.State, v.StateSetter) && each(v.ListItems...) {
				pairs(v.DictItems)
			}
		}
	}
}

// tree returns the form of a value, numbered when it comes again.
func (e *encoder) tree(v any) (any, error) {
	if e.budget -= 8; e.budget < 0 {
		return nil, &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("more than %d bytes", e.output)}
	}
	if err := e.wanted(); err != nil {
		return nil, err
	}
	id := identity(v)
	if id == nil {
		return e.scalar(v)
	}
	known := e.visits[id]
	if known.number > 0 {
		if _, frozen := v.(*py.FrozenSet); frozen && known.open {
			return nil, &Error{Kind: ErrUnsupported, Detail: "a frozenset that holds itself"}
		}
		return tag(tagRef, known.number), nil
	}
	if !known.shared {
		return e.form(v, known)
	}
	e.last++
	number := e.last
	known.number, known.open = number, true
	e.visits[id] = known
	form, err := e.form(v, known)
	if err != nil {
		return nil, err
	}
	known.open = false
	e.visits[id] = known
	return py.StrDict(py.Item{Key: tagDef, Value: number}, py.Item{Key: keyValue, Value: form}), nil
}

// form returns the form of a value that has an identity.
func (e *encoder) form(v any, known visit) (any, error) {
	switch v := v.(type) {
	case *py.List:
		return e.list(v.Items)
	case py.Tuple:
		return e.tagged(tagTuple, v)
	case *py.Set:
		return e.tagged(tagSet, elements(v.Elements()))
	case *py.FrozenSet:
		return e.tagged(tagFrozenSet, elements(v.Elements()))
	case *py.ByteArray:
		return e.bytes(tagByteArray, v.Bytes)
	case *py.Dict:
		return e.dict(v)
	case *py.Object:
		if known.standard != nil {
			return known.standard, nil
		}
		return e.object(v)
	}
	return nil, unsupported(v)
}

func unsupported(v any) error {
	return &Error{Kind: ErrUnsupported, Detail: "a " + py.TypeName(v)}
}

func elements(pairs []py.Pair) []any {
	all := make([]any, len(pairs))
	for i, p := range pairs {
		all[i] = p.Key
	}
	return all
}

func (e *encoder) list(items []any) (*py.List, error) {
	out := make([]any, len(items))
	for i, item := range items {
		var err error
		if out[i], err = e.tree(item); err != nil {
			return nil, err
		}
	}
	return py.NewList(out...), nil
}

func (e *encoder) tagged(name string, items []any) (any, error) {
	list, err := e.list(items)
	return tag(name, list), err
}

func (e *encoder) bytes(name string, b []byte) (any, error) {
	if e.budget -= int64(base64.StdEncoding.EncodedLen(len(b))); e.budget < 0 {
		return nil, &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("more than %d bytes", e.output)}
	}
	return tag(name, base64.StdEncoding.EncodeToString(b)), nil
}

// dict returns an object where all keys can be its own, and pairs otherwise.
func (e *encoder) dict(d *py.Dict) (any, error) {
	for key := range d.All() {
		if text, ok := key.(string); !ok || strings.HasPrefix(text, tagPrefix) || hasSplitPair(text) {
			pairs, err := e.pairs(d.Pairs())
			return tag(tagDict, pairs), err
		}
	}
	return e.strDict(d)
}

func (e *encoder) strDict(d *py.Dict) (*py.Dict, error) {
	out := &py.Dict{}
	out.Grow(d.Len())
	for key, value := range d.All() {
		tree, err := e.tree(value)
		if err != nil {
			return nil, err
		}
		if _, err := e.tree(key); err != nil { // for its share of the budget
			return nil, err
		}
		_ = out.Set(key, tree) // a str has a hash
	}
	return out, nil
}

func (e *encoder) pairs(pairs []py.Pair) (*py.List, error) {
	out := make([]any, len(pairs))
	for i, p := range pairs {
		pair, err := e.list([]any{p.Key, p.Value})
		if err != nil {
			return nil, err
		}
		out[i] = pair
	}
	return py.NewList(out...), nil
}

// scalar returns the form of a value without an identity.
func (e *encoder) scalar(v any) (any, error) {
	if isPlainScalar(v) {
		if text, ok := v.(string); ok {
			if e.budget -= int64(len(text)); e.budget < 0 {
				return nil, &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("more than %d bytes", e.output)}
			}
		}
		return v, nil
	}
	switch v := v.(type) {
	case string:
		return e.splitPairs(v)
	case int64:
		return tag(tagInt, big.NewInt(v).String()), nil
	case *big.Int:
		return e.bigInt(v)
	case float64:
		return tag(tagFloat, floatText(v)), nil
	case complex128:
		re, _ := e.scalar(real(v)) // floats always have a form
		im, _ := e.scalar(imag(v))
		return tag(tagComplex, py.NewList(re, im)), nil
	case []byte:
		return e.bytes(tagBytes, v)
	case py.Tuple: // the empty one
		return tag(tagTuple, py.NewList()), nil
	case py.Class:
		return tag(tagClass, py.NewList(v.Module, v.Name)), nil
	}
	switch v {
	case py.Ellipsis:
		return tag(tagConstant, constantEllipsis), nil
	case py.NotImplemented:
		return tag(tagConstant, constantNotImplemented), nil
	}
	return nil, unsupported(v)
}

// maxIntBits bounds ints that are written: conversion to decimal takes time in proportion to the square of their length.
const maxIntBits = maxIntDigits * 10 / 3

func (e *encoder) bigInt(n *big.Int) (any, error) {
	if n.BitLen() > maxIntBits {
		return nil, &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("an int of more than %d digits", maxIntDigits)}
	}
	return tag(tagInt, n.String()), nil
}

// The nan that CPython's float('nan') is.
const pythonNaN = 0x7ff8000000000000

func floatText(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.Float64bits(f) == pythonNaN:
		return "nan"
	}
	return fmt.Sprintf("0x%016x", math.Float64bits(f))
}

// valueObject returns the form of an OrderedDict or a slice, which hold other values, or nil for any other object.
func (e *encoder) valueObject(o *py.Object) (any, error) {
	if o.How != py.Reduce || o.Kwargs != nil || o.HasState || o.StateSetter != nil || len(o.ListItems) > 0 {
		return nil, nil
	}
	switch o.Callable {
	case py.Class{Module: "collections", Name: "OrderedDict"}:
		if len(o.Args) == 0 && hasDistinctKeys(o.DictItems) {
			pairs, err := e.pairs(o.DictItems)
			return tag(tagOrderedDict, pairs), err
		}
	case py.Class{Module: "builtins", Name: "slice"}:
		if len(o.Args) == 3 && len(o.DictItems) == 0 {
			return e.tagged(tagSlice, o.Args)
		}
	}
	return nil, nil
}

// hasDistinctKeys reports whether the pairs can be those of a dict.
func hasDistinctKeys(pairs []py.Pair) bool {
	work := int64(maxWork)
	d := &py.Dict{}
	for _, p := range pairs {
		if d.SetWithin(p.Key, p.Value, &work) != nil {
			return false
		}
	}
	return d.Len() == len(pairs)
}

// object returns the form of an object that has none of its own.
func (e *encoder) object(o *py.Object) (any, error) {
	if form, err := e.valueObject(o); form != nil || err != nil {
		return form, err
	}
	out := &py.Dict{}
	var failed error
	set := func(key string, tree any, err error) {
		if failed == nil {
			failed = err
		}
		_ = out.Set(key, tree) // a str has a hash
	}
	field := func(key string, v any) {
		tree, err := e.tree(v)
		set(key, tree, err)
	}
	if class, ok := o.Callable.(py.Class); ok {
		set(objectClass, py.NewList(class.Module, class.Name), nil)
	} else {
		field(objectCallable, o.Callable)
	}
	if o.How != py.Reduce {
		set(objectHow, constructions[o.How], nil)
	}
	args, err := e.list(o.Args)
	set(objectArgs, args, err)
	if o.Kwargs != nil {
		field(objectKwargs, o.Kwargs)
	}
	if o.HasState {
		field(objectState, o.State)
	}
	if o.StateSetter != nil {
		field(objectSetter, o.StateSetter)
	}
	if len(o.ListItems) > 0 {
		items, err := e.list(o.ListItems)
		set(objectItems, items, err)
	}
	if len(o.DictItems) > 0 {
		entries, err := e.pairs(o.DictItems)
		set(objectEntries, entries, err)
	}
	return tag(tagObject, out), failed
}
