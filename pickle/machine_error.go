package pickle

import "fmt"

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
func (t *tape) typeName(r ref) string { return typeNames[t.nodes[r].kind] }
