package wire

// Check is a further check of [Protocol.Parse] on a message. The package's functions make all there
// are.
type Check interface {
	apply(sender, id string) error
}

type senderCheck string

// FromSender expects that sender, as a client expects the answers of the endpoint that it dialled.
// An empty sender checks nothing, as in the original.
func FromSender(sender string) Check { return senderCheck(sender) }

func (want senderCheck) apply(sender, _ string) error {
	if want != "" && sender != string(want) {
		return fromPeer(ErrSender, "want %q, received %q", clip(string(want)), clip(sender))
	}
	return nil
}

type idCheck string

// WithID expects that message id. An empty id checks nothing, as in the original.
func WithID(id string) Check { return idCheck(id) }

func (want idCheck) apply(_, id string) error {
	if want != "" && id != string(want) {
		return fromPeer(ErrID, "want %q, received %q", clip(string(want)), clip(id))
	}
	return nil
}
