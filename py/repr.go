package py

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
)

const (
	// DefaultReprLength is the number of bytes that [Repr] returns at most.
	DefaultReprLength = 1 << 20
	// DefaultReprDepth is how deep [Repr] follows values into each other.
	DefaultReprDepth = 1000
)

// ReprOption changes what [Repr] prints.
type ReprOption interface{ applyRepr(*repr) }

type reprOption func(*repr)

func (o reprOption) applyRepr(r *repr) { o(r) }

// WithReprLength bounds the text to that many bytes: what is longer is cut and ends with "...". The
// default is [DefaultReprLength]; the least is 3.
func WithReprLength(bytes int) ReprOption {
	return reprOption(func(r *repr) { r.limit = max(bytes, len(ellipsisMark)) })
}

// WithReprDepth bounds how deep values are followed into each other: what is deeper is printed as
// "...". The default is [DefaultReprDepth]; the least is 1, the most 10,000.
func WithReprDepth(levels int) ReprOption {
	return reprOption(func(r *repr) { r.maxDepth = min(max(levels, 1), 10_000) })
}

// WithReprObjects prints an object of an unknown class with its arguments, and with its state and
// items where it has them, as in <robot.Arm(3) state={'name': 'left'}>. By default it is printed as
// <robot.Arm object>.
func WithReprObjects() ReprOption { return reprOption(func(r *repr) { r.objects = true }) }

// Repr returns what repr() of the newest CPython prints for the value. A container that holds
// itself is printed as "[...]", "{...}" or "(...)" inside of itself, as Python does.
//
// What only Python knows is missing. That is addresses (<__main__.Plain object>), the names of enum
// members and of the fields of named tuples, and the output of __repr__ methods of unknown classes.
// Other Go values are converted by [FromGo], or printed as Go's %v in angle brackets when that
// fails.
//
// The work is bounded by the options, whatever graph is given.
func Repr(v any, opts ...ReprOption) string {
	text, _ := ReprWhole(v, opts...)
	return text
}

// ReprWhole is [Repr] that also reports whether the text is whole: neither cut nor with values left
// out that are too deep.
func ReprWhole(v any, opts ...ReprOption) (text string, whole bool) {
	r := &repr{limit: DefaultReprLength, maxDepth: DefaultReprDepth}
	for _, o := range opts {
		o.applyRepr(r)
	}
	r.value(v)
	return r.text(), !r.full() && !r.tooDeep
}

const ellipsisMark = "..."

// repr writes the text of one value.
type repr struct {
	out      []byte
	limit    int
	depth    int
	maxDepth int
	objects  bool
	tooDeep  bool
	// open are the containers that are being printed.
	open []any
	// deep has the identities of open containers beyond the first few.
	deep map[any]bool
}

// full reports whether the limit is exceeded.
func (r *repr) full() bool { return len(r.out) > r.limit }

func (r *repr) text() string {
	if !r.full() {
		return string(r.out)
	}
	end := r.limit - len(ellipsisMark)
	for end > 0 && r.out[end]&0xC0 == 0x80 { // not within a character
		end--
	}
	return string(r.out[:end]) + ellipsisMark
}

func (r *repr) str(s string) { r.out = append(r.out, s...) }

func (r *repr) value(v any) {
	if r.full() {
		return
	}
	switch v := v.(type) {
	case nil:
		r.str("None")
	case bool:
		if v {
			r.str("True")
		} else {
			r.str("False")
		}
	case int64:
		r.out = strconv.AppendInt(r.out, v, 10)
	case *big.Int:
		r.bigInt(v)
	case float64:
		r.out = AppendFloat(r.out, v)
	case complex128:
		r.complex(v)
	case string:
		r.quote(v)
	case []byte:
		r.quoteBytes(v, false)
	case *ByteArray:
		r.call("bytearray", func() { r.quoteBytes(v.Bytes, true) })
	case ellipsis:
		r.str("Ellipsis")
	case notImplemented:
		r.str("NotImplemented")
	case Class:
		r.class(v)
	case PersistentID:
		r.call("<persistent id ", func() { r.value(v.ID) })
	default:
		r.container(v)
	}
}

// bigInt writes an int; one that is too long for the text is not converted, which takes time that
// grows faster than its size.
func (r *repr) bigInt(n *big.Int) {
	if n == nil {
		r.str("None")
		return
	}
	const bitsPerDigit = 3.4
	if float64(n.BitLen()) > bitsPerDigit*float64(r.limit) || n.BitLen() > 1<<20 {
		r.str(fmt.Sprintf("<int of %d bits>", n.BitLen()))
		return
	}
	r.out = n.Append(r.out, 10)
}

