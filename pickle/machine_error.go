package pickle

import (
	"fmt"
	"strings"
)

// fail returns an error at the opcode that runs.
func (m *machine) fail(format string, args ...any) *SyntaxError {
	return &SyntaxError{Offset: int64(m.at), Opcode: m.current(), Reason: fmt.Sprintf(format, args...)}
}

func (m *machine) limit(l limit, most int64) error {
	return &LimitError{Offset: int64(m.at), Opcode: m.current(), Limit: l.option, Max: most}
}

func (m *machine) current() Opcode {
	if m.at < len(m.data) {
		return Opcode(m.data[m.at])
	}
	return 0
}

// typeNames are the names of the Python types of nodes.
var typeNames = [...]string{
	nodeNone: "NoneType", nodeBool: "bool", nodeInt: "int", nodeFloat: "float", nodeBigBytes: "int", nodeBigText: "int",
	nodeStr: "str", nodeStrText: "str", nodeBytes: "bytes", nodeBytesText: "bytes", nodeByteArray: "bytearray",
	nodeBuffer: "PickleBuffer", nodeGlobal: "type", nodePersID: "persistent id", nodeTuple: "tuple",
	nodeFrozenSet: "frozenset", nodeList: "list", nodeDict: "dict", nodeSet: "set", nodeObject: "object",
	nodeForeign: "an earlier pickle's value",
}

// typeName returns the name of the Python type of a value.
func (t *tape) typeName(r ref) string {
	n := &t.nodes[r]
	if n.kind != nodeObject {
		return typeNames[n.kind]
	}
	o := &t.objects[n.a()]
	class := t.className(o.callable)
	if args := t.span(&t.nodes[o.args]); (class.Module == "copyreg" || class.Module == "copy_reg") && len(args) > 0 {
		class = t.className(args[0])
	}
	if class.Name == "" {
		return typeNames[n.kind]
	}
	return strings.Clone(class.Name)
}
