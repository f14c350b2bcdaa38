package pickle

import (
	"cmp"
	"errors"
	"slices"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// tupleFrom makes a tuple of the values from a position on.
func (m *machine) tupleFrom(from int) error {
	if from < m.fence {
		return m.underflow()
	}
	slots := m.stack[from:]
	depth := m.depthOf(slots)
	m.stack = m.stack[:from]
	m.pushTuple(slots)
	return m.nest(depth)
}

// pushTuple pushes a tuple of values, which may be what was just taken off the stack.
func (m *machine) pushTuple(slots []slot) {
	if len(slots) == 0 {
		m.push(slotEmptyTuple)
		return
	}
	p := m.tuples.next()
	*p = m.items.take(len(slots))
	for i := range slots {
		(*p)[i] = slots[i].Value()
	}
	m.push(slot{Word: tupleTag, At: raw.Address(p)})
}

// marked makes a container of what is above the mark.
func (m *machine) marked(op Opcode) error {
	slots, err := m.sinceMark()
	if err != nil {
		return err
	}
	depth := m.depthIn(slots, m.inner)
	switch op {
	case opTuple:
		m.pushTuple(slots)
		if len(slots) == 0 {
			depth = 0
		}
	case opFrozenSet:
		s, err := m.frozenSet(raw.Values(slots))
		if err != nil {
			return err
		}
		m.pushOther(s)
	default:
		made := opEmptyList
		fill := opAppends
		if op == opDict {
			made, fill = opEmptyDict, opSetItems
		}
		values := append([]slot(nil), slots...) // the container is pushed to where they are
		if err := m.execute(made); err != nil {
			return err
		}
		return m.fill(fill, values, depth)
	}
	return m.nest(depth)
}

// fillMarked puts what is above the mark into the container below it.
func (m *machine) fillMarked(op Opcode) error {
	slots, err := m.sinceMark()
	if err != nil {
		return err
	}
	if len(m.stack) <= m.fence {
		return m.underflow()
	}
	return m.fill(op, slots, m.depthIn(slots, m.inner))
}

// fillTop puts the n topmost values into the container below them.
func (m *machine) fillTop(op Opcode, n int) error {
	from := len(m.stack) - n
	if from <= m.fence {
		return m.underflow()
	}
	slots := m.stack[from:]
	depth := m.depthOf(slots)
	m.stack = m.stack[:from]
	return m.fill(op, slots, depth)
}

// fill puts values into the container on top of the stack, which is nested to the given depth then,
// or as deep as it was before.
func (m *machine) fill(op Opcode, slots []slot, depth int) error {
	if len(slots) == 0 {
		return nil // of anything: CPython does not look
	}
	if len(slots)%2 != 0 && (op == opSetItem || op == opSetItems) {
		return m.fail("a key without a value")
	}
	top, values := m.stack[len(m.stack)-1], raw.Values(slots)
	before := m.level
	if top.At == m.closedAt {
		before = m.closed
	}
	if m.isForeignValue(top) {
		return m.misfilled(op, top)
	}
	var err error
	switch target := top.Value().(type) {
	case *py.List:
		if len(target.Items) == 0 {
			before = 0
			target.Items = make([]any, 0, len(values))
		}
		if op != opAppend && op != opAppends {
			return m.misfilled(op, top)
		}
		target.Items = append(target.Items, values...)
	case *py.Dict:
		if target.Len() == 0 {
			before = 0
		}
		if op != opSetItem && op != opSetItems {
			return m.misfilled(op, top)
		}
		err = m.setItems(target, values)
	case *py.Set:
		if target.Len() == 0 {
			before = 0
		}
		if op != opAddItems {
			return m.misfilled(op, top)
		}
		err = m.addAll(target, values)
	case *py.Object:
		err = m.fillObject(op, target, values)
	default:
		return m.misfilled(op, top)
	}
	if err != nil {
		return err
	}
	return m.nest(max(depth, before))
}

// fillObject adds the items of a list or dict to an object.
func (m *machine) fillObject(op Opcode, o *py.Object, values []any) error {
	switch op {
	case opAppend, opAppends:
		o.ListItems = append(slices.Grow(o.ListItems, len(values)), values...)
	case opAddItems:
		return m.misfilled(op, slot{Word: objectTag, At: raw.Address(o)})
	default:
		o.DictItems = slices.Grow(o.DictItems, len(values)/2)
		for i := 0; i < len(values); i += 2 {
			o.DictItems = append(o.DictItems, py.Pair{Key: values[i], Value: values[i+1]})
		}
	}
	return nil
}

// misfilled returns the error for values that cannot be put into what they are put into.
func (m *machine) misfilled(op Opcode, top slot) error {
	what := "store items into"
	switch op {
	case opAppend, opAppends:
		what = "append to"
	case opAddItems:
		what = "add elements to"
	}
	return m.refused(top, "cannot "+what+" %s")
}

func (m *machine) setItems(d *py.Dict, values []any) error {
	if m.places != nil {
		m.places.keep(d, values)
	}
	pairs := m.pairs.take(len(values) / 2)
	for i := range pairs {
		pairs[i] = py.Pair{Key: values[2*i], Value: values[2*i+1]}
	}
	like, before := m.last, m.work
	m.last = d
	err := d.FillLike(like, pairs, &m.work)
	if err != nil && m.grant(before) {
		err = d.FillWithin(pairs, &m.work) // what has been stored is stored again
	}
	return m.keyError(err)
}

func (m *machine) addAll(s *py.Set, values []any) error {
	for _, v := range values {
		before := m.work
		err := s.AddWithin(v, &m.work)
		if err != nil && m.grant(before) {
			err = s.AddWithin(v, &m.work)
		}
		if err != nil {
			return m.keyError(err)
		}
	}
	return nil
}

func (m *machine) frozenSet(elements []any) (*py.FrozenSet, error) {
	before := m.work
	s, err := py.NewFrozenSetWithin(&m.work, elements...)
	if err != nil && m.grant(before) {
		s, err = py.NewFrozenSetWithin(&m.work, elements...)
	}
	if err != nil {
		return &py.FrozenSet{}, m.keyError(err)
	}
	return s, nil
}

// grant adds the work on keys that each value of the pickle may take to what was left before an
// operation that has used it up. It reports false for any other failure, and for the second time.
func (m *machine) grant(before int64) bool {
	if m.work > 0 || m.granted {
		return false
	}
	m.granted, m.work = true, before+16*elementsIn(m.data)
	return true
}

// keyError returns the error for a key that cannot be hashed, or not within the limit.
func (m *machine) keyError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, py.ErrTooComplex) && m.work <= 0:
		return m.limit(limitKeyWork, m.cfg.maxKeyWork)
	}
	e := m.fail("")
	e.Err = err
	if len(m.structs) > 0 { // what has no hash may be an object in the next run
		m.deferred = cmp.Or(m.deferred, e)
		return nil
	}
	return e
}