func (r *repr) complex(c complex128) {
	part := func(f float64) {
		at := len(r.out)
		r.out = AppendFloat(r.out, f)
		if n := len(r.out); n-at > 2 && string(r.out[n-2:]) == ".0" {
			r.out = r.out[:n-2]
		}
	}
	if real(c) == 0 && !math.Signbit(real(c)) {
		part(imag(c))
		r.str("j")
		return
	}
	r.str("(")
	part(real(c))
	if !math.Signbit(imag(c)) || math.IsNaN(imag(c)) {
		r.str("+")
	}
	part(imag(c))
	r.str("j)")
}

// call writes name(...).
func (r *repr) call(name string, args func()) {
	r.str(name)
	if name[0] == '<' {
		args()
		r.str(">")
		return
	}
	r.str("(")
	args()
	r.str(")")
}

func (r *repr) container(v any) {
	if r.depth >= r.maxDepth {
		r.tooDeep = true
		r.str(ellipsisMark)
		return
	}
	if r.isOpen(v) {
		r.str(recursionMark(v))
		return
	}
	r.depth++
	r.enter(v)
	r.content(v)
	r.leave()
	r.depth--
}

// fewOpen is how many containers are looked for one by one: a map is for deep nesting, where that
// takes long.
const fewOpen = 16

func (r *repr) enter(v any) {
	r.open = append(r.open, v)
	if len(r.open) > fewOpen {
		if r.deep == nil {
			r.deep = map[any]bool{}
		}
		r.deep[identity(v)] = true
	}
}

func (r *repr) leave() {
	last := len(r.open) - 1
	if last >= fewOpen {
		delete(r.deep, identity(r.open[last]))
	}
	r.open = r.open[:last]
}

// isOpen reports whether the container is being printed already.
func (r *repr) isOpen(v any) bool {
	id := identity(v)
	if id.IsNil() {
		return false
	}
	for _, o := range r.open[:min(len(r.open), fewOpen)] {
		if identity(o) == id {
			return true
		}
	}
	return r.deep[id]
}

func recursionMark(v any) string {
	switch v := v.(type) {
	case *Object:
		switch {
		case v.Class() == Class{"collections", "deque"}, v.How != Reduce && len(v.ListItems) > 0:
			return "[...]"
		case v.How != Reduce && len(v.DictItems) > 0:
			return "{...}"
		}
	case *List:
		return "[...]"
	case *Dict:
		return "{...}"
	case Tuple:
		return "(...)"
	case *Set:
		return "set(...)"
	case *FrozenSet:
		return "frozenset(...)"
	}
	return ellipsisMark
}

func (r *repr) content(v any) {
	switch v := v.(type) {
	case Tuple:
		r.tuple(v)
	case *List:
		r.list(v.Items)
	case *Dict:
		r.dict(v.Pairs())
	case *Set:
		r.set("set", v.Elements())
	case *FrozenSet:
		r.set("frozenset", v.Elements())
	case *Object:
		r.object(v)
	case *Buffer:
		r.str("<pickle.PickleBuffer object>")
	default:
		r.foreign(v)
	}
}

// foreign writes a value of a Go type that is not Python's.
func (r *repr) foreign(v any) {
	if graph, err := FromGo(v); err == nil && !isSame(graph, v) {
		r.value(graph)
		return
	}
	r.str(fmt.Sprintf("<%T>", v))
}

// isSame reports whether two values have the same identity.
func isSame(a, b any) bool {
	id := identity(a)
	return !id.IsNil() && id == identity(b)
}

// items writes n items separated by commas.
func (r *repr) items(n int, item func(int)) {
	for i := range n {
		if r.full() {
			return
		}
		if i > 0 {
			r.str(", ")
		}
		item(i)
	}
}

func (r *repr) list(items []any) {
	r.str("[")
	r.items(len(items), func(i int) { r.value(items[i]) })
	r.str("]")
}

func (r *repr) tuple(t Tuple) {
	r.str("(")
	r.items(len(t), func(i int) { r.value(t[i]) })
	if len(t) == 1 {
		r.str(",")
	}
	r.str(")")
}

func (r *repr) dict(pairs []Pair) {
	r.str("{")
	r.items(len(pairs), func(i int) {
		r.value(pairs[i].Key)
		r.str(": ")
		r.value(pairs[i].Value)
	})
	r.str("}")
}

// set writes a set: as a literal, or as a call if its type has no literal.
func (r *repr) set(name string, elements []Pair) {
	if len(elements) == 0 {
		r.str(name + "()")
		return
	}
	if name == "set" {
		r.elements(elements)
		return
	}
	r.call(name, func() { r.elements(elements) })
}

func (r *repr) elements(elements []Pair) {
	r.str("{")
	r.items(len(elements), func(i int) { r.value(elements[i].Key) })
	r.str("}")
}
