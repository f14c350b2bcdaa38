package wire

// The default limits.
const (
	// DefaultMaxText is the default of [Limits.Text]: 64 KiB.
	DefaultMaxText = 64 << 10
	// DefaultMaxContent is the default of [Limits.Content]: 1 GiB.
	DefaultMaxContent = 1 << 30
	// DefaultMaxJSON is the default of [Limits.JSON]: 64 MiB.
	DefaultMaxJSON = 64 << 20
)

// Limits bound the frames that [Protocol.Parse] accepts, and what [Protocol.Encode] makes of values
// that json cannot share. What the frames held in memory before is the transport's concern. The
// original has no limits.
type Limits struct {
	// Text is the largest size in bytes of the header, of the serializer's name and of the message
	// id; 0 means [DefaultMaxText].
	Text int
	// Content is the largest size in bytes of the content; 0 means [DefaultMaxContent].
	Content int
	// JSON is the largest size in bytes of a json content that is written; 0 means
	// [DefaultMaxJSON]. A list that stands in many places is written in each of them, so that a
	// small pickle from a peer can be gigabytes of json.
	JSON int
	// Memory bounds about how many bytes of memory the values of a content take while it is read,
	// beyond the size of the content. Where the codecs' own limits are lower, 64 MiB and 24 bytes for
	// each byte of the content, those hold. 0 leaves it to them.
	Memory int64
}

// memory returns how much memory the values of a content of a size may take, 0 for what the codec
// allows by itself.
func (l Limits) memory(size int, base, factor int64) int64 {
	most := l.Memory + int64(size)
	if l.Memory <= 0 || most >= base+factor*int64(size) {
		return 0
	}
	return most
}

// json returns the serializer that keeps to the limit.
func (l Limits) json() jsonSerializer {
	if l.JSON <= 0 {
		return jsonSerializer{maxOutput: DefaultMaxJSON}
	}
	return jsonSerializer{maxOutput: l.JSON}
}

// check refuses a message that has a frame above its limit.
func (l Limits) check(frames [][]byte) error {
	text, content := l.Text, l.Content
	if text <= 0 {
		text = DefaultMaxText
	}
	if content <= 0 {
		content = DefaultMaxContent
	}
	for i, f := range frames {
		limit := text
		if i == contentFrame {
			limit = content
		}
		if len(f) > limit {
			return fromPeer(ErrTooLarge, "frame %d has %d bytes, the limit is %d", i, len(f), limit)
		}
	}
	return nil
}
