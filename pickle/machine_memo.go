package pickle

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/internal/raw"
)

// memoSlack is how far beyond twice its entries the dense part of a memo reaches.
const memoSlack = 64

// valueMemo is the memo of a stack machine. Indexes that follow each other stand in a slice; one
// that lies far out goes to a map, so that it takes no more memory than any other.
type valueMemo struct {
	memo   []slot
	sparse map[uint64]slot
	// gapped is set when memo has empty entries or sparse has any. count is the number of entries
	// then, and len(memo) otherwise.
	gapped bool
	count  int
	// room is up to how many entries an opcode may just append to memo.
	room int
	// carried is what earlier pickles of the same stream have put into the memo.
	carried *carriedMemo
}

// carriedMemo is what the pickles of a stream that share their memo have left for the next one.
type carriedMemo struct {
	values map[uint64]any
	firsts firstObjects
}

func (m *valueMemo) reset() {
	m.memo, m.sparse, m.gapped, m.count, m.carried = m.memo[:0], nil, false, 0, nil
}

// entries returns the number of entries, which is the index that MEMOIZE takes.
func (m *valueMemo) entries() uint64 {
	if m.gapped {
		return uint64(m.count)
	}
	return uint64(len(m.memo))
}

// carry lets the memo begin with what earlier pickles have put into it.
func (m *machine) carry(c *carriedMemo) {
	m.carried, m.gapped, m.count, m.room = c, true, len(c.values), 0
	m.firstObjects = c.firsts.clone()
}

// entry returns the entry of an index.
func (m *valueMemo) entry(index uint64) (slot, bool) {
	if index < uint64(len(m.memo)) {
		if s := m.memo[index]; s.Word != tagEmpty {
			return s, true
		}
	}
	if s, ok := m.sparse[index]; ok {
		return s, true
	}
	if m.carried == nil {
		return slot{}, false
	}
	v, ok := m.carried.values[index]
	return raw.SlotOf(v), ok
}

// isForeign reports whether an entry is of an earlier pickle.
func (m *valueMemo) isForeign(index uint64) bool {
	if m.carried == nil || index < uint64(len(m.memo)) && m.memo[index].Word != tagEmpty {
		return false
	}
	_, own := m.sparse[index]
	return !own
}

func (m *valueMemo) store(index uint64, s slot) {
	size := uint64(len(m.memo))
	switch {
	case index < size && !m.gapped:
		m.memo[index] = s
		return
	case index == size && !m.gapped:
		m.memo = append(m.memo, s)
		return
	case !m.gapped:
		m.gapped, m.count, m.room = true, len(m.memo), 0
	}
	if _, there := m.entry(index); !there {
		m.count++
	}
	if index > uint64(2*m.count+memoSlack) && index >= size {
		if m.sparse == nil {
			m.sparse = make(map[uint64]slot)
		}
		m.sparse[index] = s
		return
	}
	for index >= uint64(len(m.memo)) {
		m.memo = append(m.memo, slot{Word: tagEmpty})
	}
	m.memo[index] = s
}

// keepMemo adds the entries to what earlier pickles have left.
func (m *machine) keepMemo(c *carriedMemo) {
	m.firstObjects.leave()
	c.firsts = m.firstObjects.clone()
	for i, s := range m.memo {
		if s.Word != tagEmpty {
			c.values[uint64(i)] = s.Value()
		}
	}
	for i, s := range m.sparse {
		if i >= uint64(len(m.memo)) || m.memo[i].Word == tagEmpty {
			c.values[i] = s.Value()
		}
	}
}

// indexed reads the operand of an opcode of the memo and hands it on.
func (m *machine) indexed(op Opcode, use func(uint64) error) error {
	width := 1
	switch op {
	case opGet, opPut:
		line, err := m.line()
		if err != nil {
			return err
		}
		index, err := strconv.ParseUint(strings.Trim(string(line), pythonSpace), 10, 63)
		if err != nil {
			return m.fail("a memo index is %q", clip(line))
		}
		return use(index)
	case opLongBinGet, opLongBinPut:
		width = 4
	}
	b, err := m.read(width)
	if err != nil {
		return err
	}
	return use(littleEndian(b))
}

// get executes GET and its kin.
func (m *machine) get(index uint64) error {
	s, ok := m.entry(index)
	if !ok {
		return m.fail("there is no memo entry %d", index)
	}
	switch {
	case s.Word == tagOpaque:
		return m.fail("the memo entry %d is part of a typed value", index)
	case s.Word&tagString != 0:
		p := m.strings.next()
		*p = m.known(&m.memo[index])
		s = slot{Word: stringTag, At: raw.Address(p)}
		m.memo[index] = s
	case !isScalar(s):
		m.level = max(m.level, m.deepest)
	}
	if m.isForeign(index) {
		if m.foreign == nil {
			m.foreign, m.used = map[uintptr]bool{}, true
		}
		m.foreign[s.At] = true
	}
	m.push(s)
	return nil
}

// put executes PUT and its kin.
func (m *machine) put(index uint64) error {
	from, err := m.topmost(1)
	if err != nil {
		return err
	}
	if int64(m.entries()) >= m.cfg.maxMemo {
		return m.limit(limitMemo, m.cfg.maxMemo)
	}
	m.store(index, m.stack[from])
	if m.wanted.has(index) {
		m.share(m.stack[from])
	}
	return nil
}

// known returns the str that a memo entry stands for.
func (m *machine) known(e *slot) string {
	if e.Word == stringTag {
		return e.Value().(string) //nolint:forcetypeassert // The tag says so.
	}
	s := textIn(e)
	if e.Word&tagSpan == tagSpan && !m.cfg.alias {
		s = m.slab.copy(raw.Bytes(s))
		*e = slotOfText(s, tagString)
	}
	return s
}

// slotOfText returns a slot for a str that is not made into a value.
func slotOfText(s string, tag uintptr) slot {
	return slot{Word: uintptr(len(s))<<tagBits | tag, At: raw.OfString(s).Address()}
}

// textIn returns the str of a slot with tagString or tagSpan.
func textIn(s *slot) string { return s.String(s.Word >> tagBits) }

// indexAt reads the operand of BINGET or LONG_BINGET, the index of an entry that is there.
func (m *machine) indexAt(op Opcode) (index int, ok bool) {
	rest := m.data[m.pos:]
	switch {
	case op == opBinGet && len(rest) >= 1:
		index = int(rest[0])
		m.pos++
	case op == opLongBinGet && len(rest) >= 4:
		index = int(binary.LittleEndian.Uint32(rest))
		m.pos += 4
	default:
		return 0, false
	}
	return index, index < len(m.memo)
}

// appendAt reads the operand of LONG_BINPUT and appends a value to the memo. It reports false for
// an entry that does not follow the last one.
func (m *machine) appendAt(s slot) bool {
	rest := m.data[m.pos:]
	if len(rest) < 4 || uint64(binary.LittleEndian.Uint32(rest)) != uint64(len(m.memo)) || len(m.memo) >= m.room {
		return false
	}
	m.pos += 4
	m.memo = append(m.memo, s)
	return true
}
