package pickle

import (
	"encoding/binary"
	"reflect"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
)

// fieldWriter is how a field of a struct is written.
type fieldWriter struct {
	*goPlan
	field *gotype.Field
	// scalar and numbers are the plan's for a field at an offset, zero for others.
	scalar  gotype.Scalar
	numbers *structWriter
	offset  uintptr
}

// structWriter is how a struct is written.
type structWriter struct {
	typ    reflect.Type
	fields []fieldWriter
	// optional is set when fields may be left out.
	optional bool
}

func (m *goPlanMaker) structWriter(t reflect.Type) *structWriter {
	s := gotype.Of(t)
	p := &structWriter{typ: t, fields: make([]fieldWriter, len(s.Fields))}
	for i := range s.Fields {
		f := &p.fields[i]
		f.field = &s.Fields[i]
		f.goPlan = m.plan(gotype.PlanOf(f.field.Type))
		f.offset = f.field.Offset
		if !f.field.BehindPointer {
			f.scalar, f.numbers = f.Scalar, f.goPlan.numbers
		}
		p.optional = p.optional || f.field.BehindPointer || f.field.OmitEmpty
	}
	return p
}

// record makes the plan of a struct type that is nothing but its fields.
func (m *goPlanMaker) record(p *goPlan) {
	if p.Reason != "" {
		p.inPlace(func(e *encoder, at raw.Place) error {
			if r := e.registry.lookupType(p.Type); r != nil {
				return e.instance(r, at, e.alone)
			}
			return &MarshalError{Type: p.Type, Reason: p.Reason}
		})
		return
	}
	w := m.structWriter(p.Type)
	save := (*encoder).structDict
	if p.Struct.Tuple {
		save = (*encoder).structTuple
	}
	p.numbers = w.numbers(p.Struct.Tuple)
	p.inPlace(func(e *encoder, at raw.Place) error {
		if e.registry != nil {
			if r := e.registry.lookupType(p.Type); r != nil {
				return e.instance(r, at, e.alone)
			}
		}
		if !e.enter() {
			return tooDeep(p.Type)
		}
		err := save(e, w, at)
		e.leave()
		return err
	})
}

// structDict writes a struct as a dict of its fields.
func (e *encoder) structDict(p *structWriter, at raw.Place) error {
	e.emptyDict()
	e.memoizeAlone()
	if p.optional || e.proto == 0 || len(p.fields) < 2 || len(p.fields) >= batchSize {
		return e.structFields(p, p.present(at), at)
	}
	keys := e.fieldKeys(p)
	e.op(opMark)
	for i := 0; i < len(p.fields); i++ {
		if i += e.quickFields(p.fields[i:], keys[i:], at); i == len(p.fields) {
			break
		}
		if err := e.structField(p, i, keys, at); err != nil {
			return err
		}
	}
	e.op(opSetItems)
	return nil
}

// present returns the indexes of the fields that are written.
func (p *structWriter) present(at raw.Place) []int {
	present := make([]int, 0, len(p.fields))
	for i := range p.fields {
		f := &p.fields[i]
		if place, ok := f.field.Place(p.typ, at); ok && !f.field.Omits(place) {
			present = append(present, i)
		}
	}
	return present
}

// fieldKeys are the references to the names of a struct's fields, as far as the pickle has them.
type fieldKeys struct {
	of   *structWriter
	refs []keyRef
}

// maxFieldKeys is the number of struct types whose keys are remembered.
const maxFieldKeys = 16

// fieldKeys returns what the pickle knows about the names of the fields.
func (e *encoder) fieldKeys(p *structWriter) []keyRef {
	for i := range e.keys {
		if e.keys[i].of == p {
			return e.keys[i].refs
		}
	}
	if len(e.keys) == maxFieldKeys {
		return make([]keyRef, len(p.fields))
	}
	from := len(e.refs)
	e.refs = append(e.refs, make([]keyRef, len(p.fields))...)
	refs := e.refs[from:len(e.refs):len(e.refs)]
	e.keys = append(e.keys, fieldKeys{p, refs})
	return refs
}

// structFields writes the names and values of the fields that are present as the items of a dict.
func (e *encoder) structFields(p *structWriter, present []int, at raw.Place) error {
	keys := e.fieldKeys(p)
	return e.setAll(len(present), func(from, to int) error {
		for _, i := range present[from:to] {
			if err := e.structField(p, i, keys, at); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *encoder) structField(p *structWriter, i int, keys []keyRef, at raw.Place) error {
	f := &p.fields[i]
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if n := keys[i].size; n > 0 {
		at := len(e.buf)
		binary.LittleEndian.PutUint64(e.buf[at:at+8], keys[i].code)
		e.buf = e.buf[:at+n]
	} else {
		name := f.field.Name
		if err := e.saveString(name); err != nil {
			return err
		}
		if index, ok := e.memo.get(stringIdentity(name)); ok && e.proto > 0 {
			keys[i] = refTo(index)
		}
	}
	return e.fieldValue(p, f, at)
}

func (e *encoder) fieldValue(p *structWriter, f *fieldWriter, at raw.Place) error {
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	place, ok := f.field.Place(p.typ, at)
	if !ok {
		e.op(opNone)
		return nil
	}
	if err := f.write(e, place); err != nil {
		return within(err, "."+f.field.Name)
	}
	return nil
}

// structTuple writes a struct as a tuple of its fields.
func (e *encoder) structTuple(p *structWriter, at raw.Place) error {
	n := len(p.fields)
	if n == 0 {
		e.emptyTuple()
		return nil
	}
	short := n <= 3 && e.proto >= 2
	if !short {
		e.op(opMark)
	}
	for i := 0; i < n; i++ {
		if i += e.quickFields(p.fields[i:], nil, at); i == n {
			break
		}
		if err := e.fieldValue(p, &p.fields[i], at); err != nil {
			return err
		}
	}
	e.closeTuple(n, short)
	e.memo.count++
	return nil
}
