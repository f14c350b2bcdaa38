package pickle

// maxOpened is how many memo entries Opening remembers.
const maxOpened = 16

// Opening finds the strings that a pickle begins with, without decoding it. It fills words with
// slices of data, in the order in which the strings stand there, and returns how many it has found.
//
// It passes over the beginnings of tuples, lists and dicts, and stops at the first value that is
// neither such a beginning nor a str, or when words is full. A str that comes again counts again.
// It checks nothing that stands behind the last word, nor how the words are nested. A pickle below
// protocol 2 has no opening.
func Opening(data []byte, words [][]byte) (found int) {
	if len(data) < 2 || Opcode(data[0]) != opProto || data[1] > highestProtocol || len(words) == 0 {
		return 0
	}
	var last []byte // the value that was made last, nil for a container
	var memo [maxOpened][]byte
	var kept uint64
	steps(data[2:], func(_ int, op Opcode, operand []byte) bool {
		switch op {
		case opMark, opFrame:
			return true
		case opEmptyDict, opEmptyList:
			last = nil
			return true
		case opMemoize, opBinPut, opLongBinPut:
			// The index is the next one in what any pickler writes.
			if op != opMemoize && littleEndian(operand) != kept || kept == maxOpened {
				return false
			}
			memo[kept] = last
			kept++
			return true
		case opShortBinUnicode, opBinUnicode:
			last = operand[:len(operand):len(operand)]
		case opBinGet, opLongBinGet:
			index := littleEndian(operand)
			if index >= kept || memo[index] == nil {
				return false
			}
			last = memo[index]
		default:
			return false
		}
		words[found] = last
		found++
		return found < len(words)
	})
	return found
}
