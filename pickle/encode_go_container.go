package pickle

import (
	"cmp"
	"math"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/py"
)

// goList writes a list of n items that nothing else can refer to.
func (e *encoder) goList(n int, save func(int) error) error {
	if err := e.enterType(typeAny); err != nil {
		return err
	}
	defer e.leave()
	e.emptyList()
	e.memoizeAlone()
	return e.appendAll(n, save)
}

func encodeList(t reflect.Type) writer {
	if t.Kind() == reflect.Slice {
		if w := scalarList(t.Elem()); w != nil {
			return w
		}
	}
	item := writerOf(t.Elem())
	return func(e *encoder, v reflect.Value) error {
		return e.goList(v.Len(), func(i int) error {
			if len(e.buf) >= e.flushAt {
				e.boundary()
			}
			if err := item(e, v.Index(i)); err != nil {
				return withinIndex(err, i)
			}
			return nil
		})
	}
}

// entry is a key and a value of a Go map.
type entry struct{ key, value reflect.Value }

// encodeMap writes dicts in the order of their sorted keys, and sets for maps of empty structs.
func encodeMap(t reflect.Type) writer {
	compare := keyOrder(t.Key())
	if compare == nil {
		return encodeGraphMap
	}
	key, isSet := writerOf(t.Key()), t.Elem() == typeEmptyStruct
	var value writer
	if !isSet {
		value = writerOf(t.Elem())
	}
	return func(e *encoder, v reflect.Value) error {
		if err := e.enterType(t); err != nil {
			return err
		}
		defer e.leave()
		entries := make([]entry, 0, v.Len())
		for all := v.MapRange(); all.Next(); {
			entries = append(entries, entry{all.Key(), all.Value()})
		}
		slices.SortFunc(entries, func(a, b entry) int { return compare(a.key, b.key) })
		if isSet {
			return e.goSet(entries, key)
		}
		e.emptyDict()
		e.memoizeAlone()
		return e.setAll(len(entries), func(i int) error { return e.saveEntry(&entries[i], key, value) })
	}
}

func (e *encoder) saveEntry(at *entry, key, value writer) error {
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if err := key(e, at.key); err != nil {
		return within(err, ".key")
	}
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if err := value(e, at.value); err != nil {
		return withinKey(err, at.key.Interface())
	}
	return nil
}

func (e *encoder) goSet(entries []entry, key writer) error {
	save := func(i int) error {
		if len(e.buf) >= e.flushAt {
			e.boundary()
		}
		return key(e, entries[i].key)
	}
	if e.proto >= 4 {
		e.op(opEmptySet)
		e.memoizeAlone()
		return e.fullBatches(len(entries), opAddItems, save)
	}
	if err := e.saveClass(classSet); err != nil {
		return err
	}
	if e.proto < 2 {
		e.op(opMark)
	}
	e.emptyList()
	e.memoizeAlone()
	if err := e.appendAll(len(entries), save); err != nil {
		return err
	}
	e.single()
	e.op(opReduce)
	e.memoizeAlone()
	return nil
}

