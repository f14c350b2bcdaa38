package pickle

import (
	"errors"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/pizco-go/pizco/py"
)

// mapping returns the pairs of a dict or of an object that is filled like one, as a sequence of
// keys and values in turn.
func (t *tape) mapping(r ref) (sequence, bool) {
	n := &t.nodes[r]
	switch n.kind {
	case nodeDict:
		return t.contents(&t.containers[n.a()]), true
	case nodeObject:
		o := &t.objects[n.a()]
		if o.dict.count > 0 {
			return t.contents(&o.dict), true
		}
	}
	return sequence{}, false
}

// classOf returns the name of what is called to make an object, for as long as the tape lives.
func (t *tape) classOf(o *object) py.Class { return t.className(o.callable) }

func (t *tape) className(r ref) py.Class {
	n := &t.nodes[r]
	if n.kind != nodeGlobal {
		return py.Class{}
	}
	g := &t.globals[n.v]
	if g.module == 0 {
		return g.class
	}
	return py.Class{Module: t.peek(g.module), Name: t.peek(g.name)}
}

// mapping stores a dict, or the items of a sequence when the map's values are empty structs, in a
// new map.
func (m *planMaker) mapping(p *plan) func(*typed, ref, unsafe.Pointer) error {
	key, elem := m.plan(p.typ.Key()), m.plan(p.typ.Elem())
	byGraph := ownIdentity(key.typ)
	isSet := elem.typ.Kind() == reflect.Struct && elem.typ.NumField() == 0
	return func(d *typed, r ref, at unsafe.Pointer) error {
		if r == refNone {
			p.at(at).SetZero()
			return nil
		}
		step := 2
		seq, ok := d.t.mapping(r)
		if !ok && isSet {
			seq, ok = d.t.sequence(r)
			step = 1
		}
		if !ok || byGraph {
			return d.assign(r, p.at(at))
		}
		if err := d.spendElements(r, seq.count, elem.typ); err != nil {
			return err
		}
		filled := mapFiller{d: d, key: key, elem: elem, step: step}
		filled.m = reflect.MakeMapWithSize(p.typ, seq.count/step)
		depth := d.depth
		if err := filled.fill(r, &seq); err != nil {
			if step == 2 && d.repeats(r, err) {
				d.depth = depth
				return d.assign(r, p.at(at))
			}
			return err
		}
		if filled.m.Len() < seq.count/step {
			return d.assign(r, p.at(at)) // keys are equal in Python, or in Go alone: the graph tells
		}
		p.at(at).Set(filled.m)
		return nil
	}
}

// ownIdentity tells whether keys of a type can be equal in Python and not in Go: the graph has to
// tell then.
func ownIdentity(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Chan:
		return true
	case reflect.Array:
		return ownIdentity(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if ownIdentity(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// repeats tells whether a value that does not fit may be one that a later value of the same key
// replaces, as it does in Python.
func (d *typed) repeats(r ref, err error) bool {
	var unfit *UnmarshalError
	if !errors.As(err, &unfit) {
		return false
	}
	seq, ok := d.t.mapping(r)
	v, err := d.value(r)
	if !ok || err != nil {
		return false
	}
	dict, ok := v.(*py.Dict)
	if o, isObject := v.(*py.Object); isObject {
		dict, err = py.NewDict(o.DictItems...)
		ok = err == nil
	}
	return ok && dict.Len() < seq.count/2
}

type mapFiller struct {
	d         *typed
	m         reflect.Value
	key, elem *plan
	step      int
}

func (f *mapFiller) fill(r ref, seq *sequence) error {
	if err := f.d.enter(r); err != nil {
		return err
	}
	key := reflect.New(f.key.typ).Elem()
	elem := reflect.New(f.elem.typ).Elem()
	n := 0
	for ok := true; ok; ok = seq.more() {
		for i := 0; i+f.step <= len(seq.refs); i += f.step {
			if err := f.put(key, elem, seq.refs[i:i+f.step]); err != nil {
				if f.step == 1 {
					return insideIndex(err, n)
				}
				return inside(err, f.d.keyStep(seq.refs[i]))
			}
			n++
		}
	}
	f.d.leave()
	return nil
}

func (f *mapFiller) put(key, elem reflect.Value, pair []ref) error {
	key.SetZero()
	if err := f.key.decode(f.d, pair[0], key.Addr().UnsafePointer()); err != nil {
		return err
	}
	if !key.Comparable() {
		return f.d.refuse(pair[0], f.key.typ, "it cannot be a key of a Go map", nil)
	}
	if f.step == 2 {
		elem.SetZero()
		if err := f.elem.decode(f.d, pair[1], elem.Addr().UnsafePointer()); err != nil {
			return err
		}
	}
	f.m.SetMapIndex(key, elem)
	return nil
}

// maxKeyStep is how much of a str is shown in a path.
const maxKeyStep = 40

// keyStep is the step of a path that a key is.
func (d *typed) keyStep(r ref) string {
	if !d.t.isStr(r) {
		v, err := d.value(r)
		if err != nil {
			return "[" + d.t.typeName(r) + "]"
		}
		return "[" + py.Repr(v, py.WithReprLength(maxKeyStep)) + "]"
	}
	k := d.t.peek(r)
	if len(k) > maxKeyStep {
		k = k[:maxKeyStep] + "…"
	}
	return "[" + strconv.Quote(k) + "]"
}
