package pickle

import "github.com/pizco-go/pizco/py"

// form names a value that Python writes through a class or a call although Go has a type of its own
// for it.
type form uint8

const (
	formNone form = iota
	formEllipsis
	formNotImplemented
	formCodecsEncode
	formBytes
	formByteArray
	formSet
	formFrozenSet
	formComplex
	formType
	formGetattr
)

// forms are the globals that stand for values or make them when they are called.
var forms = map[py.Class]form{
	{Module: "builtins", Name: "Ellipsis"}:       formEllipsis,
	{Module: "builtins", Name: "NotImplemented"}: formNotImplemented,
	{Module: "_codecs", Name: "encode"}:          formCodecsEncode,
	{Module: "builtins", Name: "bytes"}:          formBytes,
	{Module: "builtins", Name: "bytearray"}:      formByteArray,
	{Module: "builtins", Name: "set"}:            formSet,
	{Module: "builtins", Name: "frozenset"}:      formFrozenSet,
	{Module: "builtins", Name: "complex"}:        formComplex,
	{Module: "builtins", Name: "type"}:           formType,
	{Module: "builtins", Name: "getattr"}:        formGetattr,

	{Module: "__builtin__", Name: "Ellipsis"}:       formEllipsis,
	{Module: "__builtin__", Name: "NotImplemented"}: formNotImplemented,
	{Module: "__builtin__", Name: "bytearray"}:      formByteArray,
	{Module: "__builtin__", Name: "set"}:            formSet,
	{Module: "__builtin__", Name: "frozenset"}:      formFrozenSet,
	{Module: "__builtin__", Name: "complex"}:        formComplex,
	{Module: "__builtin__", Name: "bytes"}:          formBytes,
	{Module: "__builtin__", Name: "type"}:           formType,
	{Module: "__builtin__", Name: "getattr"}:        formGetattr,
}

// shareName lets the module's name of a global have the memory that the encoder's own reductions
// use, since the global itself is about to be forgotten.
func (m *machine) shareName(g *named) {
	if g.module != 0 {
		m.nodes[g.module].flags |= flagCanonical
	}
}

// reduceForm tells which built-in value a call makes, formNone when it is none or its arguments are
// not those that Python writes.
func (m *machine) reduceForm(callable, args ref) form {
	c := &m.nodes[callable]
	if c.kind != nodeGlobal {
		return formNone
	}
	g := &m.globals[c.a()]
	if g.form == formNone || !m.takesArgs(g.form, m.span(&m.nodes[args])) {
		return formNone
	}
	if g.form == formGetattr {
		if m.isMemoized(args) {
			return formNone
		}
		return formGetattr
	}
	m.shareName(g)
	if items := m.span(&m.nodes[args]); g.form == formCodecsEncode || g.form == formByteArray && len(items) > 0 {
		m.claimShared(items[0])
	}
	return g.form
}

// takesArgs tells whether Python writes calls of that form with these arguments.
func (m *machine) takesArgs(f form, items []ref) bool {
	switch f {
	case formCodecsEncode:
		if len(items) != 2 || !m.isStr(items[0]) || !m.isLatin1Name(items[1]) {
			return false
		}
		m.nodes[items[1]].flags |= flagCanonical
		return true
	case formBytes:
		return len(items) == 0
	case formByteArray:
		return len(items) == 0 || len(items) == 1 && m.isBytes(items[0]) ||
			len(items) == 2 && m.isStr(items[0]) && m.isLatin1Name(items[1])
	case formSet, formFrozenSet:
		return len(items) == 1 && m.nodes[items[0]].kind == nodeList
	case formComplex:
		return len(items) == 2 && m.nodes[items[0]].kind == nodeFloat && m.nodes[items[1]].kind == nodeFloat
	case formType:
		return len(items) == 1 && m.singletonType(items[0]) != ""
	case formGetattr:
		return len(items) == 2 && m.nodes[items[0]].kind == nodeGlobal && m.globals[m.nodes[items[0]].a()].module == 0 && m.isStr(items[1])
	}
	return false
}

// singletonType returns the name of the type of None, Ellipsis or NotImplemented, which has no name
// that pickle could write; empty for all else.
func (t *tape) singletonType(r ref) string {
	n := &t.nodes[r]
	switch {
	case r == refNone:
		return "NoneType"
	case n.kind == nodeGlobal && t.globals[n.v].form == formEllipsis:
		return "ellipsis"
	case n.kind == nodeGlobal && t.globals[n.v].form == formNotImplemented:
		return "NotImplementedType"
	}
	return ""
}

// canonical returns the memory that a name shares with the encoder's reductions of built-in values.
func canonical(name []byte) string {
	switch string(name) {
	case latin1Encoding:
		return latin1Encoding
	case builtinsModule:
		return builtinsModule
	}
	return string(name)
}

// isLatin1Name tells whether a value is one of the names of the Latin-1 codec that pickle has
// written.
func (m *machine) isLatin1Name(r ref) bool {
	if !m.isStr(r) {
		return false
	}
	name := string(m.bytes(&m.nodes[r]))
	return name == "latin1" || name == "latin-1"
}

// isBytes tells whether a value is bytes, or a call that makes bytes.
func (m *machine) isBytes(r ref) bool {
	n := &m.nodes[r]
	switch n.kind {
	case nodeBytes, nodeBytesText:
		return true
	case nodeObject:
		f := m.objects[n.a()].form
		return f == formCodecsEncode || f == formBytes
	}
	return false
}

// isMemoized tells whether a value is the one that was memoized last.
func (m *machine) isMemoized(r ref) bool {
	n := len(m.memo.dense)
	return n > 0 && m.memo.dense[n-1] == r
}

// nestedClass returns the node of a class inside of another, which CPython writes below protocol 4
// as getattr(outer, name). From 3.13 on it does not memoize the arguments, which tells it from the
// reduction of a bound method.
func (m *machine) nestedClass(args ref) node {
	items := m.span(&m.nodes[args])
	outer := m.globals[m.nodes[items[0]].a()].class
	outer.Name += "." + string(m.bytes(&m.nodes[items[1]]))
	return m.globalNode(named{class: outer})
}
