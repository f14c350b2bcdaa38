package pickle

import (
	"encoding/binary"
	"errors"
	"math"
	"sync"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// machine is the stack machine that a pickle is a program for. It makes the values while the
// opcodes run: a graph here, and Go's types in direct.go.
type machine struct {
	cfg  *decodeConfig
	data []byte
	pos  int    // of the next byte to read
	at   int    // of the opcode that runs
	size int    // of the input, of which data is the part before the limit of elements
	text string // a copy of the whole input if that is short

	proto uint8
	part  bool  // set while a typed target is filled: only plain opcodes are taken
	alias bool  // whether bytes share the memory of the input
	done  bool  // set when the value has been made
	err   error // what ended run

	planCache

	stack []slot
	// fence is where the part of the stack above the last mark begins; marks holds the fences below
	// it.
	fence int
	marks []mark
	valueMemo
	nextBuffer int
	names      nameCache

	nesting
	work int64 // left for hashing and comparing keys
	// granted is set when the share of each value in that work has been added.
	granted bool
	tries   int // bytes that have been read in vain
	orders  []readOrder
	// ordered is set when orders hold anything.
	ordered bool

	ints    growing[int64]
	floats  growing[float64]
	strings growing[string]
	slices  growing[[]byte]
	tuples  growing[py.Tuple]
	items   growing[any]
	pairs   growing[py.Pair]
	dicts   growing[py.Dict]
	lists   growing[py.List]
	objects growing[py.Object]
	last    *py.Dict // the dict that was filled last
	slab    textSlab
	first   any   // memory that was lent
	others  []any // that slots point to

	firstObjects
	apart apartSlab
	again
	calls
	places *places // nil unless somebody asks where a value was made
}

const (
	// shortInput is the size up to which the input is copied as a whole for the strings in it.
	shortInput = 1 << 10
	// leastSize is the size up to which a pickle is taken for one of few values.
	leastSize = 64
	// keepSlots is the number of values up to which a machine's memory is kept for the next pickle.
	keepSlots = 1 << 16
)

// mark is what a MARK separates from what is above it.
type mark struct{ fence, level int }

// slot is a value on the stack or in the memo: the two words of an interface, as numbers, so that
// the garbage collector has no part in what changes with every opcode. What a slot points to is
// kept alive by the pieces of memory that it comes from, or by others. A memo can also hold a str
// of a typed target, whose length stands in Word above tagString or tagSpan, and tagOpaque.
type slot = raw.Slot

const (
	tagString = 1 // At is the data of a string of the result
	tagOpaque = 2 // a value of a typed target
	tagSpan   = 3 // At is in the input
	tagBits   = 2
	tagEmpty  = tagOpaque | 1<<tagBits // no memo entry
)

var machines = sync.Pool{New: func() any { return &machine{slab: textSlab{keep: true}} }}

// newMachine returns a machine for the pickle at the beginning of data.
func newMachine(data []byte, cfg *decodeConfig) *machine {
	m := machines.Get().(*machine) //nolint:forcetypeassert // The pool makes nothing else.
	m.begin(data, cfg)
	return m
}

// begin gives the machine a pickle to decode.
func (m *machine) begin(data []byte, cfg *decodeConfig) {
	m.cfg, m.data, m.size, m.work, m.slab.left = cfg, data, len(data), cfg.maxKeyWork, len(data)
	m.room = int(min(cfg.maxMemo, math.MaxInt))
	switch {
	case len(data) == 0:
	case cfg.alias:
		m.text = raw.String(data)
	case len(data) <= shortInput:
		m.text = m.slab.copy(data)
	}
}

// release gives the machine back.
func (m *machine) release() {
	if cap(m.stack) > keepSlots || cap(m.memo) > keepSlots {
		return
	}
	m.reset()
	m.again.reset()
	m.cfg, m.data, m.text, m.places, m.alias, m.part, m.done = nil, nil, "", nil, false, false, false
	m.slab.forget()
	machines.Put(m)
}

// reset forgets the values that were made.
func (m *machine) reset() {
	m.stack, m.marks = m.stack[:0], m.marks[:0]
	m.pos, m.at, m.proto, m.fence, m.nextBuffer, m.tries = 0, 0, 0, 0, 0, 0
	m.nesting, m.granted, m.err, m.last, m.first = nesting{}, false, nil, nil, nil
	if len(m.others) > 0 {
		clear(m.others)
		m.others = m.others[:0]
	}
	m.valueMemo.reset()
	m.firstObjects.forget()
	m.apart = apartSlab{}
	m.calls.reset()
	m.ints.reset()
	m.floats.reset()
	m.strings.reset()
	m.slices.reset()
	m.tuples.reset()
	m.items.reset()
	m.pairs.reset()
	m.dicts.reset()
	m.lists.reset()
	m.objects.reset()
	m.forgetOrders()
}

// value decodes the pickle and returns its value. It begins anew where it learns late what it
// should have known early, see again.
func (m *machine) value() (any, error) {
	if int64(m.size) > m.cfg.maxInput {
		return nil, m.limit(limitInput, m.cfg.maxInput)
	}
	if int64(m.size) > m.cfg.maxElements {
		m.data = m.data[:elementsWithin(m.data, m.cfg.maxElements)]
	}
	m.lendFirst()
	root, err := m.once()
	for n := 0; m.rerun && n < maxRuns; n++ {
		m.rewind()
		root, err = m.once()
	}
	if err == nil && m.deferred != nil {
		err = m.deferred
	}
	m.done = err == nil
	return root, err
}

// once runs the pickle.
func (m *machine) once() (any, error) {
	if m.run() != opStop {
		return nil, m.err
	}
	root, err := m.pop()
	if err != nil {
		return nil, err
	}
	return root.Value(), nil
}

// run executes opcodes from m.pos up to STOP, which it returns, on copies of what they work on that
// the compiler can keep in registers. It returns zero when an opcode fails, and leaves the error in
// m.err.
//
// For a part of a typed target it stops before an opcode that takes more than what run has put on
// the stack, too, and fails at opcodes that are not plain.
func (m *machine) run() Opcode {
	data, stack, memo, pos, fence, level, room := m.data, m.stack[:0], m.memo, m.pos, 0, 0, m.room
	m.marks = m.marks[:0]
	for pos < len(data) {
		op := Opcode(data[pos])
		rest := data[pos+1:]
		pos++
		switch op {
		case opMark:
			m.marks = append(m.marks, mark{fence, level})
			fence, level = len(stack), 0
			continue
		case opNone:
			stack = append(stack, slot{})
			continue
		case opNewTrue:
			stack = append(stack, slotTrue)
			continue
		case opNewFalse:
			stack = append(stack, slotFalse)
			continue
		case opBinInt1:
			if len(rest) >= 1 {
				stack = append(stack, slot{Word: int64Tag, At: raw.Address(&smallInts[rest[0]])})
				pos++
				continue
			}
		case opBinInt2:
			if len(rest) >= 2 {
				stack = append(stack, m.int(int64(binary.LittleEndian.Uint16(rest))))
				pos += 2
				continue
			}
		case opBinInt:
			if len(rest) >= 4 {
				stack = append(stack, m.int(int64(int32(binary.LittleEndian.Uint32(rest)))))
				pos += 4
				continue
			}
		case opBinFloat:
			if len(rest) >= 8 {
				p := m.floats.next()
				*p = math.Float64frombits(binary.BigEndian.Uint64(rest))
				stack = append(stack, slot{Word: float64Tag, At: raw.Address(p)})
				pos += 8
				continue
			}
		case opShortBinUnicode:
			if len(rest) >= 1 && len(rest) > int(rest[0]) {
				n := int(rest[0])
				if content := rest[1 : 1+n]; allASCII(content) || validStr(content) {
					p := m.strings.next()
					*p = m.str(pos+1, n)
					if n <= maxShared {
						m.noteText(p, content)
					}
					stack = append(stack, slot{Word: stringTag, At: raw.Address(p)})
					pos += 1 + n
					continue
				}
			}
		case opBinUnicode:
			if n, ok := sizedAt(rest, 4); ok && n > maxShared {
				if content := rest[4 : 4+n]; validStr(content) {
					p := m.strings.next()
					*p = m.str(pos+4, n)
					stack = append(stack, slot{Word: stringTag, At: raw.Address(p)})
					pos += 4 + n
					continue
				}
			}
		case opBinGet:
			if len(rest) >= 1 && int(rest[0]) < len(memo) {
				if e := memo[rest[0]]; e.Word == stringTag || e.Word == classTag {
					stack = append(stack, e)
					pos++
					continue
				}
			}
		case opMemoize:
			if len(stack) > fence && len(memo) < room {
				memo = append(memo, stack[len(stack)-1])
				continue
			}
		case opBinPut:
			if len(rest) >= 1 && int(rest[0]) == len(memo) && len(stack) > fence && len(memo) < room {
				memo = append(memo, stack[len(stack)-1])
				pos++
				continue
			}
		}
		m.stack, m.memo, m.pos, m.at, m.fence, m.level = stack, memo, pos, pos-1, fence, level
		if op == opStop && !m.part || m.part && len(m.marks) == 0 && len(stack) < operands(op) {
			m.pos--
			return op
		}
		if m.part && !plainOpcodes[op] {
			return 0
		}
		if m.err = m.execute(op); m.err != nil {
			return 0
		}
		stack, memo, pos, fence, level, room = m.stack, m.memo, m.pos, m.fence, m.level, m.room
	}
	m.stack, m.memo, m.pos, m.at, m.fence = stack, memo, pos, pos, fence
	m.err = m.truncated()
	if m.size > len(m.data) {
		m.err = m.limit(limitElements, m.cfg.maxElements)
	}
	return 0
}

// operands returns how many values an opcode takes off the stack, or leaves there changed, when
// nothing is marked.
func operands(op Opcode) int {
	switch op {
	case opTuple1, opTuple2, opTuple3:
		return 1 + int(op-opTuple1)
	case opAppend:
		return 2
	case opSetItem:
		return 3
	case opStop, opTuple, opAppends, opSetItems:
		return math.MaxInt
	}
	return 0
}

// execute executes an opcode that has been read, other than STOP.
func (m *machine) execute(op Opcode) error {
	switch op {
	case opTuple1, opTuple2, opTuple3:
		return m.tupleFrom(len(m.stack) - 1 - int(op-opTuple1))
	case opTuple, opFrozenSet, opList, opDict:
		return m.marked(op)
	case opAppends, opSetItems, opAddItems:
		return m.fillMarked(op)
	case opAppend:
		return m.fillTop(op, 1)
	case opSetItem:
		return m.fillTop(op, 2)
	case opEmptyDict:
		m.push(slot{Word: dictTag, At: raw.Address(m.dicts.next())})
	case opEmptyList:
		m.push(slot{Word: listTag, At: raw.Address(m.lists.next())})
	case opEmptyTuple:
		m.push(slotEmptyTuple)
	case opEmptySet:
		m.pushOther(new(py.Set))
	case opReduce, opNewObj:
		return m.construct(op)
	case opNewObjEx:
		return m.newObjEx()
	case opInst:
		return m.inst()
	case opObj:
		return m.obj()
	case opBuild:
		return m.build()
	case opBinGet, opLongBinGet, opGet:
		return m.indexed(op, m.get)
	case opBinPut, opLongBinPut, opPut:
		return m.indexed(op, m.put)
	case opMemoize:
		return m.put(m.entries())
	case opGlobal:
		return m.global()
	case opStackGlobal:
		return m.stackGlobal()
	case opExt1, opExt2, opExt4:
		return m.extension(op)
	case opBinInt1, opBinInt2, opBinInt, opBinFloat:
		return m.truncated() // or run would have taken it
	case opInt, opLong, opFloat, opString, opUnicode, opPersID:
		return m.textLine(op)
	case opLong1:
		return m.sized(1, (*machine).long)
	case opLong4:
		return m.signed((*machine).long)
	case opShortBinUnicode:
		return m.sized(1, (*machine).unicode)
	case opBinUnicode:
		return m.sized(4, (*machine).unicode)
	case opBinUnicode8:
		return m.sized(8, (*machine).unicode)
	case opShortBinBytes:
		return m.sized(1, (*machine).byteString)
	case opBinBytes:
		return m.sized(4, (*machine).byteString)
	case opBinBytes8:
		return m.sized(8, (*machine).byteString)
	case opByteArray8:
		return m.sized(8, (*machine).byteArray)
	case opShortBinString:
		return m.sized(1, (*machine).python2Str)
	case opBinString:
		return m.signed((*machine).python2Str)
	case opMark, opNone, opNewTrue, opNewFalse: // run takes them all
	case opProto:
		return m.setProto()
	case opFrame:
		return m.frame()
	case opPop:
		return m.popTop()
	case opPopMark:
		_, err := m.sinceMark()
		return err
	case opDup:
		return m.dup()
	case opBinPersID:
		return m.binPersID()
	case opNextBuffer:
		return m.pushBuffer()
	case opReadonlyBuffer:
		return m.readOnlyBuffer()
	default:
		return m.fail("no such opcode")
	}
	return nil
}

func (m *machine) push(s slot) { m.stack = append(m.stack, s) }

// pushOther pushes a value that comes from no piece of memory.
func (m *machine) pushOther(v any) {
	m.others = append(m.others, v)
	m.push(raw.SlotOf(v))
}

// topmost returns where the topmost n values begin on the stack.
func (m *machine) topmost(n int) (from int, err error) {
	if from = len(m.stack) - n; from < m.fence {
		return 0, m.underflow()
	}
	return from, nil
}

func (m *machine) pop() (slot, error) {
	from, err := m.topmost(1)
	if err != nil {
		return slot{}, err
	}
	s := m.stack[from]
	m.stack = m.stack[:from]
	return s, nil
}

// sinceMark takes the mark away and returns the values above it, which are good until the next
// push.
func (m *machine) sinceMark() ([]slot, error) {
	last := len(m.marks) - 1
	if last < 0 {
		return nil, m.fail("there is no mark on the stack")
	}
	values := m.stack[m.fence:]
	m.stack = m.stack[:m.fence]
	m.inner, m.fence, m.level = m.level, m.marks[last].fence, m.marks[last].level
	m.marks = m.marks[:last]
	return values, nil
}

func (m *machine) setProto() error {
	if m.pos == len(m.data) {
		return m.truncated()
	}
	if m.proto = m.data[m.pos]; m.proto > highestProtocol {
		return m.fail("protocol %d is newer than %d", m.proto, highestProtocol)
	}
	m.pos++
	return nil
}

// frame steps over the operand of FRAME.
func (m *machine) frame() error {
	rest := m.data[m.pos:]
	if len(rest) < 8 || binary.LittleEndian.Uint64(rest) > uint64(m.size-m.pos-8) {
		return m.truncated()
	}
	m.pos += 8
	return nil
}

// popTop drops the value or the mark on top of the stack.
func (m *machine) popTop() error {
	if len(m.marks) > 0 && len(m.stack) == m.fence {
		_, err := m.sinceMark()
		return err
	}
	dropped, err := m.pop()
	if err != nil {
		return err
	}
	return m.takeStateSetter(dropped)
}

func (m *machine) dup() error {
	from, err := m.topmost(1)
	if err != nil {
		return err
	}
	m.share(m.stack[from])
	m.push(m.stack[from])
	return nil
}

func (m *machine) binPersID() error {
	id, err := m.pop()
	if err != nil {
		return err
	}
	m.pushOther(py.PersistentID{ID: id.Value()})
	return nil
}

func (m *machine) pushBuffer() error {
	if m.nextBuffer >= len(m.cfg.buffers) {
		return m.fail("there is no out-of-band buffer %d", m.nextBuffer)
	}
	m.pushOther(&py.Buffer{Bytes: m.cfg.buffers[m.nextBuffer]})
	m.nextBuffer++
	return nil
}

func (m *machine) readOnlyBuffer() error {
	from, err := m.topmost(1)
	if err != nil {
		return err
	}
	b, ok := m.stack[from].Value().(*py.Buffer)
	if !ok {
		return m.fail("a buffer is expected on the stack")
	}
	b.ReadOnly = true
	return nil
}

// again is what a run has found out that it should have known before, which the next run of the
// same pickle goes by.
type again struct {
	rerun bool
	// formless is set when a value that is not written as a call was given a state or items: calls
	// stay calls then.
	formless bool
	// asObjects holds the offsets of calls whose results are not made into structs.
	asObjects map[int]bool
	// deferred is the error of the run for a key without a hash, if the run goes on to its end.
	deferred *SyntaxError
}

// maxRuns is how often a pickle is run once more at most.
const maxRuns = 4

var errAgain = errors.New("the pickle is to be decoded once more")

func (a *again) reset() { *a = again{} }

// rewind prepares to run the pickle once more.
func (m *machine) rewind() {
	m.rerun, m.deferred = false, nil
	carried := m.carried
	m.reset()
	m.work, m.room = m.cfg.maxKeyWork, m.memoRoom()
	if carried != nil {
		m.carry(carried)
	}
}

func (m *machine) memoRoom() int { return int(min(m.cfg.maxMemo, math.MaxInt)) }
