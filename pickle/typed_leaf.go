package pickle

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"unsafe"

	"github.com/pizco-go/pizco/py"
)

// leafDecoder returns what stores values in a basic type: a short way for the values that it was
// made for, the shared rules for all others.
func leafDecoder(p *plan) func(*typed, ref, unsafe.Pointer) error {
	if p.typ == durationType {
		return p.decodeLeaf // not the int that its kind says
	}
	switch p.typ.Kind() {
	case reflect.Bool:
		return p.decodeBool
	case reflect.Int, reflect.Int64:
		return p.decodeInt64
	case reflect.Int8:
		return intDecoder[int8](p)
	case reflect.Int16:
		return intDecoder[int16](p)
	case reflect.Int32:
		return intDecoder[int32](p)
	case reflect.Uint8:
		return intDecoder[uint8](p)
	case reflect.Uint16:
		return intDecoder[uint16](p)
	case reflect.Uint32:
		return intDecoder[uint32](p)
	case reflect.Float64:
		return p.decodeFloat64
	case reflect.String:
		return p.decodeString
	}
	return p.decodeLeaf
}

func (p *plan) decodeBool(d *typed, r ref, at unsafe.Pointer) error {
	if r == refTrue || r == refFalse {
		*(*bool)(at) = r == refTrue
		return nil
	}
	return p.decodeLeaf(d, r, at)
}

func (p *plan) decodeInt64(d *typed, r ref, at unsafe.Pointer) error {
	if n := &d.t.nodes[r]; n.kind == nodeInt && unsafe.Sizeof(0) == 8 {
		*(*int64)(at) = int64(n.v)
		return nil
	}
	return p.decodeLeaf(d, r, at)
}

func intDecoder[T int8 | int16 | int32 | uint8 | uint16 | uint32](p *plan) func(*typed, ref, unsafe.Pointer) error {
	return func(d *typed, r ref, at unsafe.Pointer) error {
		if n := &d.t.nodes[r]; n.kind == nodeInt && int64(T(n.v)) == int64(n.v) {
			*(*T)(at) = T(n.v)
			return nil
		}
		return p.decodeLeaf(d, r, at)
	}
}

func (p *plan) decodeFloat64(d *typed, r ref, at unsafe.Pointer) error {
	if n := &d.t.nodes[r]; n.kind == nodeFloat {
		*(*float64)(at) = math.Float64frombits(n.v)
		return nil
	}
	return p.decodeLeaf(d, r, at)
}

func (p *plan) decodeString(d *typed, r ref, at unsafe.Pointer) error {
	if !d.t.isStr(r) {
		return p.decodeLeaf(d, r, at)
	}
	s, err := d.string(r)
	*(*string)(at) = s
	return err
}

// decodeLeaf stores scalars by the shared rules, and anything else as its graph would be stored.
func (p *plan) decodeLeaf(d *typed, r ref, at unsafe.Pointer) error {
	dst := p.at(at)
	if done, err := d.scalar(r, dst); done {
		return err
	}
	return d.assign(r, dst)
}

// decodeAny stores the graph of a value.
func decodeAny(d *typed, r ref, at unsafe.Pointer) error {
	v, err := d.value(r)
	*(*any)(at) = v
	return err
}

// decodeGraph stores the graph of a value in a type of package py, or in an interface that it
// implements.
func (p *plan) decodeGraph(d *typed, r ref, at unsafe.Pointer) error {
	v, err := d.value(r)
	if err != nil {
		return err
	}
	dst := p.at(at)
	if v != nil && reflect.TypeOf(v).AssignableTo(p.typ) {
		dst.Set(reflect.ValueOf(v))
		return nil
	}
	return d.assign(r, dst)
}

// assign converts the graph of a value by the rules of [py.AssignValue].
func (d *typed) assign(r ref, dst reflect.Value) error {
	v, err := d.assignable(r, dst.Type())
	if err != nil {
		return err
	}
	err = py.AssignValue(dst, v)
	var refused *py.ConversionError
	if errors.As(err, &refused) {
		n := &d.t.nodes[r]
		return &UnmarshalError{Offset: int64(n.at), Opcode: d.t.opcode(n), Path: strings.TrimPrefix(refused.Path, "$"),
			From: refused.From, To: refused.To, Reason: refused.Reason, Err: refused.Err}
	}
	return err
}

// assignable returns the graph of a value that is to be converted to a type. The contents of an
// array, which the conversion copies, are not copied into the graph before.
func (d *typed) assignable(r ref, to reflect.Type) (any, error) {
	n := &d.t.nodes[r]
	if n.kind != nodeObject || n.flags&flagShared != 0 {
		return d.value(r)
	}
	if module := d.t.classOf(&d.t.objects[n.a()]).Module; module != "array" && !strings.HasPrefix(module, "numpy") || !copies(to) {
		return d.value(r)
	}
	if d.graph == nil {
		d.graph = newGraph(d.t, d.cfg)
	}
	d.graph.alias = true
	v, err := d.graph.value(r)
	d.graph.alias = d.cfg.alias
	return v, err
}

// copies tells whether what is stored in a type shares no memory with the graph that it came from.
// A type of slices of itself, which holds nothing else, is taken for one that does.
func copies(t reflect.Type) bool {
	for depth := 0; t.Kind() == reflect.Slice || t.Kind() == reflect.Array; depth++ {
		if depth == maxDimensions {
			return false
		}
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		return t.PkgPath() == pyPackage && strings.Contains(t.Name(), "Array")
	case reflect.Interface, reflect.Pointer, reflect.Map:
		return false
	}
	return true
}

// maxDimensions is more than numpy has.
const maxDimensions = 64
