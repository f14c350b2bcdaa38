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
	// Subscribe tells that the first client subscribed to a prefix; the only frame is the prefix.
	Subscribe Kind = "subscribe"
	// Unsubscribe tells that the last client is gone from a prefix; the only frame is the prefix.
	Unsubscribe Kind = "unsubscribe"
	// Lost tells that the server went away before it answered a request; there are no frames.
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
	// Kind tells what it is.
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
	// Unsigned tells that there is no signature.
	Unsigned Signature = "none"
	// Valid tells that the signature is that of the key.
	Valid Signature = "valid"
	// Invalid tells that the signature is not that of the key, or there is none though there is a
	// key.
	Invalid Signature = "invalid"
	// Unchecked tells that there is a signature, but no key to check it with.
	Unchecked Signature = "not checked"
)

// Decoded is a Message, understood.
type Decoded struct {
	// Header holds the sender, the topic, the serializer, the body and the id.
	Header wire.Message
	// Content is the decoded content, a value of package py; it is nil when Err is set.
	Content any
	// Signature tells whether the message is signed as the key wants.
	Signature Signature
	// Err tells why the frames or their content cannot be understood.
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
