package tagged

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

// Encode returns a value of package py, or any Go value that py.FromGo converts to one, as tagged
// JSON in ASCII. It fails with an *[Error]: ErrTooDeep, ErrTooLarge for what takes more output or
// memory than the limits allow, or ErrUnsupported for a pickle's persistent ids and out-of-band
// buffers.
func Encode(v any, opts ...Option) ([]byte, error) {
	e := &encoder{writer: newWriter(opts)}
	graph, err := py.FromGo(v)
	if err != nil {
		return nil, &Error{Kind: ErrUnsupported, Err: err}
	}
	if err := e.look(graph, 0); err != nil {
		return nil, err
	}
	if err := e.write(graph); err != nil {
		return nil, err
	}
	return e.buf, nil
}

// isPlainScalar reports whether a value stands in the document as it is.
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

// Tree returns what [Encode] writes as a value of package py that JSON can carry: None, bool, int,
// float, str, lists, and dicts whose keys are strs.
func Tree(v any, opts ...Option) (any, error) {
	document, err := Encode(v, opts...)
	if err != nil {
		return nil, err
	}
	o := settingsOf(opts)
	var tree any
	// A value is deeper with its tags: each is a level or two.
	err = jsonser.Unmarshal(document, &tree, jsonser.WithMaxDepth(4*o.depth+4), jsonser.WithMaxMemory(max(o.memory, 1<<20)))
	if err != nil {
		return nil, &Error{Kind: ErrTooLarge, Err: err}
	}
	return tree, nil
}

// encoder writes a graph. What the graph holds more than once is found in a first pass, so that the
// second knows what to number.
type encoder struct {
	writer
	visits   map[any]int32           // of what has an identity, what is known about it
	numbered []numbered              // of what comes again
	standard map[any]standardContent // of the objects that have a form of their own
	arrays   map[*py.Object]*py.NDArray
	last     int64 // number given to a value that comes again
}

// What visits holds of a value: that it was seen once, or the place of what is known in numbered,
// plus one.
const seenOnce = 0

// numbered is what is known about a value that comes again.
type numbered struct {
	number int64 // 0 before it is written
	open   bool  // its parts are being written
}

// standardContent is the form of its own of an object.
type standardContent struct {
	tag     string
	content any
}

// About how many bytes of memory the encoder takes for a value.
const (
	visitSize    = 64
	standardSize = 160
)

// tupleID is the identity of a tuple.
type tupleID struct {
	first *any
	n     int
}

