package pickle

import "encoding/binary"

// maxOpened is how many memo entries Opening remembers.
const maxOpened = 16

// Opening finds the strings that a pickle begins with, without decoding it. It fills words with
// slices of data, in the order in which the strings stand there, and returns how many it has found.
//
// It passes over the beginnings of tuples, lists and dicts, and stops at the first value that is
// neither such a beginning nor a str, or when words is full. A str that comes again counts again.
// It checks nothing that stands behind the last word, nor how the words are nested. A pickle below
// protocol 2 has no opening.
func Opening(data []byte, words [][]byte) int {
	if len(data) < 2 || Opcode(data[0]) != opProto || data[1] > highestProtocol {
		return 0
	}
	o := opening{data: data, pos: 2, words: words}
	for o.found < len(words) && o.step() {
	}
	return o.found
}

// opening reads the strings at the beginning of a pickle.
type opening struct {
	data  []byte
	pos   int
	words [][]byte
	found int
	// last is the value that was made last, nil for a container, and memo what was memoized.
	last []byte
	memo [maxOpened][]byte
	kept int
}

// step reads one opcode. It reports false at the end of the opening.
func (o *opening) step() bool {
	op := Opcode(0)
	if o.pos < len(o.data) {
		op = Opcode(o.data[o.pos])
		o.pos++
	}
	switch op {
	case opMark:
		return true
	case opEmptyDict, opEmptyList:
		o.last = nil
		return true
	case opFrame:
		return o.skip(8)
	case opShortBinUnicode:
		n, ok := o.number(1)
		return ok && o.word(n)
	case opBinUnicode:
		n, ok := o.number(4)
		return ok && o.word(n)
	case opMemoize:
		return o.put(o.kept)
	case opBinPut:
		i, ok := o.number(1)
		return ok && o.put(i)
	case opLongBinPut:
		i, ok := o.number(4)
		return ok && o.put(i)
	case opBinGet:
		i, ok := o.number(1)
		return ok && o.get(i)
	case opLongBinGet:
		i, ok := o.number(4)
		return ok && o.get(i)
	}
	return false
}

func (o *opening) skip(n int) bool {
	o.pos += n
	return o.pos <= len(o.data)
}

// number reads an operand of so many bytes, 1 or 4.
func (o *opening) number(size int) (n int, ok bool) {
	at := o.pos
	if !o.skip(size) {
		return 0, false
	}
	if size == 1 {
		return int(o.data[at]), true
	}
	n = int(binary.LittleEndian.Uint32(o.data[at:]))
	return n, n >= 0
}

// word reads a str of n bytes.
func (o *opening) word(n int) bool {
	if n > len(o.data)-o.pos {
		return false
	}
	o.add(o.data[o.pos : o.pos+n : o.pos+n])
	o.pos += n
	return true
}

func (o *opening) add(word []byte) {
	o.last = word
	o.words[o.found] = word
	o.found++
}

// put keeps the last value under an index, which is the next one in what any pickler writes.
func (o *opening) put(index int) bool {
	if index != o.kept || index >= maxOpened {
		return false
	}
	o.memo[index] = o.last
	o.kept++
	return true
}

// get makes a value that was kept again.
func (o *opening) get(index int) bool {
	if index >= o.kept || o.memo[index] == nil {
		return false
	}
	o.add(o.memo[index])
	return true
}
