package pickle

import (
	"encoding/binary"
	"io"
	"math"
	"sync"
)

// machine is the stack machine that a pickle is a program for. It runs the program onto a tape:
// nothing is looked up, called or made.
type machine struct {
	tape
	cfg   *decodeConfig
	pos   int // of the next byte to read
	at    int // of the opcode that runs
	proto uint8
	stack []ref
	// scratch holds refs while the stack changes.
	scratch []ref
	// fence is where the part of the stack above the last mark begins; marks holds the fences below
	// it.
	fence      int
	marks      []int
	memo       decodeMemo
	nextBuffer int
	names      nameCache
	firsts     firstObjects
	carried    *carriedMemo // nil unless the stream's pickles share their memo
}

// keepNodes is the size up to which a machine's memory is kept for the next pickle.
const keepNodes = 1 << 20

var machines = sync.Pool{New: func() any { return new(machine) }}

func newMachine(cfg *decodeConfig) *machine {
	m := machines.Get().(*machine) //nolint:forcetypeassert // The pool makes nothing else.
	m.cfg = cfg
	return m
}

func (m *machine) release() {
	if cap(m.nodes) > keepNodes || cap(m.items) > 4*keepNodes || cap(m.text) > 16*keepNodes {
		return
	}
	m.tape.reset(nil)
	m.cfg = nil
	machines.Put(m)
}

// run executes the pickle at the beginning of data up to its STOP and leaves the number of bytes
// that it took in m.pos.
func (m *machine) run(data []byte) error {
	m.tape.reset(data)
	m.memo.reset()
	m.firsts.forget()
	if m.carried != nil {
		m.memo.count = int64(len(m.carried.values))
		m.firsts = m.carried.firsts
	}
	m.pos, m.at, m.proto, m.fence, m.nextBuffer = 0, 0, 0, 0, 0
	m.stack, m.marks = m.stack[:0], m.marks[:0]
	if int64(len(data)) > m.cfg.maxInput {
		return m.limit(limitInput, m.cfg.maxInput)
	}
	return m.loop(data)
}

// loop executes opcodes up to STOP. The commonest ones are executed here, on copies of what they
// work on that the compiler can keep in registers; every other one finds everything in the machine.
func (m *machine) loop(data []byte) (err error) {
	maxNodes := int(min(m.cfg.maxElements, math.MaxUint32-int64(firstRef))) + int(firstRef)
	pos, stack, nodes, dense, fence := 0, m.stack, m.nodes, m.memo.dense, 0
	for {
		at := pos
		var op Opcode
		if pos < len(data) && len(nodes) <= maxNodes {
			op = Opcode(data[pos])
			pos++
			rest := data[pos:]
			switch op {
			case opMark:
				m.marks = append(m.marks, fence)
				fence = len(stack)
				continue
			case opNone:
				stack = append(stack, refNone)
				continue
			case opNewTrue:
				stack = append(stack, refTrue)
				continue
			case opNewFalse:
				stack = append(stack, refFalse)
				continue
			case opEmptyTuple:
				stack = append(stack, refEmptyTuple)
				continue
			case opBinInt1:
				if len(rest) >= 1 {
					stack = append(stack, ref(len(nodes)))
					nodes = append(nodes, node{kind: nodeInt, at: uint32(at), v: uint64(rest[0])})
					pos++
					continue
				}
			case opBinInt2:
				if len(rest) >= 2 {
					m.size.ints++
					stack = append(stack, ref(len(nodes)))
					nodes = append(nodes, node{kind: nodeInt, at: uint32(at), v: uint64(binary.LittleEndian.Uint16(rest))})
					pos += 2
					continue
				}
			case opBinInt:
				if len(rest) >= 4 {
					m.size.ints++
					stack = append(stack, ref(len(nodes)))
					nodes = append(nodes, node{kind: nodeInt, at: uint32(at), v: uint64(int32(binary.LittleEndian.Uint32(rest)))})
					pos += 4
					continue
				}
			case opBinFloat:
				if len(rest) >= 8 {
					m.size.floats++
					stack = append(stack, ref(len(nodes)))
					nodes = append(nodes, node{kind: nodeFloat, at: uint32(at), v: binary.BigEndian.Uint64(rest)})
					pos += 8
					continue
				}
			case opShortBinUnicode:
				if len(rest) >= 1 && len(rest) > int(rest[0]) {
					n := int(rest[0])
					if text := rest[1 : 1+n]; n > maxShared && (allASCII(text) || validStr(text)) {
						m.size.strings++
						m.size.stringBytes += n
						stack = append(stack, ref(len(nodes)))
						nodes = append(nodes, node{kind: nodeStr, at: uint32(at), v: pair(uint32(pos+1), uint32(n))})
						pos += 1 + n
						continue
					}
				}
			case opBinGet:
				if len(rest) >= 1 && int(rest[0]) < len(dense) && dense[rest[0]] != noRef {
					r := dense[rest[0]]
					nodes[r].flags |= flagShared
					stack = append(stack, r)
					pos++
					continue
				}
			case opMemoize:
				if n := len(dense); len(stack) > fence && m.memo.count == int64(n) && m.memo.count < m.cfg.maxMemo && m.memo.sparse == nil {
					dense = append(dense, stack[len(stack)-1])
					m.memo.count++
					continue
				}
			case opBinPut:
				if n := len(dense); len(rest) >= 1 && int(rest[0]) == n && len(stack) > fence && m.memo.count == int64(n) &&
					m.memo.count < m.cfg.maxMemo && m.memo.sparse == nil {
					dense = append(dense, stack[len(stack)-1])
					m.memo.count++
					pos++
					continue
				}
			}
		}
		m.at, m.pos, m.stack, m.nodes, m.memo.dense, m.fence = at, pos, stack, nodes, dense, fence
		if done, err := m.execute(op, maxNodes); done || err != nil {
			return err
		}
		pos, stack, nodes, dense, fence = m.pos, m.stack, m.nodes, m.memo.dense, m.fence
	}
}

