package wire

// Buffer is memory for the frames of a message that the next one takes again. The zero Buffer is
// ready for use. It can be copied while no frames in it are in use, and then only one of the two
// may be used on.
type Buffer struct {
	frames [frameCount][]byte
	small  []byte
	body   []byte
}

// keptFrame is the largest size in bytes of the memory that Trim keeps, for the content and for the
// other frames each.
const keptFrame = 4 << 10

// Trim ends the use of the frames, and gives up the memory for contents, and for texts, of more
// than 4 kB.
func (b *Buffer) Trim() {
	clear(b.frames[:])
	if cap(b.body) > keptFrame {
		b.body = nil
	}
	if cap(b.small) > keptFrame {
		b.small = nil
	}
}

// FormatIn is [Protocol.Format] that writes the message into a buffer: its frames are good until
// the buffer is used again.
func (p Protocol) FormatIn(b *Buffer, sender, topic string, content any, id string) ([][]byte, error) {
	if err := checkHeader(sender, topic); err != nil {
		return nil, err
	}
	var err error
	if b.body, err = p.appendContent(b.body[:0], content); err != nil {
		return nil, err
	}
	if b.small, err = p.format(b.frames[:], b.small[:0], sender, topic, b.body, id); err != nil {
		return nil, err
	}
	return b.frames[:], nil
}
