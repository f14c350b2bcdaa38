package wire

import (
	"log/slog"
	"slices"
	"unicode/utf8"

	"github.com/pizco-go/pizco/pickle"
)

// frameCount is the number of frames that a message has at least; those beyond are ignored.
const frameCount = 5

// The positions of the frames.
const (
	headerFrame = iota
	serializerFrame
	contentFrame
	idFrame
	signatureFrame
)

// Protocol says how messages are written, and which ones are accepted; it is the original's class
// Protocol. The zero Protocol writes plain pickles and signs nothing, as the original does by
// default. A Protocol is a value that is never changed by its methods and can be copied and used by
// any number of goroutines.
type Protocol struct {
	// Key signs what is written and checks what is read; the zero Key does neither.
	Key Key
	// Serializer is the name of the serializer that writes contents: "pickle", "pickle0" to
	// "pickle5" or "json"; empty means "pickle". See [Lookup] for what a name may be. It has no
	// influence on what is read: a message names its own.
	Serializer string
	// PlainPickle is the pickle protocol, 1 to 5, that the plain name "pickle" writes; 0 means
	// [DefaultPlainPickle].
	PlainPickle int
	// PickleEncode are options for the pickles that are written, several of them joined by
	// pickle.EncodeOptions; nil means the defaults. A pickle protocol in them has no effect.
	PickleEncode pickle.EncodeOption
	// PickleDecode are options for the pickles that are read, several of them joined by
	// pickle.DecodeOptions; nil means the defaults.
	PickleDecode pickle.DecodeOption
	// Limits bound what is read, and json that is written.
	Limits Limits
}

// Format returns the frames of a message: content is serialized, the message signed when there is a
// key. An empty id is replaced by a new one ([NewID]). It fails with [ErrUnsendable] for a sender
// or topic that no header can carry, [ErrSerializer] for an unknown serializer, [ErrContent] for a
// content that it cannot write.
//
// The frames may share memory with each other but not with the content. It mirrors Protocol.format.
func (p Protocol) Format(sender, topic string, content any, id string) ([][]byte, error) {
	return p.FormatIn(new(Buffer), sender, topic, content, id)
}

// FormatBody is [Protocol.Format] for a content that is serialized already; the content frame is
// body itself.
func (p Protocol) FormatBody(sender, topic string, body []byte, id string) ([][]byte, error) {
	if err := checkHeader(sender, topic); err != nil {
		return nil, err
	}
	frames := make([][]byte, frameCount)
	if _, err := p.format(frames, nil, sender, topic, body, id); err != nil {
		return nil, err
	}
	return frames, nil
}

// format writes the frames of a message whose header has been checked. One piece of memory holds
// all of the small ones: small, if it is large enough, which it returns.
func (p Protocol) format(frames [][]byte, small []byte, sender, topic string, body []byte, id string) ([]byte, error) {
	if !utf8.ValidString(id) {
		return small, &Error{Kind: ErrUnsendable, Detail: "the message id is not UTF-8"}
	}
	if id == "" {
		id = NewID()
	}
	name := p.serializerName()
	small = slices.Grow(small, len(Magic)+len(sender)+len(topic)+2+len(name)+len(id)+signatureSize)
	frames[contentFrame] = body

	room := appendHeader(small, sender, topic)
	frames[headerFrame], room = cut(room)
	room = append(room, name...)
	frames[serializerFrame], room = cut(room)
	room = append(room, id...)
	frames[idFrame], room = cut(room)
	if !p.Key.IsZero() {
		room = p.Key.sum(room, frames[:signatureFrame])
	}
	frames[signatureFrame], _ = cut(room)
	return small, nil
}

// cut splits a buffer into what was written and the room behind it.
func cut(buf []byte) (written, room []byte) {
	return buf[:len(buf):len(buf)], buf[len(buf):]
}