// execute executes one opcode, which has been read. It reports whether it was STOP.
func (m *machine) execute(op Opcode, maxNodes int) (done bool, err error) {
	if len(m.nodes) > maxNodes || len(m.items) > math.MaxUint32>>1 {
		return false, m.limit(limitElements, m.cfg.maxElements)
	}
	if m.at == len(m.data) {
		return false, m.truncated()
	}
	switch op {
	case opStop:
		m.root, err = m.pop()
		return true, err
	case opTuple1:
		err = m.smallTuple(1)
	case opTuple2:
		err = m.smallTuple(2)
	case opTuple3:
		err = m.smallTuple(3)
	case opTuple:
		err = m.tuple()
	case opEmptyDict:
		m.pushContainer(nodeDict)
	case opEmptyList:
		m.pushContainer(nodeList)
	case opSetItems:
		err = m.setItems()
	case opAppends:
		err = m.appends()
	case opBinUnicode:
		err = m.sized(4, (*machine).str)
	default:
		err = m.runOther(op)
	}
	return false, err
}

func (m *machine) push(r ref) { m.stack = append(m.stack, r) }

func (m *machine) pushNode(k kind, v uint64) {
	m.stack = append(m.stack, ref(len(m.nodes)))
	m.nodes = append(m.nodes, node{kind: k, at: uint32(m.at), v: v})
}

func (m *machine) pushContainer(k kind) {
	switch k {
	case nodeDict:
		m.size.dicts++
	case nodeList:
		m.size.lists++
	}
	m.containers = append(m.containers, container{})
	m.pushNode(k, uint64(len(m.containers)-1))
}

func (m *machine) pop() (ref, error) {
	top := len(m.stack) - 1
	if top < m.fence {
		return 0, m.underflow()
	}
	r := m.stack[top]
	m.stack = m.stack[:top]
	return r, nil
}

// top returns the value on top of the stack.
func (m *machine) top() (ref, error) {
	if len(m.stack) <= m.fence {
		return 0, m.underflow()
	}
	return m.stack[len(m.stack)-1], nil
}

// sinceMark takes the mark away and returns the values above it, which are good until the next
// push.
func (m *machine) sinceMark() ([]ref, error) {
	last := len(m.marks) - 1
	if last < 0 {
		return nil, m.fail("there is no mark on the stack")
	}
	refs := m.stack[m.fence:]
	m.stack = m.stack[:m.fence]
	m.fence = m.marks[last]
	m.marks = m.marks[:last]
	return refs, nil
}

func (m *machine) get(index uint64) error {
	r, ok := m.memo.get(index)
	if !ok && m.carried != nil {
		r, ok = m.carried.get(m, index)
	}
	if !ok {
		return m.fail("there is no memo entry %d", index)
	}
	m.nodes[r].flags |= flagShared
	m.push(r)
	return nil
}

func (m *machine) put(index uint64) error {
	r, err := m.top()
	if err != nil {
		return err
	}
	if m.memo.count >= m.cfg.maxMemo {
		return m.limit(limitMemo, m.cfg.maxMemo)
	}
	m.memo.put(index, r)
	return nil
}

// read returns the next n bytes.
func (m *machine) read(n int) ([]byte, error) {
	if n > len(m.data)-m.pos {
		return nil, m.truncated()
	}
	b := m.data[m.pos : m.pos+n]
	m.pos += n
	return b, nil
}

// length reads a little-endian length of the given width and checks that so many bytes follow.
func (m *machine) length(width int) (int, error) {
	b, err := m.read(width)
	if err != nil {
		return 0, err
	}
	n := littleEndian(b)
	if n > uint64(len(m.data)-m.pos) {
		return 0, m.truncated()
	}
	return int(n), nil
}

// sized reads a length and hands it to what reads so many bytes.
func (m *machine) sized(width int, read func(*machine, int) error) error {
	n, err := m.length(width)
	if err != nil {
		return err
	}
	return read(m, n)
}

func littleEndian(b []byte) (n uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		n = n<<8 | uint64(b[i])
	}
	return n
}

func (m *machine) truncated() error {
	e := m.fail("the input ends within the pickle")
	e.Err = io.ErrUnexpectedEOF
	return e
}

func (m *machine) underflow() error {
	if len(m.marks) > 0 {
		return m.fail("a mark is where a value is expected on the stack")
	}
	return m.fail("the stack is empty")
}