// identity returns a value that only the same object has, or nil for a value whose identity does
// not matter.
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
	if at, ok := e.visits[id]; ok {
		if at == seenOnce {
			e.numbered = append(e.numbered, numbered{})
			e.visits[id] = int32(len(e.numbered))
		}
		return nil
	}
	if err := e.take(visitSize); err != nil {
		return err
	}
	if e.visits == nil {
		e.visits = map[any]int32{}
	}
	e.visits[id] = seenOnce
	if o, ok := v.(*py.Object); ok {
		if a := arrayOf(o); a != nil {
			return e.keepArray(o, a)
		}
		if form, ok := standardForm(o).(*py.Dict); ok {
			return e.keep(o, form)
		}
	}
	for part := range parts(v) {
		if err := e.look(part, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// keep keeps the form of an object of the standard library. Its zone may be large, and stands in
// each time again.
func (e *encoder) keep(o *py.Object, form *py.Dict) error {
	if err := e.takeForm(form, 0); err != nil {
		return err
	}
	if e.standard == nil {
		e.standard = map[any]standardContent{}
	}
	for tag, content := range form.All() {
		name, _ := tag.(string)
		e.standard[o] = standardContent{name, content}
	}
	return nil
}

// keepArray keeps an array, whose form has all its data.
func (e *encoder) keepArray(o *py.Object, a *py.NDArray) error {
	if e.arrays == nil {
		e.arrays = map[*py.Object]*py.NDArray{}
	}
	e.arrays[o] = a
	if err := e.take(standardSize); err != nil {
		return err
	}
	return e.room(base64.StdEncoding.EncodedLen(len(a.Data)))
}

// takeForm takes memory for the form of an object.
func (e *encoder) takeForm(form any, depth int) error {
	cost := standardSize
	if text, ok := form.(string); ok {
		cost = len(text)
	}
	if err := e.take(cost); err != nil {
		return err
	}
	if depth > e.depth {
		return &Error{Kind: ErrTooDeep, Detail: fmt.Sprintf("more than %d levels", e.depth)}
	}
	for part := range parts(form) {
		if err := e.takeForm(part, depth+1); err != nil {
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

// write writes the form of a value, numbered when it comes again.
func (e *encoder) write(v any) error {
	if err := e.goOn(); err != nil {
		return err
	}
	id := identity(v)
	if id == nil {
		return e.scalar(v)
	}
	at := e.visits[id]
	if at == seenOnce {
		return e.form(v)
	}
	known := &e.numbered[at-1]
	if known.number > 0 {
		if _, frozen := v.(*py.FrozenSet); frozen && known.open {
			return &Error{Kind: ErrUnsupported, Detail: "a frozenset that holds itself"}
		}
		return e.tag(tagRef, func() error { return e.value(known.number) })
	}
	e.last++
	known.number, known.open = e.last, true
	e.text(`{"` + tagDef + `": ` + strconv.FormatInt(known.number, 10) + `, "` + keyValue + `": `)
	err := e.form(v)
	known.open = false
	e.text("}")
	return err
}

// tag writes an object with one key.
func (e *encoder) tag(name string, content func() error) error {
	e.text(`{"` + name + `": `)
	err := content()
	e.text("}")
	return err
}

// form writes the form of a value that has an identity.
func (e *encoder) form(v any) error {
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
		if a := e.arrays[v]; a != nil {
			return e.array(a)
		}
		if form, ok := e.standard[v]; ok {
			return e.tag(form.tag, func() error { return e.tree(form.content) })
		}
		return e.object(v)
	}
	return unsupported(v)
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

func (e *encoder) list(items []any) error {
	e.text("[")
	for i, item := range items {
		if i > 0 {
			e.text(", ")
		}
		if err := e.write(item); err != nil {
			return err
		}
	}
	e.text("]")
	return nil
}

func (e *encoder) tagged(name string, items []any) error {
	return e.tag(name, func() error { return e.list(items) })
}

func (e *encoder) bytes(name string, b []byte) error {
	return e.tag(name, func() error { return e.base64(b) })
}

// dict writes an object where all keys can be its own, and pairs otherwise.
func (e *encoder) dict(d *py.Dict) error {
	for key := range d.All() {
		if text, ok := key.(string); !ok || strings.HasPrefix(text, tagPrefix) || hasSplitPair(text) {
			return e.tag(tagDict, func() error { return e.pairs(d.Pairs()) })
		}
	}
	e.text("{")
	first := true
	for key, value := range d.All() {
		if !first {
			e.text(", ")
		}
		first = false
		if err := e.value(key); err != nil {
			return err
		}
		e.text(": ")
		if err := e.write(value); err != nil {
			return err
		}
	}
	e.text("}")
	return nil
}

func (e *encoder) pairs(pairs []py.Pair) error {
	e.text("[")
	for i, p := range pairs {
		if i > 0 {
			e.text(", ")
		}
		if err := e.list([]any{p.Key, p.Value}); err != nil {
			return err
		}
	}
	e.text("]")
	return nil
}

// scalar writes the form of a value without an identity.
func (e *encoder) scalar(v any) error {
	if isPlainScalar(v) {
		return e.value(v)
	}
	switch v := v.(type) {
	case string:
		return e.tag(tagStr, func() error { return e.list(splitPairs(v)) })
	case int64:
		return e.tag(tagInt, func() error { return e.value(strconv.FormatInt(v, 10)) })
	case *big.Int:
		if v.BitLen() > maxIntBits {
			return &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("an int of more than %d digits", maxIntDigits)}
		}
		return e.tag(tagInt, func() error { return e.value(v.String()) })
	case float64:
		return e.tag(tagFloat, func() error { return e.value(floatText(v)) })
	case complex128:
		return e.tagged(tagComplex, []any{real(v), imag(v)})
	case []byte:
		return e.bytes(tagBytes, v)
	case py.Tuple: // the empty one
		return e.tagged(tagTuple, nil)
	case py.Class:
		return e.tag(tagClass, func() error { return e.tree(py.NewList(v.Module, v.Name)) })
	}
	switch v {
	case py.Ellipsis:
		return e.tag(tagConstant, func() error { return e.value(constantEllipsis) })
	case py.NotImplemented:
		return e.tag(tagConstant, func() error { return e.value(constantNotImplemented) })
	}
	return unsupported(v)
}

// maxIntBits bounds ints that are written: conversion to decimal takes time in proportion to the
// square of their length.
const maxIntBits = maxIntDigits * 10 / 3

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