// nesting is how deep values are nested, as far as that is known without a note for each.
type nesting struct {
	// level is how deep the values above the last mark are nested at most, deepest the most that it
	// has been, and inner what it was above the mark that was taken away last.
	level, deepest, inner int
	// closed is how deep the container at closedAt, which was made last, is nested at most.
	closed   int
	closedAt uintptr
	depth    int // of the typed containers that are being filled
	// beyond is where the pickle is nested too deep, the end of the input for nowhere. It is known
	// once it is not zero.
	beyond int
}

// sureDepth is the depth from which depthOf looks for containers among the values, instead of
// taking the deepest of what stands beside them for one of them.
const sureDepth = 64

// depthOf returns how deep a container of values is nested at most, which are on top of the stack.
func (m *machine) depthOf(slots []slot) int { return m.depthIn(slots, m.level) }

// depthIn is depthOf for values among others that are nested to a level.
func (m *machine) depthIn(slots []slot, level int) int {
	switch {
	case level < sureDepth:
	case noContainer(slots):
		return 1
	case len(slots) == 1 && slots[0].At == m.closedAt:
		return m.closed + 1
	}
	return level + 1
}

// nest goes on beside the container on top of the stack, which is nested to the given depth.
func (m *machine) nest(depth int) error {
	top := m.stack[len(m.stack)-1]
	if m.places != nil {
		m.places.note(top, m.at)
	}
	m.closed, m.closedAt = depth, top.At
	m.level = max(m.level, depth)
	m.deepest = max(m.deepest, m.level)
	if int64(depth+m.depth) <= m.cfg.maxDepth {
		return nil
	}
	if m.part {
		return m.limit(limitDepth, m.cfg.maxDepth)
	}
	if m.beyond == 0 {
		m.beyond = deeperThan(m.data, m.cfg.maxDepth)
	}
	if m.at >= m.beyond {
		return m.limit(limitDepth, m.cfg.maxDepth)
	}
	return nil
}

func noContainer(slots []slot) bool {
	for _, s := range slots {
		if !isScalar(s) {
			return false
		}
	}
	return true
}

// isScalar reports whether a value holds no others.
func isScalar(s slot) bool {
	switch s.Word {
	case 0, boolTag, int64Tag, float64Tag, stringTag, bytesTag, classTag:
		return true
	}
	return s == slotEmptyTuple
}
