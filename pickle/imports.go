package pickle

import (
	"fmt"
	"io"
	"math"
	"strconv"
)

// Use is one thing that a pickle does with a name outside of itself.
type Use struct {
	// Kind says what is done.
	Kind UseKind
	// Module and Name are what is imported, called or changed, as Python 3 has them. Where the pickle
	// itself does not name it, Module is empty. Name is then a description in angle brackets, such as
	// "<persistent id>".
	Module, Name string
	// Offset is the position of the opcode in the data.
	Offset int
}

// UseKind is what a pickle does with a name.
type UseKind uint8

// The kinds of uses.
const (
	// Imported is an import of a module and a look-up in it.
	Imported UseKind = iota + 1
	// Called is a call.
	Called
	// Changed is a state, an item or an element that is set on what has been imported, such as an
	// attribute of a class.
	Changed
)

// String returns "imported", "called" or "changed".
func (k UseKind) String() string {
	return [...]string{"", "imported", "called", "changed"}[k]
}

// Target returns what is used: the module and the name with a dot between them.
func (u Use) Target() string {
	if u.Module == "" {
		return u.Name
	}
	return u.Module + "." + u.Name
}

// Harmless reports whether the use is on the list of what a pickle may do: importing and calling
// what makes plain values of Python, its standard library and numpy. A change never is.
func (u Use) Harmless() bool {
	if u.Module == "" || u.Kind == Changed {
		return false
	}
	return harmless()[global{u.Module, u.Name}]
}

// The bounds of a scan.
const (
	// maxScannedName is the length at which a module or a name is not looked at any more.
	maxScannedName = 1000
	// maxScanNesting is how deeply pickles within the bytes of pickles are followed.
	maxScanNesting = 16
	// maxFrame is larger than any frame that data can hold.
	maxFrame = math.MaxInt / 2
)

// ScanUses scans the pickle at the beginning of data and returns its length. It calls visit with
// everything that Python would import, call or change outside of the values themselves, in that
// order. Nothing is imported and no value is made. Only names are followed through the stack and
// the memo. A name that the pickle computes is a use too.
//
// Pickles within bytes, as pickle.loads would read them, are scanned with the one around them.
// An error is a [*SyntaxError]. What comes before it has been visited, as Python would have run it.
func ScanUses(data []byte, visit func(Use)) (int, error) {
	s := useScan{data: data, visit: visit, indexes: map[global]uint64{}}
	return s.run()
}

// scanned is a value of the stack as far as names go: its kind in the low bits, and above them the
// position of its opcode, for a str, or the index of a name.
type scanned uint64

const (
	scannedOther  scanned = iota // anything without a name
	scannedText                  // a str of the pickle
	scannedGlobal                // what an import returned
	scannedResult                // what a call returned

	scannedKind  scanned = 3
	scannedShift int     = 2
)

type useScan struct {
	data    []byte
	visit   func(Use)
	base    int // what is added to positions
	nesting int

	at, pos int
	reach   int // where the frames end that have begun: the C unpickler refuses a pickle without their ends
	proto   byte
	stack   []scanned
	marks   []int // the heights of the stack at the open marks
	memo    []scanned
	sparse  map[uint64]scanned // memo entries that are not next to the others

	names   []global
	indexes map[global]uint64
}

func (s *useScan) run() (int, error) {
	for {
		s.at = s.pos
		if s.pos >= len(s.data) {
			return 0, s.truncated()
		}
		op := Opcode(s.data[s.pos])
		info := &opcodes[op]
		if info.name == "" {
			return 0, s.fail("no such opcode")
		}
		after := s.data[s.pos+1:]
		o, complete := operandOf(info.arg, after)
		if !complete {
			return 0, s.cutOff(op, after)
		}
		content := after[o.header:o.length()]
		if negativeLength(info.arg, after[:o.header], o) {
			return 0, s.fail("a length is negative")
		}
		s.pos += 1 + int(o.length())
		if err := s.take(op, info, content); err != nil {
			return 0, err
		}
		if op == opStop && s.reach > len(s.data) {
			return 0, s.truncated()
		}
		if op == opStop {
			return s.pos, nil
		}
	}
}

// cutOff returns the error for an opcode whose operand the input ends within. Python has looked up
// the name that has been begun, without its last byte, when it finds out.
func (s *useScan) cutOff(op Opcode, after []byte) error {
	if op == opGlobal || op == opInst || op == opPersID {
		if err := s.takeImport(op, after); err != nil {
			return err
		}
	}
	return s.truncated()
}

// negativeLength reports whether a length stands before an operand that Python takes as negative.
func negativeLength(a argument, header []byte, o operand) bool {
	return (a == argString4 || a == argLong4) && littleEndian(header) != o.size
}

// take does what an opcode does, as far as names go.
func (s *useScan) take(op Opcode, info *opcodeInfo, content []byte) error {
	switch op {
	case opMark:
		s.marks = append(s.marks, len(s.stack))
		return nil
	case opPop:
		if last := len(s.marks) - 1; last >= 0 && s.marks[last] == len(s.stack) {
			s.marks = s.marks[:last]
			return nil
		}
		return s.replace(1)
	case opProto:
		s.proto = content[0]
		return nil
	case opFrame:
		s.reach = max(s.reach, s.pos+int(min(littleEndian(content), maxFrame)))
		return nil
	case opDup:
		if err := s.need(1); err != nil {
			return err
		}
		s.push(s.stack[len(s.stack)-1])
		return nil
	case opPut, opBinPut, opLongBinPut, opMemoize, opGet, opBinGet, opLongBinGet:
		return s.takeMemo(op, content)
	case opGlobal, opStackGlobal, opInst, opExt1, opExt2, opExt4, opPersID, opBinPersID:
		return s.takeImport(op, content)
	case opReduce, opNewObj, opNewObjEx, opObj:
		return s.takeCall(op, info)
	case opBuild, opAppend, opAppends, opSetItem, opSetItems, opAddItems:
		return s.takeChange(info)
	}
	return s.takeValue(info, content)
}

