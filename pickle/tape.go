package pickle

import (
	"math/big"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// ref names a value on a tape: the index of its node.
type ref = uint32

// kind tells what a node is.
type kind uint8

const (
	nodeNone kind = iota
	nodeBool
	nodeInt
	nodeFloat
	nodeBigBytes // span of little-endian two's complement in the input
	nodeBigText  // index into tape.bigs
	nodeStr      // span of the input
	nodeStrText  // span of tape.text
	nodeBytes    // span of the input
	nodeBytesText
	nodeByteArray
	nodeBuffer // index of the out-of-band buffer, and whether it is read-only
	nodeGlobal // index into tape.globals
	nodePersID // the ref of the identifier
	nodeTuple  // span of tape.items
	nodeFrozenSet
	nodeList // index into tape.containers
	nodeDict
	nodeSet
	nodeObject  // index into tape.objects
	nodeForeign // index into tape.foreign
	// What follows are effects on a value made before: no values themselves.
	nodeAppends  // target and batch
	nodeSetItems // target and batch
	nodeAddItems // target and batch
	nodeBuild    // target and state
)

const (
	// flagShared is set on a node that is referred to again, by a memo or DUP.
	flagShared uint8 = 1 << iota
	// flagReadOnly is set on a buffer after READONLY_BUFFER.
	flagReadOnly
	// flagCanonical is set on a name that CPython shares with the reductions of built-in values.
	flagCanonical
	// flagApart is set on a str or bytes that is an object of its own although CPython has one
	// object of its content as a rule.
	flagApart
)

// node is one value or effect in the order in which the pickle makes them, 16 bytes in size,
// without pointers.
type node struct {
	kind  kind
	flags uint8
	depth uint16 // how deep the values in it are nested
	at    uint32 // offset of the opcode in the input
	v     uint64
}

// pair packs two numbers into a node's v.
func pair(a, b uint32) uint64 { return uint64(a) | uint64(b)<<32 }

func (n *node) a() uint32 { return uint32(n.v) }
func (n *node) b() uint32 { return uint32(n.v >> 32) }

// The refs of values that every tape begins with.
const (
	refNone ref = iota
	refTrue
	refFalse
	refEmptyTuple
	firstRef
)

// noBatch ends a container's chain of batches.
const noBatch = 0

// container is what belongs to a list, dict or set: the chain of batches that were put into it. A
// batch stands in tape.items as [next batch, ref of its effect, count, refs...].
type container struct {
	head, tail uint32
	count      uint32
}

const batchHeader = 3

// object is what belongs to an instance.
type object struct {
	callable, args, kwargs ref
	state                  ref
	build                  ref // the effect that sets the state
	setter                 ref
	how                    py.Construction
	hasKwargs, hasState    bool
	hasSetter              bool
	form                   form
	list, dict             container
}

// named is a class or function by name.
type named struct {
	module, name ref // the strings of STACK_GLOBAL, zero for others
	class        py.Class
	form         form
	// ambiguous is set when the name that was read stands for several classes, and apart when it
	// was read for another of them before.
	ambiguous, apart bool
}

// tape holds what a pickle makes, in the order in which it makes it, without any Go value for it
// yet. It is what the stack machine writes and what graphs and typed targets are made from.
type tape struct {
	data       []byte
	nodes      []node
	items      []uint32
	containers []container
	objects    []object
	globals    []named
	text       []byte
	bigs       []*big.Int
	foreign    []any // values of earlier pickles of the same stream
	root       ref
}

func (t *tape) reset(data []byte) {
	t.data = data
	t.nodes = append(t.nodes[:0],
		node{kind: nodeNone, flags: flagShared},
		node{kind: nodeBool, flags: flagShared, v: 1},
		node{kind: nodeBool, flags: flagShared},
		node{kind: nodeTuple, flags: flagShared})
	t.items = append(t.items[:0], 0) // so that no batch is at noBatch
	t.containers = t.containers[:0]
	t.objects = t.objects[:0]
	clear(t.globals)
	t.globals = t.globals[:0]
	t.text = t.text[:0]
	clear(t.foreign)
	t.foreign = t.foreign[:0]
	clear(t.bigs)
	t.bigs = t.bigs[:0]
}

func (t *tape) add(n node) ref {
	t.nodes = append(t.nodes, n)
	return ref(len(t.nodes) - 1)
}

// keep puts refs into the items and returns where they begin, and how deep their values are nested.
func (t *tape) keep(refs []ref) (at uint32, depth uint16) {
	at = uint32(len(t.items))
	t.items = append(t.items, refs...)
	return at, t.deepest(refs)
}

func (t *tape) deepest(refs []ref) (depth uint16) {
	for _, r := range refs {
		depth = max(depth, t.nodes[r].depth)
	}
	return depth
}

// span returns the items that a tuple or frozenset holds.
func (t *tape) span(n *node) []ref {
	at := n.a()
	return t.items[at : at+n.b()]
}

// addBatch puts refs into the container as the next batch, made by the effect that is about to be
// added.
func (t *tape) addBatch(c *container, refs []ref) (at uint32) {
	at = uint32(len(t.items))
	t.items = append(t.items, noBatch, uint32(len(t.nodes)), uint32(len(refs)))
	t.items = append(t.items, refs...)
	if c.tail == noBatch {
		c.head = at
	} else {
		t.items[c.tail] = at
	}
	c.tail = at
	c.count += uint32(len(refs))
	return at
}

// batch returns the items of the batch at a position, and the position of the next one.
func (t *tape) batch(at uint32) (refs []ref, next uint32) {
	n := t.items[at+2]
	return t.items[at+batchHeader : at+batchHeader+n], t.items[at]
}

// bytes returns the content of a string or bytes node.
func (t *tape) bytes(n *node) []byte {
	from := t.data
	if n.kind == nodeStrText || n.kind == nodeBytesText {
		from = t.text
	}
	at := n.a()
	return from[at : uint64(at)+uint64(n.b())]
}

func (t *tape) isStr(r ref) bool {
	k := t.nodes[r].kind
	return k == nodeStr || k == nodeStrText
}

func (t *tape) isBytes(r ref) bool {
	k := t.nodes[r].kind
	return k == nodeBytes || k == nodeBytesText
}

// opcode returns the opcode that made the node.
func (t *tape) opcode(n *node) Opcode {
	if int(n.at) < len(t.data) {
		return Opcode(t.data[n.at])
	}
	return 0
}

// contents returns all that was put into a container.
func (t *tape) contents(c *container) (refs []ref) {
	for at := c.head; at != noBatch; {
		var batch []ref
		batch, at = t.batch(at)
		refs = append(refs, batch...)
	}
	return refs
}

// peek returns the content of a str for as long as the tape lives.
func (t *tape) peek(r ref) string {
	b := t.bytes(&t.nodes[r])
	return raw.String(b)
}

// classOf returns the name of what is called to make an object, for as long as the tape lives.
func (t *tape) classOf(o *object) py.Class { return t.className(o.callable) }

func (t *tape) className(r ref) py.Class {
	n := &t.nodes[r]
	if n.kind != nodeGlobal {
		return py.Class{}
	}
	g := &t.globals[n.v]
	if g.module == 0 {
		return g.class
	}
	return py.Class{Module: t.peek(g.module), Name: t.peek(g.name)}
}
