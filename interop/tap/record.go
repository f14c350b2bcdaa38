package tap

import (
	"slices"
	"sync"
)

// Kind tells what a message is.
type Kind string

// The kinds.
const (
	Request      Kind = "request"
	Reply        Kind = "reply"
	Notification Kind = "notification"
	Subscribe    Kind = "subscribe"
	Unsubscribe  Kind = "unsubscribe"
)

// Message is one message that passed.
type Message struct {
	// Kind tells what it is.
	Kind Kind
	// Label is what the Record's label was when it passed.
	Label string
	// Frames are the frames as they were sent, without the envelope that sockets put in front. A subscription has one: the
	// prefix, as the server gets it.
	Frames [][]byte
}

// Record collects messages. Its methods may be called from any goroutine.
type Record struct {
	mu       sync.Mutex
	label    string
	messages []Message
}

// Label sets the label of the messages that come from now on.
func (r *Record) Label(label string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.label = label
}

// Take returns what was recorded since the last time.
func (r *Record) Take() []Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.messages
	r.messages = nil
	return taken
}

func (r *Record) add(kind Kind, frames [][]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, Message{Kind: kind, Label: r.label, Frames: slices.Clone(frames)})
}