// takeValue does what an opcode does that makes a plain value.
func (s *useScan) takeValue(info *opcodeInfo, content []byte) error {
	if info.popsMark {
		if _, err := s.cutMark(); err != nil {
			return err
		}
	}
	if err := s.replace(int(info.pops)); err != nil {
		return err
	}
	value := scannedOther
	switch info.arg {
	case argUnicodeLine, argUnicode1, argUnicode4, argUnicode8, argStringLine:
		value = scannedText | scanned(s.at)<<scannedShift
	case argString1, argString4:
		value = scannedText | scanned(s.at)<<scannedShift
		if err := s.within(content); err != nil {
			return err
		}
	case argBytes1, argBytes4, argBytes8, argByteArray8:
		if err := s.within(content); err != nil {
			return err
		}
	}
	for range info.pushes {
		s.push(value)
	}
	return nil
}

// within scans the pickle in bytes, if that is what they are.
func (s *useScan) within(content []byte) error {
	if len(content) < 3 || Opcode(content[0]) != opProto || content[1] < 2 || content[1] > highestProtocol {
		return nil
	}
	if _, err := Wellformed(content); err != nil {
		return nil //nolint:nilerr // these bytes are no pickle
	}
	if s.nesting == maxScanNesting {
		return s.fail("pickles are within each other more than %d deep", maxScanNesting)
	}
	inner := useScan{
		data: content, visit: s.visit, base: s.base + s.pos - len(content), nesting: s.nesting + 1,
		indexes: map[global]uint64{},
	}
	_, err := inner.run()
	return err
}

func (s *useScan) push(v scanned) { s.stack = append(s.stack, v) }

// need checks that there are values above the last mark.
func (s *useScan) need(values int) error {
	fence := 0
	if last := len(s.marks) - 1; last >= 0 {
		fence = s.marks[last]
	}
	if len(s.stack)-fence < values {
		return s.fail("the stack is empty")
	}
	return nil
}

// replace takes values off the stack and puts others there.
func (s *useScan) replace(values int, by ...scanned) error {
	if err := s.need(values); err != nil {
		return err
	}
	s.stack = append(s.stack[:len(s.stack)-values], by...)
	return nil
}

// cutMark takes the last mark and what is above it off the stack, and returns what was above it.
func (s *useScan) cutMark() (above []scanned, err error) {
	last := len(s.marks) - 1
	if last < 0 {
		return nil, s.fail("there is no mark on the stack")
	}
	height := s.marks[last]
	above = s.stack[height:]
	s.marks, s.stack = s.marks[:last], s.stack[:height]
	return above, nil
}

func (s *useScan) takeMemo(op Opcode, content []byte) error {
	var index uint64
	switch op {
	case opMemoize:
		index = uint64(len(s.memo) + len(s.sparse))
	case opPut, opGet:
		text := string(content[:len(content)-1])
		n, err := strconv.ParseUint(text, 10, 63)
		if err != nil || strconv.FormatUint(n, 10) != text {
			return s.fail("a memo key is %q", clip(content))
		}
		index = n
	default:
		index = littleEndian(content)
	}
	switch op {
	case opGet, opBinGet, opLongBinGet:
		value, found := s.remembered(index)
		if !found {
			return s.fail("memo key %d has never been stored into", index)
		}
		s.push(value)
		return nil
	}
	if err := s.need(1); err != nil {
		return err
	}
	s.remember(index, s.stack[len(s.stack)-1])
	return nil
}

func (s *useScan) remembered(index uint64) (scanned, bool) {
	if index < uint64(len(s.memo)) {
		return s.memo[index], true
	}
	value, found := s.sparse[index]
	return value, found
}

// remember stores into the memo. Entries that have come before their neighbors join them.
func (s *useScan) remember(index uint64, value scanned) {
	next := uint64(len(s.memo))
	switch {
	case index < next:
		s.memo[index] = value
	case index > next:
		if s.sparse == nil {
			s.sparse = map[uint64]scanned{}
		}
		s.sparse[index] = value
	default:
		delete(s.sparse, index)
		s.memo = append(s.memo, value)
		for len(s.sparse) > 0 {
			next++
			value, found := s.sparse[next]
			if !found {
				return
			}
			delete(s.sparse, next)
			s.memo = append(s.memo, value)
		}
	}
}

func (s *useScan) fail(format string, args ...any) error {
	e := &SyntaxError{Offset: int64(s.base + s.at), Reason: fmt.Sprintf(format, args...)}
	if s.at < len(s.data) {
		e.Opcode = Opcode(s.data[s.at])
	}
	return e
}

func (s *useScan) truncated() error {
	e := &SyntaxError{Offset: int64(s.base + s.at), Reason: "the input ends within the pickle", Err: io.ErrUnexpectedEOF}
	if s.at < len(s.data) {
		e.Opcode = Opcode(s.data[s.at])
	}
	return e
}