// Parse checks the frames of a message in the original's order:
//
//  1. the number of frames, and the limits (the original has no limits)
//  2. the signature, if there is a key
//  3. UTF-8, the three parts of the header, and its first part
//  4. the given checks, in their order; the original looks at the sender, then at the id
//  5. the name of the serializer
//
// It does not decode the content. The message's Body shares memory with its frame. Parse mirrors
// Protocol.parse.
//
// Every error is an *[Error] with FromPeer set.
func (p Protocol) Parse(frames [][]byte, checks ...Check) (Message, error) {
	return p.ParseLike(frames, Message{}, checks...)
}

// ParseLike is [Protocol.Parse] for a message that is likely to have the sender, topic and id of
// another one, whose strings it takes then instead of making new ones.
func (p Protocol) ParseLike(frames [][]byte, like Message, checks ...Check) (Message, error) {
	if len(frames) < frameCount {
		return Message{}, fromPeer(ErrFrameCount, "expected %d, received %d", frameCount, len(frames))
	}
	if err := p.Limits.check(frames[:frameCount]); err != nil {
		return Message{}, err
	}
	if !p.Key.IsZero() && !p.Key.verify(frames[:signatureFrame], frames[signatureFrame]) {
		return Message{}, &Error{Kind: ErrSignature, FromPeer: true}
	}
	m, err := parseFrames(frames, like)
	if err != nil {
		return Message{}, err
	}
	for _, c := range checks {
		if err := c.apply(m.Sender, m.ID); err != nil {
			return Message{}, err
		}
	}
	if !m.IsPickle() && m.Serializer != jsonName {
		return Message{}, fromPeer(ErrSerializer, "%q", clip(m.Serializer))
	}
	return m, nil
}

func parseFrames(frames [][]byte, like Message) (Message, error) {
	magic, sender, topic, err := splitHeader(frames[headerFrame], like)
	if err != nil {
		return Message{}, err
	}
	if !utf8.Valid(frames[idFrame]) {
		return Message{}, fromPeer(ErrEncoding, "the message id is not UTF-8")
	}
	if !utf8.Valid(frames[serializerFrame]) {
		return Message{}, fromPeer(ErrEncoding, "the serializer's name is not UTF-8")
	}
	if magic != Magic {
		return Message{}, fromPeer(ErrHeader, "want %q, received %q", Magic, clip(magic))
	}
	return Message{
		Sender:     sender,
		Topic:      topic,
		Serializer: internName(frames[serializerFrame]),
		Body:       frames[contentFrame],
		ID:         text(frames[idFrame], like.ID),
	}, nil
}

// text returns the frame as a string, which is the other one if that says the same.
func text(frame []byte, other string) string {
	if string(frame) == other {
		return other
	}
	return string(frame)
}

// internName returns the name as a string, without taking memory for the names in most messages.
func internName(frame []byte) string {
	switch string(frame) {
	case picklePrefix:
		return picklePrefix
	case jsonName:
		return jsonName
	}
	return string(frame)
}

// Answering returns the protocol for an answer to m that its sender can read: p with the serializer
// of m and, for a pickle, the pickle protocol of its content. A pickle protocol that this package
// cannot write becomes the nearest one that it can.
func (p Protocol) Answering(m *Message) Protocol {
	p.Serializer = m.Serializer
	if protocol, ok := m.PickleProtocol(); ok {
		if protocol == 0 && m.Serializer == pickleNames[1] {
			protocol = 1 // only the name tells it from 0
		}
		p.Serializer = pickleNames[min(max(protocol, 0), highestPickle)]
		if m.Serializer == picklePrefix && protocol > 0 {
			p.Serializer = picklePrefix
			p.PlainPickle = min(protocol, highestPickle)
		}
	}
	return p
}

// LogValue returns the settings without the key.
func (p Protocol) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("serializer", p.serializerName()),
		slog.Bool("signed", !p.Key.IsZero()),
	)
}

func (p Protocol) serializerName() string {
	if p.Serializer == "" {
		return picklePrefix
	}
	return p.Serializer
}
