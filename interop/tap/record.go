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
	// Frames are the frames as they were sent, without the envelope that sockets put in front. A
	// subscription has one: the prefix, as the server gets it.
	Frames [][]byte
}

// Record collects messages. Its methods may be called from any goroutine.
type Record struct {
	mu       sync.Mutex
	label    string
	epoch    int
	messages []Message
}

// NextEpoch begins another epoch. Of older connections, only the ones of the first epoch are still
// recorded.
func (r *Record) NextEpoch() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.epoch++
}

func (r *Record) currentEpoch() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.epoch
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

func (r *Record) add(kind Kind, epoch int, frames [][]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if epoch != 0 && epoch != r.epoch {
		return
	}
	r.messages = append(r.messages, Message{Kind: kind, Label: r.label, Frames: slices.Clone(frames)})
}
