package pickle

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// structPlan is how a struct type takes a dict or a tuple.
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
	plain gotype.Scalar
}

// structure returns the plan of a struct type, or nil where that has rules of its own or a field
// that an embedded pointer leads to.
func (m *planMaker) structure(p *plan) *structPlan {
	s := &structPlan{plan: p, info: gotype.Of(p.typ)}
	if s.info.Clash != "" {
		return nil
	}
	for i := range s.info.Fields {
		f := &s.info.Fields[i]
		if f.BehindPointer {
			return nil
		}
		made := fieldPlan{plan: m.plan(f.Type), field: f, offset: f.Offset}
		made.plain = plainKind(made.plan)
		if utf8.ValidString(f.Name) {
			made.key = f.Name
		}
		s.fields = append(s.fields, made)
	}
	return s
}

// readOrder remembers which fields the keys of the last dict belonged to: the next dict of the same
// struct has the same keys in the same order as a rule.
type readOrder struct {
	plan *structPlan
	seen []seenKey
}

type seenKey struct {
	index int // in the memo
	field *fieldPlan
}

// maxOrders is how many structs a decoder remembers the field order of when it is kept for the next
// pickle.
const maxOrders = 32

// maxSeen is how many keys of a struct are remembered.
const maxSeen = 64

func (m *machine) forgetOrders() {
	if !m.ordered {
		return
	}
	m.ordered = false
	if len(m.orders) > maxOrders {
		m.orders = nil
	}
	for i := range m.orders {
		m.orders[i].seen = m.orders[i].seen[:0]
	}
}

func (m *machine) orderOf(s *structPlan) *readOrder {
	for i := range m.orders {
		if m.orders[i].plan == s {
			return &m.orders[i]
		}
	}
	m.orders = append(m.orders, readOrder{plan: s})
	return &m.orders[len(m.orders)-1]
}

// reader returns what reads a struct.
func (s *structPlan) reader() func(*machine, raw.Place) bool {
	if s.info.Tuple {
		return func(m *machine, at raw.Place) bool {
			ok := m.enter() && s.directTuple(m, at)
			m.leave()
			return ok
		}
	}
	return func(m *machine, at raw.Place) bool {
		ok := m.enter() && s.directDict(m, at)
		m.leave()
		return ok
	}
}

// directTuple reads a tuple of as many items as the struct has fields.
func (s *structPlan) directTuple(m *machine, at raw.Place) bool {
	n := len(s.fields)
	end := opTuple
	switch {
	case n == 0:
		return false
	case n <= 3:
		end = opTuple1 + Opcode(n-1)
	case !m.take(opMark):
		return false
	}
	for i := range s.fields {
		f := &s.fields[i]
		p := f.at(at)
		switch {
		case f.plain != gotype.NoScalar && m.plainScalar(f.plain, p):
		case f.direct != nil:
			if !f.direct(m, p) {
				return false
			}
		case i == 0: // where it ends cannot be told
			return false
		default:
			return s.directTail(m, i, end, at)
		}
	}
	return m.take(end) && m.note(slot{Word: tagOpaque})
}

// directTail reads the items of a tuple from one on that is kept as a graph.
func (s *structPlan) directTail(m *machine, from int, end Opcode, at raw.Place) bool {
	if m.graphs() != end || len(m.stack) != len(s.fields)-from {
		return false
	}
	m.pos++
	for i, v := range m.stack {
		f := &s.fields[from+i]
		if !f.keep(v, f.at(at)) {
			return false
		}
	}
	return m.note(slot{Word: tagOpaque})
}

// directDict reads a dict whose keys are strings.
func (s *structPlan) directDict(m *machine, at raw.Place) bool {
	if !m.take(opEmptyDict) || !m.note(slot{Word: tagOpaque}) {
		return false
	}
	switch m.peek() {
	case opMark:
		m.pos++
	case opShortBinUnicode, opBinUnicode:
		f, ok := s.readKey(m, 0)
		return ok && s.readValue(m, f, at) == opSetItem && m.take(opSetItem)
	default:
		return true // the dict is empty, or it is not and that shows behind it
	}
	for i := 0; ; i++ {
		if i = s.readPlain(m, i, at); i < 0 {
			return false
		}
		if m.peek() == opSetItems {
			m.pos++
			return true
		}
		f, ok := s.readKey(m, i)
		if !ok {
			return false
		}
		switch s.readValue(m, f, at) {
		case opSetItems:
			m.pos++
			return true
		case 0:
			return false
		}
	}
}

// readKey reads the key at a position of a dict and returns the field that it names, nil for an
// unknown name.
func (s *structPlan) readKey(m *machine, i int) (f *fieldPlan, ok bool) {
	if i < len(s.fields) && m.plainKey(&s.fields[i], m.seenBy(s), i) {
		return &s.fields[i], true
	}
	switch op := m.peek(); op {
	case opShortBinUnicode, opBinUnicode:
		at, n, ok := m.readSpan()
		if !ok || n == 0 || !m.texts.isFirst(m.data[at:at+n], at) {
			return nil, false
		}
		name := raw.String(m.data[at : at+n])
		return s.fieldAt(name, i), m.note(slotOfText(name, tagSpan))
	case opBinGet, opLongBinGet:
		m.pos++
		index, ok := m.indexAt(op)
		if !ok {
			return nil, false
		}
		order := m.orderOf(s)
		if i < len(order.seen) && order.seen[i].index == index {
			return order.seen[i].field, true
		}
		return s.lookUp(m, order, i, index)
	}
	return nil, false
}

