package wire

import "strings"

// Message is a message whose frames were checked and whose content is still as it came.
type Message struct {
	// Sender is the endpoint of the agent that sent the message, such as "tcp://127.0.0.1:8000".
	Sender string
	// Topic is empty for requests and most answers, and the name of what is published in
	// notifications.
	Topic string
	// Serializer is the name of frame 1: "json", or a name that begins with "pickle".
	Serializer string
	// Body is the content as it came. It shares memory with the frame.
	Body []byte
	// ID is the message id, "urn:uuid:…" by convention.
	ID string
}

// IsPickle reports whether the body is a pickle, as the original tells it: by the first letters of
// the serializer's name.
func (m *Message) IsPickle() bool { return strings.HasPrefix(m.Serializer, picklePrefix) }

// PickleProtocol returns the protocol in the body's PROTO opcode. For the plain name "pickle"
// nothing else says which protocol the sender means. It returns 0 for a pickle of protocol 0 or 1,
// which has no such opcode, and reports false when the body is not a pickle.
func (m *Message) PickleProtocol() (protocol int, ok bool) {
	const protoOpcode = 0x80
	if !m.IsPickle() {
		return 0, false
	}
	if len(m.Body) >= 2 && m.Body[0] == protoOpcode {
		return int(m.Body[1]), true
	}
	return 0, true
}
