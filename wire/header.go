package wire

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Magic begins every header: the protocol's name and version.
const Magic = "PZC00"

// randomness are readers that ask the system for the random numbers of some message ids at once.
// Copies of a process that a snapshot of it makes go on with the same ones.
var randomness = sync.Pool{New: func() any { return bufio.NewReaderSize(rand.Reader, 64*len(uuid.UUID{})) }}

// NewID returns a new message id: "urn:uuid:" and a random UUID.
func NewID() string {
	r, _ := randomness.Get().(*bufio.Reader)
	id := uuid.Must(uuid.NewRandomFromReader(r)) // a system without random numbers ends the program
	randomness.Put(r)
	return id.URN()
}

// Header returns the header frame "PZC00+sender+topic", which is also the prefix that a subscriber
// of the topic subscribes to. It fails with [ErrUnsendable] when the sender or the topic holds a
// "+", or is no UTF-8, because no peer could parse that.
func Header(sender, topic string) ([]byte, error) {
	if err := checkHeader(sender, topic); err != nil {
		return nil, err
	}
	return appendHeader(nil, sender, topic), nil
}

func checkHeader(sender, topic string) error {
	if err := checkPart("sender", sender); err != nil {
		return err
	}
	return checkPart("topic", topic)
}

func checkPart(what, s string) error {
	switch {
	case strings.Contains(s, "+"):
		return &Error{Kind: ErrUnsendable, Detail: fmt.Sprintf("%s %q has a + in it", what, clip(s))}
	case !utf8.ValidString(s):
		return &Error{Kind: ErrUnsendable, Detail: fmt.Sprintf("%s %q is not UTF-8", what, clip(s))}
	}
	return nil
}

func appendHeader(dst []byte, sender, topic string) []byte {
	dst = append(dst, Magic...)
	dst = append(dst, '+')
	dst = append(dst, sender...)
	dst = append(dst, '+')
	return append(dst, topic...)
}

// splitHeader returns the three parts of a header frame. They share one string. When like has the
// same sender and topic, they are its strings, and no memory is taken.
func splitHeader(frame []byte, like Message) (magic, sender, topic string, err error) {
	if !utf8.Valid(frame) {
		return "", "", "", fromPeer(ErrEncoding, "the header is not UTF-8")
	}
	if n := bytes.Count(frame, []byte{'+'}); n != 2 {
		return "", "", "", fromPeer(ErrEncoding, "the header has %d parts instead of 3", n+1)
	}
	if isHeader(frame, like.Sender, like.Topic) {
		return Magic, like.Sender, like.Topic, nil
	}
	magic, rest, _ := strings.Cut(string(frame), "+")
	sender, topic, _ = strings.Cut(rest, "+")
	return magic, sender, topic, nil
}

// isHeader reports whether a frame with two "+" is the header with these parts.
func isHeader(frame []byte, sender, topic string) bool {
	rest, ok := bytes.CutPrefix(frame, []byte(Magic))
	return ok && len(rest) == len(sender)+len(topic)+2 && rest[0] == '+' && string(rest[1:1+len(sender)]) == sender &&
		rest[1+len(sender)] == '+' && string(rest[2+len(sender):]) == topic
}

// clip shortens what a peer sent to what an error message can hold.
func clip(s string) string {
	const limit = 200
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
