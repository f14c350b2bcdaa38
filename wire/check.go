package wire

// Check is a further check of [Protocol.Parse] on a message. The package's functions make all there are.
type Check interface {
	apply(m *Message) error
}

type senderCheck string

// FromSender expects that sender, as a client expects the answers of the endpoint that it dialled. An empty sender
// checks nothing, as in the original.
func FromSender(sender string) Check { return senderCheck(sender) }

func (want senderCheck) apply(m *Message) error {
	if want != "" && m.Sender != string(want) {
		return fromPeer(ErrSender, "want %q, received %q", clip(string(want)), clip(m.Sender))
	}
	return nil
}

type idCheck string

// WithID expects that message id. An empty id checks nothing, as in the original.
func WithID(id string) Check { return idCheck(id) }

func (want idCheck) apply(m *Message) error {
	if want != "" && m.ID != string(want) {
		return fromPeer(ErrID, "want %q, received %q", clip(string(want)), clip(m.ID))
	}
	return nil
}