// readPlain reads items of a dict from one on, as long as each is for the field at its place. It
// returns the place of the first that is not, and a negative one when a value does not fit.
func (s *structPlan) readPlain(m *machine, i int, at raw.Place) int {
	order := m.seenBy(s)
	for ; i < len(s.fields); i++ {
		f := &s.fields[i]
		switch {
		case !m.plainKey(f, order, i):
			return i
		case f.plain != gotype.NoScalar && m.plainScalar(f.plain, f.at(at)):
		case f.direct == nil:
			if s.readValue(m, f, at) == 0 {
				return -1
			}
		case !f.direct(m, f.at(at)):
			return -1
		case f.plain == gotype.NoScalar:
			order = m.seenBy(s) // what was read may have brought it elsewhere
		}
	}
	return i
}

// seenBy returns the keys that were seen last in dicts of a struct.
func (m *machine) seenBy(s *structPlan) []seenKey {
	for i := range m.orders {
		if m.orders[i].plan == s {
			return m.orders[i].seen
		}
	}
	return nil
}

// plainKey steps over the key that names a field: a reference to the one that was at its place in
// the last dict, or its text.
func (m *machine) plainKey(f *fieldPlan, seen []seenKey, i int) bool {
	data, pos := m.data, m.pos
	if len(data)-pos < 5 || f.key == "" {
		return false
	}
	var index int
	switch Opcode(data[pos]) {
	case opBinGet:
		index = int(data[pos+1])
		pos += 2
	case opLongBinGet:
		index = int(binary.LittleEndian.Uint32(data[pos+1:]))
		pos += 5
	case opShortBinUnicode:
		begin, end := pos+2, pos+2+len(f.key)
		if end >= len(data) || int(data[pos+1]) != len(f.key) || Opcode(data[end]) != opMemoize || string(data[begin:end]) != f.key || len(m.memo) >= m.room {
			return false
		}
		m.memo = append(m.memo, slotOfText(f.key, tagSpan))
		m.pos = end + 1
		return true
	default:
		return false
	}
	if i >= len(seen) || seen[i].index != index || seen[i].field != f {
		return false
	}
	m.pos = pos
	return true
}

// fieldAt returns the field of a name, most likely that at a position.
func (s *structPlan) fieldAt(name string, i int) *fieldPlan {
	if i < len(s.fields) && s.fields[i].field.Name == name {
		return &s.fields[i]
	}
	return s.fieldNamed(name)
}

// lookUp returns the field that a memo entry names, and remembers it for the position.
func (s *structPlan) lookUp(m *machine, order *readOrder, i, index int) (f *fieldPlan, ok bool) {
	e := &m.memo[index]
	if e.Word != stringTag && e.Word&tagString == 0 {
		return nil, false
	}
	var name string
	if e.Word == stringTag {
		name = m.known(e)
	} else {
		name = textIn(e)
	}
	f = s.fieldAt(name, i)
	m.ordered = true
	for len(order.seen) <= min(i, maxSeen) {
		order.seen = append(order.seen, seenKey{index: -1})
	}
	if i < len(order.seen) {
		order.seen[i] = seenKey{index, f}
	}
	return f, true
}

// readValue reads the value of a field, nil for none, and returns the opcode behind it, zero when
// that fails. Where the value is to be a graph, or none, it may read all items that are left.
func (s *structPlan) readValue(m *machine, f *fieldPlan, at raw.Place) Opcode {
	if f != nil && f.direct != nil {
		if !f.direct(m, f.at(at)) {
			return 0
		}
		return m.peek()
	}
	if f != nil && (f.holds == tupleTag && m.tryTuple(f.at(at)) || f.holds == dictTag && m.tryDict(f.at(at))) {
		return m.peek()
	}
	if v, ok := m.scalar(); ok {
		if f != nil && !f.keep(v, f.at(at)) {
			return 0
		}
		return m.peek()
	}
	end := m.graphs()
	if end != opSetItems && end != opSetItem || len(m.stack)%2 != 1 || end == opSetItem && len(m.stack) != 1 {
		return 0
	}
	for i, v := range m.stack {
		if i%2 == 1 {
			if v.Word != stringTag {
				return 0
			}
			f = s.fieldNamed(m.known(&v))
		} else if f != nil && !f.keep(v, f.at(at)) {
			return 0
		}
	}
	return end
}

func (s *structPlan) fieldNamed(name string) *fieldPlan {
	if i := s.info.Lookup(name); i >= 0 {
		return &s.fields[i]
	}
	return nil
}

// at returns where the field is in the struct at a place.
func (f *fieldPlan) at(at raw.Place) raw.Place { return at.Add(f.offset) }

// keep stores a graph's value in what holds just that. It reports false when the value does not fit
// at once.
func (p *plan) keep(s slot, at raw.Place) bool {
	switch {
	case p.holds == holdsAny:
		*raw.In[any](at) = s.Value()
	case s.Word == 0 || p.holds != s.Word:
		return false
	default:
		switch v := s.Value().(type) {
		case string:
			*raw.In[string](at) = v
		case int64:
			*raw.In[int64](at) = v
		case float64:
			*raw.In[float64](at) = v
		case bool:
			*raw.In[bool](at) = v
		case py.Tuple:
			*raw.In[py.Tuple](at) = v
		case *py.List:
			*raw.In[*py.List](at) = v
		case *py.Dict:
			*raw.In[*py.Dict](at) = v
		}
	}
	return true
}
