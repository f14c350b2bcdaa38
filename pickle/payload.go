package pickle

import "encoding/binary"

// payloadWithin is how far from the beginning of a pickle PayloadAt looks.
const payloadWithin = 4 << 10

// PayloadAt returns where the content of a bytes object or bytearray begins that makes up more than
// half of a pickle, such as the elements of an array. size is the size of the pickle. It looks at
// the first bytes of the pickle, which may be all that has arrived. It returns 0 where it finds no
// such object. The result is a guess: it takes whatever looks like one.
func PayloadAt(head []byte, size int) int {
	head = head[:min(len(head), payloadWithin)]
	for i := range head {
		header, n := 0, uint64(0)
		switch rest := head[i+1:]; Opcode(head[i]) {
		case opBinBytes:
			if len(rest) >= 4 {
				header, n = 5, uint64(binary.LittleEndian.Uint32(rest))
			}
		case opBinBytes8, opByteArray8:
			if len(rest) >= 8 {
				header, n = 9, binary.LittleEndian.Uint64(rest)
			}
		}
		if header > 0 && n > uint64(size/2) && n <= uint64(max(size-i-header, 0)) {
			return i + header
		}
	}
	return 0
}
