package pickle

import (
	"errors"
	"math"
	"math/big"
	"runtime"
	"slices"
	"sync"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// graph makes the values that a tape holds. It follows the tape in its order, so that every value
// is made of values that are there and every container is filled when the pickle filled it: keys
// are hashed in the state in which Python hashed them, and no nesting is deep enough to need a
// stack.
type graph struct {
	t      *tape
	cfg    *decodeConfig
	values []any // by ref
	alias  bool  // whether bytes share the memory of the input
	work   int64 // left for hashing and comparing keys

	ints    growing[int64]
	floats  growing[float64]
	strings growing[string]
	tuples  growing[py.Tuple]
	items   growing[any]
	lists   growing[py.List]
	dicts   growing[py.Dict]
	objects growing[py.Object]
	text    textSlab
	apart   apartSlab
}

var graphs = sync.Pool{New: func() any { return new(graph) }}

func newGraph(t *tape, cfg *decodeConfig) *graph {
	g := graphs.Get().(*graph) //nolint:forcetypeassert // The pool makes nothing else.
	g.t, g.cfg, g.work = t, cfg, cfg.maxKeyWork+16*int64(len(t.nodes))
	if n := len(t.nodes); cap(g.values) < n {
		g.values = make([]any, n)
	} else {
		g.values = g.values[:n]
	}
	g.alias = cfg.alias
	g.values[refTrue], g.values[refFalse] = true, false
	g.values[refEmptyTuple] = py.Tuple{}
	return g
}

func (g *graph) release() {
	if cap(g.values) > keepNodes {
		return
	}
	clear(g.values)
	*g = graph{values: g.values[:0]}
	graphs.Put(g)
}

// all makes every value of the tape and returns its root.
func (g *graph) all() (any, error) {
	for r := firstRef; int(r) < len(g.t.nodes); r++ {
		if err := g.make(r); err != nil {
			return nil, err
		}
	}
	return g.values[g.t.root], nil
}

// make makes the value or takes the effect of one node.
func (g *graph) make(r ref) error {
	n := &g.t.nodes[r]
	v := &g.values[r]
	switch n.kind {
	case nodeInt:
		*v = g.int(int64(n.v))
	case nodeFloat:
		p := g.floats.next()
		*p = math.Float64frombits(n.v)
		*v = boxed(float64Tag, p)
	case nodeStr, nodeStrText:
		p := g.strings.next()
		*p = g.str(n)
		*v = boxed(stringTag, p)
	case nodeTuple:
		p := g.tuples.next()
		*p = g.tuple(n)
		*v = boxed(tupleTag, p)
	case nodeList:
		p := g.lists.next()
		if c := g.t.containers[n.a()].count; c > 0 {
			p.Items = make([]any, 0, c)
		}
		*v = p
	case nodeDict:
		p := g.dicts.next()
		p.Grow(int(g.t.containers[n.a()].count / 2))
		*v = p
	case nodeAppends:
		g.append(n)
	case nodeSetItems:
		return g.setItems(n)
	case nodeAddItems:
		return g.addItems(n)
	case nodeBuild:
		return g.build(n)
	default:
		return g.makeOther(n, v)
	}
	return nil
}

// makeOther makes the values that are not worth a place in make.
func (g *graph) makeOther(n *node, v *any) (err error) {
	switch n.kind {
	case nodeBigBytes, nodeBigText:
		*v = g.t.bigInt(n)
	case nodeBytes, nodeBytesText:
		*v = g.bytes(n)
	case nodeByteArray:
		*v = &py.ByteArray{Bytes: g.bytes(n)}
	case nodeBuffer:
		*v = &py.Buffer{Bytes: g.cfg.buffers[n.v], ReadOnly: n.flags&flagReadOnly != 0}
	case nodeGlobal:
		*v = g.global(&g.t.globals[n.v])
	case nodePersID:
		*v = py.PersistentID{ID: g.values[n.a()]}
	case nodeForeign:
		*v = g.t.foreign[n.v]
	case nodeSet:
		*v = &py.Set{}
	case nodeFrozenSet:
		*v, err = g.frozenSet(n, g.t.span(n))
	case nodeObject:
		*v, err = g.object(n)
	}
	return err
}

// boxed returns the interface of the type with the given word whose value stands at p.
func boxed[T any](word uintptr, p *T) any {
	s := slot{Word: word, At: raw.Address(p)}
	v := s.Value()
	runtime.KeepAlive(p)
	return v
}

func (g *graph) int(i int64) any {
	if uint64(i) < 256 {
		return i // Go has these boxed
	}
	p := g.ints.next()
	*p = i
	return boxed(int64Tag, p)
}

func (g *graph) str(n *node) string {
	if n.flags&flagCanonical != 0 {
		return canonical(g.t.bytes(n))
	}
	b := g.t.bytes(n)
	if n.flags&flagApart != 0 {
		return g.apart.string(b)
	}
	if g.cfg.alias && n.kind == nodeStr && len(b) > 0 {
		return raw.String(b)
	}
	return g.text.copy(b)
}

func (g *graph) bytes(n *node) []byte {
	if n.flags&flagApart != 0 {
		return g.apart.bytes(g.t.bytes(n))
	}
	if n.kind == nodeBytes || n.kind == nodeByteArray {
		if b := g.t.bytes(n); g.alias || g.cfg.shareMost && len(b) > len(g.t.data)/2 {
			return b[:len(b):len(b)]
		}
	}
	return g.ownBytes(n)
}

func (g *graph) ownBytes(n *node) []byte {
	return ownBytes(g.t.bytes(n))
}

// ownBytes returns a copy of b, which is not nil even if b is empty.
func ownBytes(b []byte) []byte {
	if len(b) == 0 {
		return []byte{}
	}
	return slices.Clip(append([]byte(nil), b...)) // memory that append takes is not cleared before
}

func (g *graph) tuple(n *node) py.Tuple {
	refs := g.t.span(n)
	t := g.items.take(len(refs))
	for i, r := range refs {
		t[i] = g.values[r]
	}
	return t
}

func (g *graph) global(c *named) any {
	switch c.form {
	case formEllipsis:
		return py.Ellipsis
	case formNotImplemented:
		return py.NotImplemented
	}
	if c.module != 0 {
		//nolint:forcetypeassert // The machine takes nothing but texts for a class's module and name.
		return py.Class{Module: g.values[c.module].(string), Name: g.values[c.name].(string)}
	}
	if c.apart {
		return py.Class{Module: c.class.Module, Name: g.apart.string([]byte(c.class.Name))}
	}
	return c.class
}

func (g *graph) frozenSet(n *node, refs []ref) (any, error) {
	elements := make([]any, len(refs))
	for i, r := range refs {
		elements[i] = g.values[r]
	}
	return g.newFrozenSet(n, elements)
}

func (g *graph) newFrozenSet(n *node, elements []any) (any, error) {
	s, err := py.NewFrozenSetWithin(&g.work, elements...)
	if err != nil {
		return nil, g.keyError(n, err)
	}
	return s, nil
}

// keyError returns the error for a key that cannot be hashed, or not within the limit.
func (g *graph) keyError(n *node, err error) error {
	if errors.Is(err, py.ErrTooComplex) && g.work <= 0 {
		return &LimitError{Offset: int64(n.at), Opcode: g.t.opcode(n), Limit: limitKeyWork.option, Max: g.cfg.maxKeyWork}
	}
	return g.t.fail(n, "", err)
}

// bigInt returns the int that does not fit 64 bits.
func (t *tape) bigInt(n *node) *big.Int {
	if n.kind == nodeBigText {
		return t.bigs[n.v]
	}
	at := n.a()
	return bigFromTwosComplement(t.data[at : at+n.b()])
}

// fail returns an error at the opcode that made the node.
func (t *tape) fail(n *node, why string, err error) error {
	return &SyntaxError{Offset: int64(n.at), Opcode: t.opcode(n), Reason: why, Err: err}
}
