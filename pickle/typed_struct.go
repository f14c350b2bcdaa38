package pickle

import (
	"errors"
	"reflect"
	"unicode/utf8"
	"unsafe"

	"github.com/pizco-go/pizco/internal/gotype"
)

// structPlan is how a struct type takes a dict, a tuple or the state of an object.
type structPlan struct {
	*plan
	info   *gotype.Struct
	fields []fieldPlan
}

type fieldPlan struct {
	*plan
	field  *gotype.Field
	offset uintptr
	// key is the field's name, if a str can be that.
	key string
	// plain is the kind of a scalar without rules of its own.
	plain goScalar
	// behindPointer tells that an embedded pointer leads to the field, so that it has no fixed
	// offset.
	behindPointer bool
}

// fieldOrder remembers which fields the keys of the last dict belonged to: the next dict of the
// same struct has the same keys in the same order as a rule.
type fieldOrder struct {
	plan *structPlan
	seen []seenField
}

type seenField struct {
	key   ref
	field *fieldPlan // nil when the struct has none of that name
}

func (m *planMaker) structure(p *plan) func(*typed, ref, unsafe.Pointer) error {
	if gotype.IsLeaf(p.typ) {
		return p.decodeLeaf // a value of its own, such as time.Time
	}
	s := &structPlan{plan: p, info: gotype.Of(p.typ)}
	if clash := s.info.Clash; clash != "" {
		return func(d *typed, r ref, _ unsafe.Pointer) error { return d.refuse(r, p.typ, clash, nil) }
	}
	for i := range s.info.Fields {
		f := &s.info.Fields[i]
		offset, behindPointer := fieldOffset(p.typ, f.Index)
		made := fieldPlan{plan: m.plan(f.Type), field: f, offset: offset, behindPointer: behindPointer}
		made.plain = plainKind(made.plan)
		if utf8.ValidString(f.Name) {
			made.key = f.Name
		}
		s.fields = append(s.fields, made)
	}
	p.structure = s
	return s.decode
}

func fieldOffset(t reflect.Type, index []int) (offset uintptr, behindPointer bool) {
	for _, i := range index {
		if t.Kind() == reflect.Pointer {
			return 0, true
		}
		f := t.Field(i)
		offset += f.Offset
		t = f.Type
	}
	return offset, false
}

func (s *structPlan) decode(d *typed, r ref, at unsafe.Pointer) error {
	n := &d.t.nodes[r]
	switch n.kind {
	case nodeDict:
		if !s.info.Tuple {
			_, err := s.dict(d, r, d.t.contents(&d.t.containers[n.a()]), at)
			return err
		}
	case nodeTuple, nodeList:
		if s.info.Tuple {
			return s.tuple(d, r, at)
		}
	case nodeObject:
		return s.object(d, r, at)
	}
	return d.assign(r, s.at(at))
}

// tuple stores the items of a tuple in the fields in turn.
func (s *structPlan) tuple(d *typed, r ref, at unsafe.Pointer) error {
	seq, _ := d.t.sequence(r)
	if seq.count != len(s.fields) {
		return d.refuse(r, s.typ, "its length is another", nil)
	}
	refs := seq.refs
	for seq.more() {
		refs = append(refs[:len(refs):len(refs)], seq.refs...)
	}
	return s.inTurn(d, r, refs, at)
}

// inTurn stores one value in each field.
func (s *structPlan) inTurn(d *typed, r ref, values []ref, at unsafe.Pointer) error {
	if err := d.enterStruct(r, len(values)); err != nil {
		return err
	}
	for i, r := range values {
		if err := s.fields[i].store(d, r, s.plan, at); err != nil {
			return err
		}
	}
	d.leave()
	return nil
}

func (d *typed) enterStruct(r ref, fields int) error {
	if err := d.spend(r, fields); err != nil {
		return err
	}
	return d.enter(r)
}

// dict stores the values of a dict in the fields named by its keys, and returns how many keys did
// so. Keys that name no field are skipped; of values of the same key, the last one has to fit.
func (s *structPlan) dict(d *typed, r ref, seq sequence, at unsafe.Pointer) (found int, err error) {
	depth := d.depth
	found, err = s.pairs(d, r, seq, at)
	if err != nil && (errors.Is(err, errBytesKey) || d.repeats(r, err)) {
		d.depth = depth
		return 1, d.assign(r, s.at(at))
	}
	return found, err
}

