package zmtp

import (
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

const (
	// directLeast is the size of the smallest frame that is sent from the memory of whoever sends
	// it, in place of a copy beside the other frames.
	directLeast = transport.GivenLeast
	// packetKeep is the size of the largest memory that is kept for the next packet.
	packetKeep = 256 << 10
)

// message is one to be sent: the frames of both parts, one behind the other.
type message struct {
	head, body [][]byte
	// given is set when the large frames may be kept.
	given bool
}

// append appends the message as it is on the wire.
func (m message) append(to []byte, b box) []byte {
	left := len(m.head) + len(m.body)
	for _, part := range [...][][]byte{m.head, m.body} {
		for _, frame := range part {
			left--
			to = appendSealed(to, b, moreFlag(left > 0), frame)
		}
	}
	return to
}

// size returns the number of bytes of the message on the wire.
func (m message) size(b box) int {
	size := 0
	for _, part := range [...][][]byte{m.head, m.body} {
		for _, frame := range part {
			if b != nil {
				size += b.sealedSize(len(frame))
			} else {
				size += longest + len(frame)
			}
		}
	}
	return size
}

func moreFlag(more bool) byte {
	if more {
		return flagMore
	}
	return 0
}

func appendSealed(to []byte, b box, flags byte, body []byte) []byte {
	if b != nil {
		return b.seal(to, flags, body)
	}
	return appendFrame(to, flags, body)
}

// packet is messages as they go out together: small frames one behind the other in memory of its
// own, large ones where they are.
type packet struct {
	memory   []byte
	from     int // where in memory the next segment begins
	segments []segment
	size     int
	ends     []int // where in the packet each message ends
}

// segment is a piece of a packet.
type segment struct {
	bytes []byte
	// owned is set when no one else changes the memory.
	owned bool
	// sealed is set for an encrypted frame, whose memory is reused after it has been sent.
	sealed bool
}

var packets = sync.Pool{New: func() any { return new(packet) }}

func takePacket() *packet {
	p, _ := packets.Get().(*packet)
	return p
}

func (p *packet) giveBack() {
	if cap(p.memory) > packetKeep {
		p.memory = nil
	}
	clear(p.segments)
	*p = packet{memory: p.memory[:0], segments: p.segments[:0], ends: p.ends[:0]}
	packets.Put(p)
}

// add adds a message.
func (p *packet) add(m message, b box) {
	before := len(p.memory)
	left := len(m.head) + len(m.body)
	for _, part := range [...][][]byte{m.head, m.body} {
		for _, frame := range part {
			left--
			if len(frame) < directLeast {
				p.memory = appendSealed(p.memory, b, moreFlag(left > 0), frame)
				continue
			}
			direct := segment{bytes: frame, owned: m.given}
			if b != nil {
				box := b.seal(takeSealed(b.sealedSize(len(frame))), moreFlag(left > 0), frame)
				direct = segment{bytes: box, owned: true, sealed: true}
			} else {
				p.memory = appendHeader(p.memory, moreFlag(left > 0), len(frame))
			}
			p.cut()
			p.segments = append(p.segments, direct)
			p.size += len(direct.bytes)
		}
	}
	p.size += len(p.memory) - before
	p.ends = append(p.ends, p.size)
}

// cut ends a segment of the packet's own memory.
func (p *packet) cut() {
	if len(p.memory) > p.from {
		p.segments = append(p.segments, segment{bytes: p.memory[p.from:len(p.memory):len(p.memory)]})
		p.from = len(p.memory)
	}
}

// trySend sends as much of the packet as the system takes without waiting.
func (p *packet) trySend(s *stream) (sent int, err error) {
	p.cut()
	for _, segment := range p.segments {
		n, err := s.trySend(segment.bytes)
		sent += n
		if err != nil || n < len(segment.bytes) {
			return sent, err
		}
		if segment.sealed {
			giveSealed(segment.bytes)
		}
	}
	return sent, nil
}

// rest returns what follows the first sent bytes, in memory that no one else changes. The last
// entry counts the messages that are not complete without it.
func (p *packet) rest(sent int) (entries []entry) {
	messages := 0
	for messages < len(p.ends) && p.ends[len(p.ends)-1-messages] > sent {
		messages++
	}
	var copied []byte
	for i, segment := range p.segments {
		skip := min(sent, len(segment.bytes))
		sent -= skip
		bytes := segment.bytes[skip:]
		switch {
		case len(bytes) == 0:
		case segment.sealed:
			entries, copied = append(entries, entry{wire: bytes, sealed: segment.bytes}), nil
		case segment.owned:
			entries, copied = append(entries, entry{wire: bytes}), nil
		case copied == nil:
			copied = append(make([]byte, 0, len(bytes)+sharedSize(p.segments[i+1:])), bytes...)
			entries = append(entries, entry{wire: copied})
		default:
			copied = append(copied, bytes...)
			entries[len(entries)-1].wire = copied
		}
	}
	if len(entries) > 0 {
		entries[len(entries)-1].messages = messages
	}
	return entries
}

// sharedSize returns the number of bytes before the first segment that is owned.
func sharedSize(segments []segment) (size int) {
	for _, s := range segments {
		if s.owned {
			break
		}
		size += len(s.bytes)
	}
	return size
}
