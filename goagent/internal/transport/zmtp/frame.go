package zmtp

import (
	"encoding/binary"
	"math"
)

// The bits of a frame's first byte (RFC 37, "Framing").
const (
	flagMore     = 1 << 0
	flagLong     = 1 << 1
	flagCommand  = 1 << 2
	flagReserved = ^byte(flagMore | flagLong | flagCommand)
)

const (
	// shortest and longest are the sizes of a frame's header.
	shortest = 2
	longest  = 9
	// shortMost is the size of the largest body of a short frame.
	shortMost = math.MaxUint8
)

// appendHeader appends the header of a frame with a body of that size. The flags are flagMore,
// flagCommand or none.
func appendHeader(to []byte, flags byte, size int) []byte {
	if size <= shortMost {
		return append(to, flags, byte(size))
	}
	return binary.BigEndian.AppendUint64(append(to, flags|flagLong), uint64(size))
}

// headerSize returns the size of the header that begins with these flags.
func headerSize(flags byte) int {
	if flags&flagLong != 0 {
		return longest
	}
	return shortest
}

// parseHeader reads a header of headerSize bytes.
func parseHeader(wire []byte) (flags byte, size uint64, err error) {
	flags = wire[0]
	if flags&flagReserved != 0 || flags&flagCommand != 0 && flags&flagMore != 0 {
		return 0, 0, violation(ErrFrame, "flags %#02x", flags)
	}
	if flags&flagLong == 0 {
		return flags, uint64(wire[1]), nil
	}
	size = binary.BigEndian.Uint64(wire[1:])
	if size > math.MaxInt64 {
		return 0, 0, violation(ErrFrame, "a size of %d bytes", size)
	}
	return flags &^ flagLong, size, nil
}

// appendFrame appends a frame as it is on the wire.
func appendFrame(to []byte, flags byte, body []byte) []byte {
	return append(appendHeader(to, flags, len(body)), body...)
}
