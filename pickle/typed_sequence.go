package pickle

import (
	"reflect"
	"unsafe"
)

// sequence is the items of a list or tuple, or of an object that is filled like a list. Sets are
// left to their graph, which knows what is equal in Python.
type sequence struct {
	t     *tape
	refs  []ref
	next  uint32
	count int
}

// sequence returns the items of a value, and false when it has none.
func (t *tape) sequence(r ref) (sequence, bool) {
	n := &t.nodes[r]
	switch n.kind {
	case nodeTuple:
		return sequence{t: t, refs: t.span(n), count: int(n.b())}, true
	case nodeList:
		return t.contents(&t.containers[n.a()]), true
	case nodeObject:
		o := &t.objects[n.a()]
		if o.list.count > 0 && o.dict.count == 0 && t.classOf(o).Module != "copyreg" {
			return t.contents(&o.list), true
		}
	}
	return sequence{}, false
}

func (t *tape) contents(c *container) sequence {
	s := sequence{t: t, next: c.head, count: int(c.count)}
	s.more()
	return s
}

// more goes on to the next batch and reports whether there is one.
func (s *sequence) more() bool {
	if s.next == noBatch {
		s.refs = nil
		return false
	}
	s.refs, s.next = s.t.batch(s.next)
	return true
}

// slice stores the items of a sequence in a new slice.
func (m *planMaker) slice(p *plan) func(*typed, ref, unsafe.Pointer) error {
	elem := m.plan(p.typ.Elem())
	return func(d *typed, r ref, at unsafe.Pointer) error {
		if r == refNone {
			p.at(at).SetZero()
			return nil
		}
		seq, ok := d.t.sequence(r)
		if !ok {
			return d.assign(r, p.at(at))
		}
		if err := d.spendElements(r, seq.count, elem.typ); err != nil {
			return err
		}
		s := reflect.MakeSlice(p.typ, seq.count, seq.count)
		if err := d.items(r, &seq, elem, s.UnsafePointer()); err != nil {
			return err
		}
		p.at(at).Set(s)
		return nil
	}
}

// array stores a sequence of exactly the array's length, or so many bytes.
func (m *planMaker) array(p *plan) func(*typed, ref, unsafe.Pointer) error {
	elem := m.plan(p.typ.Elem())
	return func(d *typed, r ref, at unsafe.Pointer) error {
		seq, ok := d.t.sequence(r)
		if !ok {
			return d.assign(r, p.at(at))
		}
		if seq.count != p.typ.Len() {
			return d.refuse(r, p.typ, "its length is another", nil)
		}
		if err := d.spend(r, seq.count); err != nil {
			return err
		}
		return d.items(r, &seq, elem, at)
	}
}

// items stores the items of a sequence one after the other from at on.
func (d *typed) items(r ref, seq *sequence, elem *plan, at unsafe.Pointer) error {
	if err := d.enter(r); err != nil {
		return err
	}
	size := elem.typ.Size()
	i := 0
	for ok := true; ok; ok = seq.more() {
		for _, r := range seq.refs {
			if err := elem.decode(d, r, unsafe.Add(at, uintptr(i)*size)); err != nil {
				return insideIndex(err, i)
			}
			i++
		}
	}
	d.leave()
	return nil
}

// bytes stores bytes and bytearrays in a slice of bytes. Sequences of small ints fit as well.
func (m *planMaker) bytes(p *plan) func(*typed, ref, unsafe.Pointer) error {
	items := m.slice(p)
	return func(d *typed, r ref, at unsafe.Pointer) error {
		n := &d.t.nodes[r]
		switch n.kind {
		case nodeBytes, nodeBytesText, nodeByteArray:
		default:
			return items(d, r, at)
		}
		content := d.t.bytes(n)
		if d.cfg.alias && n.kind != nodeBytesText {
			p.at(at).SetBytes(content[:len(content):len(content)])
			return nil
		}
		if err := d.spendCopy(r, len(content)); err != nil {
			return err
		}
		p.at(at).SetBytes(ownBytes(content))
		return nil
	}
}
