package pickle

import (
	"math"

	"github.com/pizco-go/pizco/py"
)

// object makes an instance, or the built-in value that Python writes as the call of a class.
func (g *graph) object(n *node) (any, error) {
	o := &g.t.objects[n.a()]
	if o.form != formNone && g.t.isPlain(o) {
		return g.builtin(n, o)
	}
	if made, err := g.registered(n, o); made != nil || err != nil {
		return made, err
	}
	p := g.objects.next()
	p.How = o.how
	p.Callable = g.values[o.callable]
	p.Args, _ = g.values[o.args].(py.Tuple)
	if o.hasKwargs {
		p.Kwargs, _ = g.values[o.kwargs].(*py.Dict)
	}
	return p, nil
}

// isPlain reports whether a call is nothing but its result: no value that it was made of is
// referred to from elsewhere, and nothing was put into it afterwards. What is not plain stays an
// Object, which can be written again as it was.
func (t *tape) isPlain(o *object) bool {
	if o.hasState || o.list.count > 0 || o.dict.count > 0 {
		return false
	}
	args := &t.nodes[o.args]
	if o.args >= firstRef && args.flags&flagShared != 0 {
		return false
	}
	items := t.span(args)
	if len(items) == 0 {
		return true
	}
	switch o.form {
	case formSet, formFrozenSet:
		return t.nodes[items[0]].flags&flagShared == 0
	case formCodecsEncode:
		return t.isOwn(&t.nodes[items[0]])
	case formByteArray:
		first := &t.nodes[items[0]]
		return t.isOwn(first) && (first.kind != nodeObject || t.isPlain(&t.objects[first.a()]))
	}
	return true
}

// isOwn reports whether an argument is one that Python has made for the call: nothing else refers
// to it, or it is so short that CPython has one object for it everywhere.
func (t *tape) isOwn(n *node) bool {
	if n.flags&flagShared == 0 {
		return true
	}
	if n.flags&flagApart != 0 {
		return false
	}
	switch n.kind {
	case nodeBytes, nodeBytesText:
		return sharedBytes(t.bytes(n)) >= 0
	case nodeStr, nodeStrText:
		return sharedText(t.bytes(n)) >= 0
	}
	return false
}

// builtin makes the value of a call that is plain.
func (g *graph) builtin(n *node, o *object) (any, error) {
	items := g.t.span(&g.t.nodes[o.args])
	switch o.form {
	case formBytes:
		return []byte{}, nil
	case formCodecsEncode:
		b, err := g.encoded(n, items[0])
		if err == nil && n.flags&flagApart != 0 {
			b = g.apart.bytes(b)
		}
		return b, err
	case formByteArray:
		return g.byteArray(n, items)
	case formType:
		return py.Class{Module: builtinsModule, Name: g.t.singletonType(items[0])}, nil
	case formComplex:
		return complex(g.t.float(items[0]), g.t.float(items[1])), nil
	}
	elements := g.values[items[0]].(*py.List).Items //nolint:forcetypeassert // The forms that get here were made of a list.
	if o.form == formFrozenSet {
		return g.newFrozenSet(n, elements)
	}
	s := &py.Set{}
	for _, e := range elements {
		if err := s.AddWithin(e, &g.work); err != nil {
			return nil, g.keyError(n, err)
		}
	}
	return s, nil
}

func (t *tape) float(r ref) float64 { return math.Float64frombits(t.nodes[r].v) }

// encoded returns the bytes that a str encodes to in Latin-1.
func (g *graph) encoded(n *node, text ref) ([]byte, error) {
	b, ok := latin1(g.t.bytes(&g.t.nodes[text]))
	if !ok {
		return nil, g.t.fail(n, "a character is beyond Latin-1", nil)
	}
	return b, nil
}

func (g *graph) byteArray(n *node, args []ref) (any, error) {
	if len(args) == 0 {
		return &py.ByteArray{}, nil
	}
	if len(args) == 2 {
		b, err := g.encoded(n, args[0])
		if err != nil {
			return nil, err
		}
		return &py.ByteArray{Bytes: b}, nil
	}
	first := &g.t.nodes[args[0]]
	if first.kind != nodeObject {
		return &py.ByteArray{Bytes: g.ownBytes(first)}, nil
	}
	// The bytes were made for this call alone, so the bytearray can have their memory.
	return &py.ByteArray{Bytes: g.values[args[0]].([]byte)}, nil //nolint:forcetypeassert // The form was made of bytes.
}

// latin1 returns the bytes of a text in Latin-1, and whether all of its characters are in it.
func latin1(utf8 []byte) ([]byte, bool) {
	b := make([]byte, 0, len(utf8))
	for i := 0; i < len(utf8); i++ {
		c := utf8[i]
		if c >= 0x80 {
			if c > 0xC3 || i+1 >= len(utf8) {
				return nil, false
			}
			i++
			c = c<<6 | utf8[i]&0x3F
		}
		b = append(b, c)
	}
	return b, true
}