// keyOrder returns how the keys of a map are ordered, or nil when only their Python values tell.
func keyOrder(t reflect.Type) func(a, b reflect.Value) int {
	if isMarked(t) {
		return nil
	}
	switch t.Kind() {
	case reflect.String:
		return func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(a, b reflect.Value) int { return cmp.Compare(a.Int(), b.Int()) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(a, b reflect.Value) int { return cmp.Compare(a.Uint(), b.Uint()) }
	}
	return nil
}

// encodeGraphMap writes a map whose keys have no order of their own in Go.
func encodeGraphMap(e *encoder, v reflect.Value) error {
	made, err := py.FromGo(v.Interface())
	if err != nil {
		return &MarshalError{Type: v.Type(), Err: err}
	}
	e.keep(made)
	return e.save(made)
}

// fieldWriter is how a field of a struct is written.
type fieldWriter struct {
	gotype.Field
	encode writer
	// direct is the index of a field that is the struct's own, -1 for one of an embedded struct.
	direct int
	// scalar writes the field from its place in memory, offset bytes into the struct; noScalar for other fields.
	scalar goScalar
	offset uintptr
}

func (f *fieldWriter) value(v reflect.Value) (reflect.Value, bool) {
	if f.direct >= 0 {
		return v.Field(f.direct), true
	}
	return f.Get(v)
}

// structWriter is how a struct is written.
type structWriter struct {
	fields []fieldWriter
	// optional tells that fields may be left out.
	optional bool
}

func newStructWriter(t reflect.Type, s *gotype.Struct) *structWriter {
	p := &structWriter{fields: make([]fieldWriter, len(s.Fields))}
	for i, f := range s.Fields {
		p.fields[i] = fieldWriter{Field: f, encode: writerOf(f.Type), direct: -1}
		if len(f.Index) == 1 {
			p.fields[i].direct = f.Index[0]
			p.fields[i].offset = t.Field(f.Index[0]).Offset
			p.fields[i].scalar = scalarOf(f.Type)
		} else {
			p.optional = true // behind a pointer that may be nil
		}
		p.optional = p.optional || f.OmitEmpty
	}
	return p
}

func encodeStruct(t reflect.Type) writer {
	s := gotype.Of(t)
	if gotype.IsLeaf(t) {
		return func(*encoder, reflect.Value) error {
			return &MarshalError{Type: t, Reason: "it has no exported fields"}
		}
	}
	p := newStructWriter(t, s)
	return func(e *encoder, v reflect.Value) error {
		if err := e.enterType(t); err != nil {
			return err
		}
		var err error
		if s.Tuple {
			err = e.structTuple(p, v)
		} else {
			err = e.structDict(p, v)
		}
		e.leave()
		return err
	}
}

// structDict writes a struct as a dict of its fields.
func (e *encoder) structDict(p *structWriter, v reflect.Value) error {
	e.emptyDict()
	e.memoizeAlone()
	if p.optional || e.proto == 0 || len(p.fields) < 2 || len(p.fields) >= batchSize {
		present := p.present(v)
		return e.structFields(p, present, v)
	}
	keys := e.fieldKeys(p)
	base := baseOf(v)
	e.op(opMark)
	for i := range p.fields {
		if err := e.structField(p, i, keys, v, base); err != nil {
			return err
		}
	}
	e.op(opSetItems)
	return nil
}

// present returns the indexes of the fields that are written.
func (p *structWriter) present(v reflect.Value) []int {
	present := make([]int, 0, len(p.fields))
	for i := range p.fields {
		f := &p.fields[i]
		if field, ok := f.value(v); ok && (!f.OmitEmpty || !gotype.IsEmpty(field)) {
			present = append(present, i)
		}
	}
	return present
}

// fieldKeys are the memo indexes of the names of a struct's fields, as far as the pickle has them.
type fieldKeys struct {
	of      *structWriter
	indexes []uint32
}

const noIndex = math.MaxUint32

// fieldKeys returns what the pickle knows about the names of the fields.
func (e *encoder) fieldKeys(p *structWriter) []uint32 {
	for i := range e.keys {
		if e.keys[i].of == p {
			return e.keys[i].indexes
		}
	}
	indexes := make([]uint32, len(p.fields))
	for i := range indexes {
		indexes[i] = noIndex
	}
	if len(e.keys) < 16 {
		e.keys = append(e.keys, fieldKeys{p, indexes})
	}
	return indexes
}

// structFields writes the names and values of the fields that are present as the items of a dict.
func (e *encoder) structFields(p *structWriter, present []int, v reflect.Value) error {
	keys, base := e.fieldKeys(p), baseOf(v)
	return e.setAll(len(present), func(i int) error { return e.structField(p, present[i], keys, v, base) })
}

func (e *encoder) structField(p *structWriter, at int, keys []uint32, v reflect.Value, base unsafe.Pointer) error {
	f := &p.fields[at]
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if i := keys[at]; i != noIndex {
		e.get(i)
	} else {
		if err := e.saveString(f.Name); err != nil {
			return err
		}
		keys[at], _ = e.memo.get(stringIdentity(f.Name))
	}
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	return e.fieldValue(f, v, base)
}

// baseOf returns where a struct is, nil when it has no address.
func baseOf(v reflect.Value) unsafe.Pointer {
	if v.CanAddr() {
		return v.Addr().UnsafePointer()
	}
	return nil
}

func (e *encoder) fieldValue(f *fieldWriter, v reflect.Value, base unsafe.Pointer) error {
	if f.scalar != noScalar && base != nil {
		return e.saveScalar(f.scalar, unsafe.Add(base, f.offset))
	}
	field, ok := f.value(v)
	if !ok {
		e.op(opNone)
		return nil
	}
	if err := f.encode(e, field); err != nil {
		return within(err, "."+f.Name)
	}
	return nil
}

// structTuple writes a struct as a tuple of its fields.
func (e *encoder) structTuple(p *structWriter, v reflect.Value) error {
	n := len(p.fields)
	if n == 0 {
		e.emptyTuple()
		return nil
	}
	short := n <= 3 && e.proto >= 2
	if !short {
		e.op(opMark)
	}
	base := baseOf(v)
	for i := range p.fields {
		if len(e.buf) >= e.flushAt {
			e.boundary()
		}
		if err := e.fieldValue(&p.fields[i], v, base); err != nil {
			return err
		}
	}
	e.closeTuple(n, short)
	e.memoizeAlone()
	return nil
}
