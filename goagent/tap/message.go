package tap

import (
	"slices"
	"time"

	"github.com/pizco-go/pizco/wire"
)

// Kind tells what a Message is.
type Kind string

const (
	// Request is a message of a client to the server.
	Request Kind = "request"
	// Reply is the server's answer to a request.
	Reply Kind = "reply"
	// Notification is a message that the server publishes.
	Notification Kind = "notification"
	// Subscribe means that a first client subscribed to a prefix. The only frame is the prefix.
	Subscribe Kind = "subscribe"
	// Unsubscribe means that no client is subscribed to a prefix any more. The only frame is the
	// prefix.
	Unsubscribe Kind = "unsubscribe"
	// Lost means that the server went away before it answered a request. There are no frames.
	Lost Kind = "lost"
)

// Message is what the tap saw.
type Message struct {
	// Number counts what the tap saw, from 1.
	Number uint64
	// Answers is the Number of the request that a Reply or Lost belongs to, else 0.
	Answers uint64
	// Time is when the tap received it.
	Time time.Time
	// Kind is what the message is, or what happened.
	Kind Kind
	// Frames are the frames as they came in. They must not be changed.
	Frames [][]byte
}

// The frames of a message.
const (
	frameHeader = iota
	frameSerializer
	frameContent
	frameID
	frameSignature
	frameCount
)

// Signature is what can be said about the signature of a message.
type Signature string

const (
	// Unsigned means that the message has no signature.
	Unsigned Signature = "none"
	// Valid means that the signature was made with the key.
	Valid Signature = "valid"
	// Invalid means that there is a key, and the signature is missing or was not made with it.
	Invalid Signature = "invalid"
	// Unchecked means that there is a signature, but no key to check it with.
	Unchecked Signature = "not checked"
)

// Decoded is a Message, understood.
type Decoded struct {
	// Header holds the sender, the topic, the serializer, the body and the id.
	Header wire.Message
	// Content is the decoded content, a value of package py; it is nil when Err is set.
	Content any
	// Signature is the result of checking the message's signature.
	Signature Signature
	// Err is set when the frames or their content cannot be decoded.
	Err error
}

// Decode understands the frames of a request, a reply or a notification. A wrong signature is told
// by Signature and does not keep the rest from being decoded.
func (m Message) Decode(protocol wire.Protocol) Decoded {
	d := Decoded{Signature: signatureOf(protocol, m.Frames)}
	protocol.Key = wire.Key{}
	if d.Header, d.Err = protocol.Parse(m.Frames); d.Err == nil {
		d.Err = protocol.Decode(&d.Header, &d.Content)
	}
	return d
}

func signatureOf(protocol wire.Protocol, frames [][]byte) Signature {
	signed := len(frames) >= frameCount && len(frames[frameSignature]) > 0
	if protocol.Key.IsZero() {
		if signed {
			return Unchecked
		}
		return Unsigned
	}
	if _, err := protocol.Parse(frames); isSignatureError(err) {
		return Invalid
	}
	return Valid
}

// cloneFrames gives the frames that go on a list of their own, so that the observer's stay as they
// came.
func cloneFrames(frames [][]byte) [][]byte { return slices.Clone(frames) }
