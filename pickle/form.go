package pickle

import "github.com/pizco-go/pizco/py"

// form names a value that Python writes through a class or a call although Go has a type of its own for it.
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

	{Module: "__builtin__", Name: "Ellipsis"}:       formEllipsis,
	{Module: "__builtin__", Name: "NotImplemented"}: formNotImplemented,
	{Module: "__builtin__", Name: "bytearray"}:      formByteArray,
	{Module: "__builtin__", Name: "set"}:            formSet,
	{Module: "__builtin__", Name: "frozenset"}:      formFrozenSet,
	{Module: "__builtin__", Name: "complex"}:        formComplex,
	{Module: "__builtin__", Name: "bytes"}:          formBytes,
}

// reduceForm tells which built-in value a call makes, formNone when it is none or its arguments are not
// those that Python writes.
func (m *machine) reduceForm(callable, args ref) form {
	c := &m.nodes[callable]
	if c.kind != kindGlobal {
		return formNone
	}
	f := m.globals[c.a()].form
	items := m.span(&m.nodes[args])
	switch f {
	case formCodecsEncode:
		if len(items) == 2 && m.isStr(items[0]) && m.isLatin1Name(items[1]) {
			m.nodes[items[1]].flags |= flagCanonical
			return f
		}
	case formBytes:
		if len(items) == 0 {
			return f
		}
	case formByteArray:
		if len(items) == 0 || len(items) == 1 && m.isBytes(items[0]) || len(items) == 2 && m.isStr(items[0]) && m.isLatin1Name(items[1]) {
			return f
		}
	case formSet, formFrozenSet:
		if len(items) == 1 && m.nodes[items[0]].kind == kindList {
			return f
		}
	case formComplex:
		if len(items) == 2 && m.nodes[items[0]].kind == kindFloat && m.nodes[items[1]].kind == kindFloat {
			return f
		}
	}
	return formNone
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

// isLatin1Name tells whether a value is one of the names of the Latin-1 codec that pickle has written.
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
	case kindBytes, kindBytesText:
		return true
	case kindObject:
		f := m.objects[n.a()].form
		return f == formCodecsEncode || f == formBytes
	}
	return false
}
