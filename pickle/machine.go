package pickle

import (
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

// loop executes opcodes up to STOP.
func (m *machine) loop(data []byte) error {
	maxNodes := int(min(m.cfg.maxElements, math.MaxUint32-int64(firstRef))) + int(firstRef)
	for {
		m.at = m.pos
		if len(m.nodes) > maxNodes || len(m.items) > math.MaxUint32>>1 {
			return m.limit(limitElements, m.cfg.maxElements)
		}
		if m.at == len(data) {
			return m.truncated()
		}
		m.pos++
		if op := Opcode(data[m.at]); op != opStop {
			if err := m.execute(op); err != nil {
				return err
			}
			continue
		}
		var err error
		m.root, err = m.pop()
		return err
	}
}

// execute executes one opcode but STOP, which has been read.
func (m *machine) execute(op Opcode) (err error) {
	switch op {
	case opMark:
		m.marks = append(m.marks, m.fence)
		m.fence = len(m.stack)
	case opNone:
		m.push(refNone)
	case opNewTrue:
		m.push(refTrue)
	case opNewFalse:
		m.push(refFalse)
	case opEmptyTuple:
		m.push(refEmptyTuple)
	case opBinInt1, opBinInt2, opBinInt, opBinFloat:
		err = m.number(op)
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
	case opShortBinUnicode:
		err = m.sized(1, (*machine).str)
	case opBinUnicode:
		err = m.sized(4, (*machine).str)
	default:
		err = m.runOther(op)
	}
	return err
}

func (m *machine) push(r ref) { m.stack = append(m.stack, r) }

func (m *machine) pushNode(k kind, v uint64) {
	m.stack = append(m.stack, ref(len(m.nodes)))
	m.nodes = append(m.nodes, node{kind: k, at: uint32(m.at), v: v})
}

func (m *machine) pushContainer(k kind) {
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
