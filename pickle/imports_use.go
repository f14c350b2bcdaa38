package pickle

import (
	"bytes"
	"fmt"
	"strings"
)

// takeImport does what an opcode does that looks something up outside of the pickle.
func (s *useScan) takeImport(op Opcode, content []byte) error {
	switch op {
	case opGlobal, opInst:
		module, name, _ := strings.Cut(string(content[:min(len(content), 2*maxScannedName)]), "\n")
		target := s.target(module, name[:max(len(name)-1, 0)], len(content) <= maxScannedName)
		s.use(Imported, target) // before the stack is looked at, as Python's own unpickler does
		if op == opGlobal {
			s.push(s.value(scannedGlobal, target))
			return nil
		}
		if _, err := s.cutMark(); err != nil {
			return err
		}
		s.use(Called, target)
		s.push(s.value(scannedResult, target))
		return nil
	case opStackGlobal:
		if err := s.need(2); err != nil {
			return err
		}
		top := len(s.stack)
		module, isModule := s.text(s.stack[top-2])
		name, isName := s.text(s.stack[top-1])
		target := s.target(module, name, isModule && isName)
		s.use(Imported, target)
		return s.replace(2, s.value(scannedGlobal, target))
	case opPersID, opBinPersID:
		target := global{name: "<persistent id>"}
		s.use(Called, target)
		if op == opPersID {
			s.push(s.value(scannedResult, target))
			return nil
		}
		return s.replace(1, s.value(scannedResult, target))
	}
	target := global{name: fmt.Sprintf("<extension %d>", smallTwosComplement(append(bytes.Clone(content), extensionSign(op, content)...)))}
	s.use(Imported, target)
	s.push(s.value(scannedGlobal, target))
	return nil
}

// extensionSign returns what makes the codes of EXT1 and EXT2 positive: only EXT4 has a sign.
func extensionSign(op Opcode, content []byte) []byte {
	if op == opExt4 {
		return nil
	}
	return make([]byte, 4-len(content))
}

// target returns what a module and a name stand for in Python 3. What is not said in the pickle
// itself, or at great length, has no module.
func (s *useScan) target(module, name string, said bool) global {
	if !said || len(module) > maxScannedName || len(name) > maxScannedName {
		return global{name: "<computed name>"}
	}
	if module == "" {
		return global{name: "." + name}
	}
	if s.proto < 3 {
		module, name = toPython3(module, name)
	}
	return global{module, name}
}

// text returns the str that a value is, when it stands in the pickle as such.
func (s *useScan) text(v scanned) (string, bool) {
	if v&scannedKind != scannedText {
		return "", false
	}
	at := int(v >> scannedShift)
	a := opcodes[s.data[at]].arg
	o, _ := operandOf(a, s.data[at+1:])
	content := s.data[at+1:][o.header:o.length()]
	if len(content) > maxScannedName {
		return "", false
	}
	var problem string
	switch a {
	case argUnicodeLine:
		content, problem = appendRawUnicode(nil, content[:len(content)-1])
	case argStringLine:
		quoted := content[:len(content)-1]
		n := len(quoted)
		if n < 2 || quoted[0] != quoted[n-1] || quoted[0] != '\'' && quoted[0] != '"' {
			return "", false
		}
		content, problem = appendUnescaped(nil, quoted[1:n-1])
	}
	isText := a == argUnicodeLine || a == argUnicode1 || a == argUnicode4 || a == argUnicode8
	if problem != "" || !isText && !allASCII(content) || !validStr(content) {
		return "", false
	}
	return string(content), true
}

// takeCall does what an opcode does that calls something.
func (s *useScan) takeCall(op Opcode, info *opcodeInfo) error {
	var callable scanned
	pops := int(info.pops)
	if op == opObj {
		above, err := s.cutMark()
		if err != nil {
			return err
		}
		if len(above) == 0 {
			return s.fail("the stack is empty")
		}
		callable = above[0]
	} else {
		if err := s.need(pops); err != nil {
			return err
		}
		callable = s.stack[len(s.stack)-pops]
	}
	target := s.callee(callable)
	s.use(Called, target)
	return s.replace(pops, s.value(scannedResult, target))
}

// callee returns the name of what is called.
func (s *useScan) callee(v scanned) global {
	switch v & scannedKind {
	case scannedGlobal:
		return s.names[v>>scannedShift]
	case scannedResult:
		return global{name: resultOf(s.names[v>>scannedShift])}
	}
	return global{name: "<a value>"}
}

// resultOf describes what a call returns. The results of results are not told apart.
func resultOf(g global) string {
	if g.module == "" {
		return "<a result>"
	}
	return "<result of " + g.module + "." + g.name + ">"
}

// takeChange does what an opcode does that adds to a value. Values of the pickle's own may be
// changed; what has been imported is used by others.
func (s *useScan) takeChange(info *opcodeInfo) error {
	pops := int(info.pops) - 1
	if info.popsMark {
		if _, err := s.cutMark(); err != nil {
			return err
		}
	}
	if err := s.need(pops + 1); err != nil {
		return err
	}
	s.stack = s.stack[:len(s.stack)-pops]
	if v := s.stack[len(s.stack)-1]; v&scannedKind == scannedGlobal {
		s.use(Changed, s.names[v>>scannedShift])
	}
	return nil
}

func (s *useScan) use(kind UseKind, g global) {
	s.visit(Use{Kind: kind, Module: g.module, Name: g.name, Offset: s.base + s.at})
}

// value returns the value of the stack that a name belongs to.
func (s *useScan) value(kind scanned, g global) scanned {
	index, known := s.indexes[g]
	if !known {
		index = uint64(len(s.names))
		s.names = append(s.names, g)
		s.indexes[g] = index
	}
	return kind | scanned(index)<<scannedShift
}
