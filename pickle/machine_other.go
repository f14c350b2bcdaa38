package pickle

import "encoding/binary"

// runOther executes the opcodes that are not worth a place in the machine's main loop.
func (m *machine) runOther(op Opcode) error {
	switch op {
	case opProto:
		return m.setProto()
	case opMemoize:
		return m.put(uint64(m.memo.count))
	case opBinGet, opBinPut:
		b, err := m.read(1)
		if err != nil {
			return err
		}
		if op == opBinGet {
			return m.get(uint64(b[0]))
		}
		return m.put(uint64(b[0]))
	case opFrame:
		_, err := m.length(8)
		return err
	case opInt, opLong, opFloat, opString, opUnicode, opGet, opPut, opPersID:
		return m.runText(op)
	case opLong1:
		return m.sized(1, (*machine).long)
	case opLong4:
		return m.long4()
	case opShortBinBytes:
		return m.sized(1, (*machine).byteString)
	case opBinBytes:
		return m.sized(4, (*machine).byteString)
	case opBinBytes8:
		return m.sized(8, (*machine).byteString)
	case opByteArray8:
		return m.sized(8, (*machine).byteArray)
	case opBinUnicode8:
		return m.sized(8, (*machine).str)
	case opShortBinString:
		return m.sized(1, (*machine).python2Str)
	case opBinString:
		return m.binString()
	case opLongBinGet, opLongBinPut:
		b, err := m.read(4)
		if err != nil {
			return err
		}
		index := uint64(binary.LittleEndian.Uint32(b))
		if op == opLongBinGet {
			return m.get(index)
		}
		return m.put(index)
	case opPop:
		return m.popTop()
	case opPopMark:
		_, err := m.sinceMark()
		return err
	case opDup:
		r, err := m.top()
		if err == nil {
			m.nodes[r].flags |= flagShared
			m.push(r)
		}
		return err
	case opList, opDict, opEmptySet, opFrozenSet, opAppend, opSetItem, opAddItems:
		return m.runContainer(op)
	case opGlobal, opStackGlobal, opExt1, opExt2, opExt4:
		return m.runGlobal(op)
	case opReduce, opNewObj, opNewObjEx, opInst, opObj, opBuild:
		return m.runObject(op)
	case opBinPersID:
		id, err := m.pop()
		if err == nil {
			m.pushNode(nodePersID, uint64(id))
		}
		return err
	case opNextBuffer:
		return m.pushBuffer()
	case opReadonlyBuffer:
		return m.readOnlyBuffer()
	}
	return m.fail("no such opcode")
}

func (m *machine) setProto() error {
	b, err := m.read(1)
	if err != nil {
		return err
	}
	if b[0] > highestProtocol {
		return m.fail("protocol %d is newer than %d", b[0], highestProtocol)
	}
	m.proto = b[0]
	return nil
}

// popTop drops the value or the mark on top of the stack.
func (m *machine) popTop() error {
	if len(m.marks) > 0 && len(m.stack) == m.fence {
		_, err := m.sinceMark()
		return err
	}
	r, err := m.pop()
	if err == nil {
		m.takeStateSetter(r)
	}
	return err
}

func (m *machine) pushBuffer() error {
	if m.nextBuffer >= len(m.cfg.buffers) {
		return m.fail("there is no out-of-band buffer %d", m.nextBuffer)
	}
	m.pushNode(nodeBuffer, uint64(m.nextBuffer))
	m.nextBuffer++
	return nil
}

func (m *machine) readOnlyBuffer() error {
	r, err := m.top()
	if err != nil {
		return err
	}
	n := &m.nodes[r]
	if n.kind != nodeBuffer {
		return m.fail("a buffer is expected on the stack")
	}
	n.flags |= flagReadOnly
	return nil
}
