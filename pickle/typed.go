package pickle

import (
	"errors"
	"reflect"
	"strconv"
	"sync"
	"unsafe"

	"github.com/pizco-go/pizco/internal/scalar"
	"github.com/pizco-go/pizco/py"
)

// typed turns the values of a tape into Go values of the types that a target wants. No graph is
// made between, except for what an interface is to hold and for objects that have no shorter way.
type typed struct {
	t      *tape
	cfg    *decodeConfig
	graph  *graph // nil until it is needed
	text   textSlab
	apart  apartSlab
	recent [recentStrings]recentString
	shared bool // whether recent holds anything
	order  []fieldOrder
	depth  int64
	left   int64 // values that may still be made
	copied int64 // bytes that may still be copied
}

// maxOrders is how many structs a decoder remembers the field order of when it is kept for the next
// pickle.
const maxOrders = 32

// recentStrings is how many strings that the pickle refers to again are kept, so that they are
// copied once.
const recentStrings = 32

type recentString struct {
	ref ref
	s   string
}

// unmarshalTyped stores the root of a tape in what target points to.
func unmarshalTyped(t *tape, cfg *decodeConfig, target reflect.Value) error {
	d := typeds.Get().(*typed) //nolint:forcetypeassert // The pool makes nothing else.
	d.t, d.cfg, d.left, d.copied = t, cfg, cfg.maxShared+int64(len(t.nodes)), cfg.maxCopied
	d.text.left = t.size.stringBytes
	err := planOf(target.Type().Elem()).decode(d, t.root, target.UnsafePointer())
	d.release()
	if err != nil {
		return inside(err, "$")
	}
	return nil
}

var typeds = sync.Pool{New: func() any { return new(typed) }}

func (d *typed) release() {
	if d.graph != nil {
		d.graph.release()
	}
	if d.shared {
		d.recent = [recentStrings]recentString{}
	}
	for i := range d.order {
		d.order[i].seen = d.order[i].seen[:0]
	}
	if len(d.order) > maxOrders {
		d.order = nil
	}
	d.t, d.cfg, d.graph, d.text, d.apart, d.depth, d.shared = nil, nil, nil, textSlab{}, apartSlab{}, 0, false
	typeds.Put(d)
}

// enter notes that one more value is made, and one more level of nesting is entered when it is a
// container.
func (d *typed) enter(r ref) error {
	d.depth++
	if d.depth > d.cfg.maxDepth {
		return d.limit(r, limitDepth, d.cfg.maxDepth)
	}
	return nil
}

func (d *typed) leave() { d.depth-- }

// spend notes that n more values are made.
func (d *typed) spend(r ref, n int) error {
	if d.left -= int64(n); d.left < 0 {
		return d.limit(r, limitShared, d.cfg.maxShared)
	}
	return nil
}

// elementSize is the size in bytes that counts as one value of an element of a slice or map. A byte
// of a pickle can stand for a large one.
const elementSize = 64

// spendElements notes that n elements of a type are made.
func (d *typed) spendElements(r ref, n int, elem reflect.Type) error {
	return d.spend(r, n*int(1+elem.Size()/elementSize))
}

// spendCopy notes that n more bytes of a value that the pickle holds once are copied.
func (d *typed) spendCopy(r ref, n int) error {
	if d.t.nodes[r].flags&flagShared == 0 {
		return nil
	}
	if d.copied -= int64(n); d.copied < 0 {
		return d.limit(r, limitCopied, d.cfg.maxCopied)
	}
	return nil
}

func (d *typed) limit(r ref, l limit, most int64) error {
	n := &d.t.nodes[r]
	return &LimitError{Offset: int64(n.at), Opcode: d.t.opcode(n), Limit: l.option, Max: most}
}

// refuse returns the error for a value that does not fit a type.
func (d *typed) refuse(r ref, to reflect.Type, why string, err error) error {
	n := &d.t.nodes[r]
	return &UnmarshalError{Offset: int64(n.at), Opcode: d.t.opcode(n), From: d.t.typeName(r), To: to.String(), Reason: why, Err: err}
}

// inside puts a step in front of the path of an error.
func inside(err error, step string) error {
	var e *UnmarshalError
	if errors.As(err, &e) && len(e.Path) < maxPath {
		e.Path = step + e.Path
	}
	return err
}

func insideIndex(err error, i int) error { return inside(err, "["+strconv.Itoa(i)+"]") }

// value returns the graph of a value.
func (d *typed) value(r ref) (any, error) {
	if d.graph == nil {
		d.graph = newGraph(d.t, d.cfg)
	}
	return d.graph.value(r)
}

// string returns the content of a str.
func (d *typed) string(r ref) (string, error) {
	n := &d.t.nodes[r]
	b := d.t.bytes(n)
	switch {
	case n.flags&flagApart != 0: // below
	case d.cfg.alias && n.kind == nodeStr && len(b) > 0:
		return unsafe.String(&b[0], len(b)), nil
	case n.flags&flagShared == 0:
		return d.text.copy(b), nil
	}
	recent := &d.recent[r%recentStrings]
	if recent.ref != r {
		if err := d.spendCopy(r, len(b)); err != nil {
			return "", err
		}
		*recent = recentString{r, d.copy(n, b)}
		d.shared = true
	}
	return recent.s, nil
}

// copy returns the str of a node with memory of its own.
func (d *typed) copy(n *node, b []byte) string {
	if n.flags&flagApart != 0 {
		return d.apart.string(b)
	}
	return d.text.copy(b)
}

// peek returns the content of a str for as long as the tape lives.
func (t *tape) peek(r ref) string {
	b := t.bytes(&t.nodes[r])
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// scalar stores a scalar by the rules that all of the project's conversions share. It reports false
// when the value is no scalar.
func (d *typed) scalar(r ref, dst reflect.Value) (bool, error) {
	n := &d.t.nodes[r]
	var err error
	switch n.kind {
	case nodeNone:
		err = scalar.SetNone(dst)
	case nodeBool:
		err = scalar.SetBool(scalar.Indirect(dst), n.v != 0)
	case nodeInt:
		err = scalar.SetInt(scalar.Indirect(dst), int64(n.v))
	case nodeBigBytes, nodeBigText:
		err = scalar.SetBigInt(scalar.Indirect(dst), d.t.bigInt(n))
	case nodeFloat:
		err = scalar.SetFloat(scalar.Indirect(dst), d.t.float(r))
	case nodeStr, nodeStrText:
		s, limit := d.string(r)
		if limit != nil {
			return true, limit
		}
		err = scalar.SetStr(scalar.Indirect(dst), s)
	default:
		return false, nil
	}
	if err != nil {
		var refusal *scalar.Refusal
		if errors.As(err, &refusal) {
			return true, d.refuse(r, dst.Type(), refusal.Reason, refusal.Err)
		}
		return true, d.refuse(r, dst.Type(), "", err)
	}
	return true, nil
}

// checkKey refuses a key that has no hash in Python.
func (d *typed) checkKey(r ref) error {
	n := &d.t.nodes[r]
	if n.kind <= nodeBytesText {
		return nil
	}
	v, err := d.value(r)
	if err == nil {
		_, err = py.Hash(v)
	}
	if err != nil {
		return d.t.fail(n, "", err)
	}
	return nil
}
