package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
)

// batch is how many items CPython puts into a list or dict with one opcode.
const batch = 1000

// directSlice returns what reads a list or tuple into a new slice.
func (m *planMaker) directSlice(p *plan) func(*quick, raw.Place) bool {
	elem := m.plan(p.typ.Elem())
	return func(q *quick, at raw.Place) bool {
		f := filler{typ: p.typ, elem: elem, size: elem.typ.Size()}
		if !q.enter() || !f.read(q) {
			return false
		}
		q.leave()
		if f.none {
			p.at(at).SetZero()
		} else {
			p.at(at).Set(f.cut())
		}
		return true
	}
}

// filler reads the items of a sequence into a slice that grows.
type filler struct {
	typ  reflect.Type
	elem *plan
	size uintptr
	s    reflect.Value
	data raw.Place
	n    int
	room int
	none bool
	// begin is where the items begin in the input.
	begin int
}

func (f *filler) read(q *quick) bool {
	switch q.peek() {
	case opNone:
		q.pos++
		f.none = true
		return true
	case opEmptyTuple:
		q.pos++
		return true
	case opEmptyList:
		q.pos++
		return q.note(slot{Word: tagOpaque}) && f.list(q)
	case opMark:
		q.pos++
		return f.items(q, opTuple) && f.n > 0 && q.note(slot{Word: tagOpaque})
	default:
		return f.shortTuple(q)
	}
}

// list reads what fills a list: batches of items, a single one, or nothing.
func (f *filler) list(q *quick) bool {
	if q.peek() != opMark {
		return f.single(q)
	}
	for q.peek() == opMark && f.n%batch == 0 {
		q.pos++
		if !f.items(q, opAppends) {
			return false
		}
	}
	return true
}

// single reads one item and its APPEND, or nothing where there is something else.
func (f *filler) single(q *quick) bool {
	switch q.peek() {
	case opAppends, opSetItems, opTuple, opAppend, opSetItem, opTuple1, opTuple2, opTuple3, opStop:
		return true
	}
	pos, known := q.pos, len(q.memo)
	if f.elem.direct != nil && f.grow(q) && f.elem.direct(q, f.data) && q.take(opAppend) {
		f.n = 1
		return true
	}
	// What was read in vain is bounded by the input, lest lists in lists take exponential time.
	if q.tries += q.pos - pos; q.tries > len(q.data) {
		return false
	}
	q.back(pos, known)
	f.n, f.room, f.s = 0, 0, reflect.Value{}
	return true
}

// back returns to an earlier position.
func (q *quick) back(pos, known int) {
	q.pos, q.memo = pos, q.memo[:known]
	q.forgetOrders()
}

// shortTuple reads a tuple of one to three items, which nothing announces.
func (f *filler) shortTuple(q *quick) bool {
	for f.elem.direct != nil {
		if !f.next(q) {
			return false
		}
		switch op := q.peek(); op {
		case opTuple1, opTuple2, opTuple3:
			q.pos++
			return f.n == 1+int(op-opTuple1) && q.note(slot{Word: tagOpaque})
		}
		if f.n == 3 {
			return false
		}
	}
	return false
}

// items reads items up to an opcode that takes them.
func (f *filler) items(q *quick, end Opcode) bool {
	if f.elem.direct == nil {
		return f.graphs(q, end)
	}
	f.begin = q.pos
	for q.peek() != end {
		if !f.next(q) {
			return false
		}
	}
	q.pos++
	return true
}

func (f *filler) next(q *quick) bool {
	if f.n == f.room && !f.grow(q) {
		return false
	}
	if !f.elem.direct(q, f.data.Add(uintptr(f.n)*f.size)) {
		return false
	}
	f.n++
	return true
}

// graphs keeps items that are graphs.
func (f *filler) graphs(q *quick, end Opcode) bool {
	if f.elem.holds == 0 || q.graphs() != end {
		return false
	}
	q.pos++
	if n := f.n + len(q.stack); n > f.room {
		f.resize(max(n, f.n+f.n/4))
	}
	for _, v := range q.stack {
		if !f.elem.keep(v, f.data.Add(uintptr(f.n)*f.size)) {
			return false
		}
		f.n++
	}
	return true
}

// grow makes room for more items: as many as there will be if the rest of the input is like those
// that are there, but not many times of what there is. It reports false for more than the elements
// may take, which py.Assign counts.
func (f *filler) grow(q *quick) bool {
	room := 4
	if f.n > 0 {
		each := max((q.pos-f.begin)/f.n, 1)
		room = min(f.n+(len(q.data)-q.pos)/each+f.n/16+1, 8*f.n)
	}
	room = max(room, f.n+1)
	if uint64(room) > largeElements/uint64(max(f.size, 1)) && f.size > elementSize {
		return false
	}
	f.resize(room)
	return true
}

// largeElements is how many bytes a slice may take whose elements are larger than elementSize.
const (
	largeElements = 64 << 20
	elementSize   = 64
)

func (f *filler) resize(room int) {
	s := reflect.MakeSlice(f.typ, room, room)
	if f.n > 0 {
		reflect.Copy(s, f.s)
	}
	f.s, f.data, f.room = s, raw.Of(s), room
}

// cut returns the slice, in memory of about its size.
func (f *filler) cut() reflect.Value {
	if f.n == 0 {
		return reflect.MakeSlice(f.typ, 0, 0)
	}
	if f.room > f.n+f.n/4+8 {
		f.resize(f.n)
	}
	return f.s.Slice3(0, f.n, f.n)
}

// directBytes returns what reads bytes, nil for types whose elements are no plain bytes.
func directBytes(t reflect.Type) func(*quick, raw.Place) bool {
	if t.Elem().PkgPath() != "" || t.PkgPath() == pyPackage {
		return nil
	}
	return func(q *quick, at raw.Place) bool {
		var n, width int
		ok := false
		switch rest := q.data[min(q.pos+1, len(q.data)):]; q.peek() {
		case opShortBinBytes:
			n, ok = sized(rest, 1)
			width = 1
		case opBinBytes:
			n, ok = sized(rest, 4)
			width = 4
		}
		if !ok {
			return false
		}
		begin := q.pos + 1 + width
		content := q.data[begin : begin+n : begin+n]
		q.pos = begin + n
		if !q.cfg.alias {
			content = ownBytes(content)
		}
		*raw.In[[]byte](at) = content
		return q.note(slot{Word: tagOpaque})
	}
}

// directPointer returns what reads None as nil and anything else into a new value.
func (m *planMaker) directPointer(p *plan) func(*quick, raw.Place) bool {
	elem := m.plan(p.typ.Elem())
	return func(q *quick, at raw.Place) bool {
		if q.take(opNone) {
			*raw.In[raw.Place](at) = raw.Place{}
			return true
		}
		if elem.direct == nil || !q.enter() { // a pointer type can point to itself
			return false
		}
		v := reflect.New(elem.typ)
		if !elem.direct(q, raw.Of(v)) {
			return false
		}
		q.leave()
		*raw.In[raw.Place](at) = raw.Of(v)
		return true
	}
}
