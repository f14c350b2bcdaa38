package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
)

// batch is how many items CPython puts into a list or dict with one opcode.
const batch = 1000

// directSlice returns what reads a list or tuple into a new slice.
func (m *planMaker) directSlice(p *plan) func(*machine, raw.Place) bool {
	elem := m.plan(p.typ.Elem())
	return func(m *machine, at raw.Place) bool {
		f := filler{typ: p.typ, elem: elem, size: elem.typ.Size()}
		if !m.enter() || !f.read(m) {
			return false
		}
		m.leave()
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

func (f *filler) read(m *machine) bool {
	switch m.peek() {
	case opNone:
		m.pos++
		f.none = true
		return true
	case opEmptyTuple:
		m.pos++
		return true
	case opEmptyList:
		m.pos++
		return m.note(slot{Word: tagOpaque}) && f.list(m)
	case opMark:
		m.pos++
		return f.items(m, opTuple) && f.n > 0 && m.note(slot{Word: tagOpaque})
	default:
		return f.shortTuple(m)
	}
}

// list reads what fills a list: batches of items, a single one, or nothing.
func (f *filler) list(m *machine) bool {
	if m.peek() != opMark {
		return f.single(m)
	}
	for m.peek() == opMark && f.n%batch == 0 {
		m.pos++
		if !f.items(m, opAppends) {
			return false
		}
	}
	return true
}

// single reads one item and its APPEND, or nothing where there is something else.
func (f *filler) single(m *machine) bool {
	switch m.peek() {
	case opAppends, opSetItems, opTuple, opAppend, opSetItem, opTuple1, opTuple2, opTuple3, opStop:
		return true
	}
	pos, known := m.pos, len(m.memo)
	if f.elem.direct != nil && f.grow(m) && f.elem.direct(m, f.data) && m.take(opAppend) {
		f.n = 1
		return true
	}
	// What was read in vain is bounded by the input, lest lists in lists take exponential time.
	if m.tries += m.pos - pos; m.tries > len(m.data) {
		return false
	}
	m.back(pos, known)
	f.n, f.room, f.s = 0, 0, reflect.Value{}
	return true
}

// back returns to an earlier position.
func (m *machine) back(pos, known int) {
	m.pos, m.memo = pos, m.memo[:known]
	m.forgetOrders()
}

// shortTuple reads a tuple of one to three items, which nothing announces.
func (f *filler) shortTuple(m *machine) bool {
	for f.elem.direct != nil {
		if !f.next(m) {
			return false
		}
		switch op := m.peek(); op {
		case opTuple1, opTuple2, opTuple3:
			m.pos++
			return f.n == 1+int(op-opTuple1) && m.note(slot{Word: tagOpaque})
		}
		if f.n == 3 {
			return false
		}
	}
	return false
}

// items reads items up to an opcode that takes them.
func (f *filler) items(m *machine, end Opcode) bool {
	if f.elem.direct == nil {
		return f.graphs(m, end)
	}
	f.begin = m.pos
	for m.peek() != end {
		if !f.next(m) {
			return false
		}
	}
	m.pos++
	return true
}

func (f *filler) next(m *machine) bool {
	if f.n == f.room && !f.grow(m) {
		return false
	}
	if !f.elem.direct(m, f.data.Add(uintptr(f.n)*f.size)) {
		return false
	}
	f.n++
	return true
}

// graphs keeps items that are graphs.
func (f *filler) graphs(m *machine, end Opcode) bool {
	if f.elem.holds == 0 || m.graphs() != end {
		return false
	}
	m.pos++
	if n := f.n + len(m.stack); n > f.room {
		f.resize(max(n, f.n+f.n/4))
	}
	for _, v := range m.stack {
		if !f.elem.keep(v, f.data.Add(uintptr(f.n)*f.size)) {
			return false
		}
		f.n++
	}
	return true
}

// grow makes room for more items: as many as there will be if the rest of the input is like its
// beginning, but at most eight times as many as there are. It reports false when the elements would
// take more than largeElements; py.Assign counts them.
func (f *filler) grow(m *machine) bool {
	room := 4
	if f.n > 0 {
		each := max((m.pos-f.begin)/f.n, 1)
		room = min(f.n+(len(m.data)-m.pos)/each+f.n/16+1, 8*f.n)
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
func directBytes(t reflect.Type) func(*machine, raw.Place) bool {
	if t.Elem().PkgPath() != "" || t.PkgPath() == pyPackage {
		return nil
	}
	return func(m *machine, at raw.Place) bool {
		var n, width int
		ok := false
		switch rest := m.data[min(m.pos+1, len(m.data)):]; m.peek() {
		case opShortBinBytes:
			n, ok = sizedAt(rest, 1)
			width = 1
		case opBinBytes:
			n, ok = sizedAt(rest, 4)
			width = 4
		}
		if !ok {
			return false
		}
		begin := m.pos + 1 + width
		content := m.data[begin : begin+n : begin+n]
		m.pos = begin + n
		if !m.cfg.alias {
			content = ownBytes(content)
		}
		*raw.In[[]byte](at) = content
		return m.note(slot{Word: tagOpaque})
	}
}

// directPointer returns what reads None as nil and anything else into a new value.
func (m *planMaker) directPointer(p *plan) func(*machine, raw.Place) bool {
	elem := m.plan(p.typ.Elem())
	return func(m *machine, at raw.Place) bool {
		if m.take(opNone) {
			*raw.In[raw.Place](at) = raw.Place{}
			return true
		}
		if elem.direct == nil || !m.enter() { // a pointer type can point to itself
			return false
		}
		v := reflect.New(elem.typ)
		if !elem.direct(m, raw.Of(v)) {
			return false
		}
		m.leave()
		*raw.In[raw.Place](at) = raw.Of(v)
		return true
	}
}
