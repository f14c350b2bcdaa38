package curve

import (
	"encoding/binary"
	"strings"
)

// z85 is the alphabet of ZeroMQ's base 85 (RFC 32/Z85): four bytes are five characters.
const z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

// encodeZ85 encodes bytes, whose number is a multiple of four.
func encodeZ85(bytes []byte) string {
	var text strings.Builder
	for ; len(bytes) > 0; bytes = bytes[4:] {
		var digits [5]byte
		value := binary.BigEndian.Uint32(bytes)
		for i := range digits {
			digits[len(digits)-1-i] = z85[value%85]
			value /= 85
		}
		text.Write(digits[:])
	}
	return text.String()
}

// decodeZ85 reports false for what is no Z85.
func decodeZ85(text string) ([]byte, bool) {
	if len(text)%5 != 0 {
		return nil, false
	}
	bytes := make([]byte, 0, len(text)/5*4)
	for ; text != ""; text = text[5:] {
		var value uint64
		for _, digit := range []byte(text[:5]) {
			i := strings.IndexByte(z85, digit)
			if i < 0 {
				return nil, false
			}
			value = 85*value + uint64(i)
		}
		if value > 1<<32-1 {
			return nil, false
		}
		bytes = binary.BigEndian.AppendUint32(bytes, uint32(value))
	}
	return bytes, true
}