// errBytesKey ends the short way for a dict whose keys are bytes, as those of Python 2 are with the
// encoding Bytes.
var errBytesKey = errors.New("pizco/pickle: a key is bytes")

func (s *structPlan) pairs(d *typed, r ref, seq sequence, at unsafe.Pointer) (found int, err error) {
	if err := d.enterStruct(r, seq.count); err != nil {
		return 0, err
	}
	order := d.orderOf(s)
	pos := 0
	for ok := true; ok; ok = seq.more() {
		refs := seq.refs
		for i := 0; i+1 < len(refs); i += 2 {
			f := s.fieldOf(d, order, pos, refs[i])
			pos++
			if f == nil {
				if d.t.isBytes(refs[i]) {
					return found, errBytesKey
				}
				if err := d.checkKey(refs[i]); err != nil {
					return found, err
				}
				continue
			}
			found++
			if err := f.store(d, refs[i+1], s.plan, at); err != nil {
				return found, err
			}
		}
	}
	d.leave()
	return found, nil
}

// orderOf returns the position in d.order of what is remembered for a struct.
func (d *typed) orderOf(s *structPlan) int {
	for i := range d.order {
		if d.order[i].plan == s {
			return i
		}
	}
	d.order = append(d.order, fieldOrder{plan: s})
	return len(d.order) - 1
}

// fieldOf returns the field that the key at a position of a dict names, nil when there is none.
func (s *structPlan) fieldOf(d *typed, order, pos int, key ref) *fieldPlan {
	seen := d.order[order].seen
	if pos < len(seen) && seen[pos].key == key {
		return seen[pos].field
	}
	var f *fieldPlan
	if d.t.isStr(key) {
		if i := s.info.Lookup(d.t.peek(key)); i >= 0 {
			f = &s.fields[i]
		}
	}
	switch {
	case pos < len(seen):
		seen[pos] = seenField{key, f}
	case pos == len(seen) && pos < 2*len(s.fields)+8:
		seen = append(seen, seenField{key, f})
		d.order[order].seen = seen
	}
	return f
}

func (f *fieldPlan) store(d *typed, r ref, of *plan, at unsafe.Pointer) (err error) {
	if f.behindPointer {
		err = f.decode(d, r, f.field.Settable(of.at(at)).Addr().UnsafePointer())
	} else {
		err = f.decode(d, r, unsafe.Add(at, f.offset))
	}
	if err != nil {
		return inside(err, "."+f.field.Name)
	}
	return nil
}

// object stores the state of an instance: its dict, and its slots when it has some.
func (s *structPlan) object(d *typed, r ref, at unsafe.Pointer) error {
	o := &d.t.objects[d.t.nodes[r].a()]
	if reg := d.cfg.registry.lookupType(s.typ); reg != nil && d.t.instanceClass(o) == reg.class {
		if args, ok := d.t.registeredArgs(reg, o); ok {
			return s.inTurn(d, r, args, at)
		}
		if dicts, ok := d.t.registeredState(reg, o); ok {
			_, err := s.dicts(d, dicts, at)
			return err
		}
	}
	if !o.hasState || o.hasSetter || s.info.Tuple {
		return d.assign(r, s.at(at))
	}
	state := &d.t.nodes[o.state]
	halves := []ref{o.state}
	switch {
	case state.kind == nodeTuple && state.b() == 2:
		halves = d.t.span(state)
	case state.kind != nodeDict:
		return d.assign(r, s.at(at))
	}
	for _, half := range halves {
		if k := d.t.nodes[half].kind; k != nodeNone && k != nodeDict {
			return d.assign(r, s.at(at))
		}
	}
	found, err := s.dicts(d, halves, at)
	if err == nil && found == 0 {
		return d.assign(r, s.at(at)) // which says what is not right about that
	}
	return err
}

// dicts stores the values of several dicts, and returns how many keys named a field; None stands
// for an empty one.
func (s *structPlan) dicts(d *typed, dicts []ref, at unsafe.Pointer) (found int, err error) {
	for _, r := range dicts {
		if r == refNone {
			continue
		}
		n, err := s.dict(d, r, d.t.contents(&d.t.containers[d.t.nodes[r].a()]), at)
		if err != nil {
			return found, err
		}
		found += n
	}
	return found, nil
}
