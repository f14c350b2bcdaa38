package wire

import (
	"errors"
	"fmt"
)

// The kinds of failure, to be compared with errors.Is. The first eight are the failures of the
// original's parse, in the order of its checks.
var (
	// ErrFrameCount: fewer frames than five.
	ErrFrameCount = errors.New("pizco/wire: wrong number of frames")
	// ErrSignature: the signature does not match the key.
	ErrSignature = errors.New("pizco/wire: the signature does not match")
	// ErrEncoding: a text frame is not UTF-8, or the header has not exactly three parts.
	ErrEncoding = errors.New("pizco/wire: could not decode or split the text frames")
	// ErrHeader: the header does not begin with PZC00.
	ErrHeader = errors.New("pizco/wire: wrong header")
	// ErrSender: the sender is not the expected one.
	ErrSender = errors.New("pizco/wire: wrong sender")
	// ErrID: the message id is not the expected one.
	ErrID = errors.New("pizco/wire: wrong message id")
	// ErrSerializer: there is no serializer of that name.
	ErrSerializer = errors.New("pizco/wire: invalid serializer")
	// ErrContent: the content cannot be decoded or encoded.
	ErrContent = errors.New("pizco/wire: could not serialize or deserialize the content")
	// ErrTooLarge: a frame is larger than the limits allow.
	ErrTooLarge = errors.New("pizco/wire: frame too large")
	// ErrUnsendable: a sender or topic holds a "+" or is no valid UTF-8.
	ErrUnsendable = errors.New("pizco/wire: cannot be sent in a header")
)

// Error is every failure of this package.
type Error struct {
	// Kind is one of the package's Err values; errors.Is finds it.
	Kind error
	// FromPeer is set when the received message is at fault, and not what this program asked for.
	FromPeer bool
	// Detail says what was expected and what was there. It never holds a key or a signature.
	Detail string
	// Err is the error of the serializer, or nil; errors.Is and errors.As find it.
	Err error
}

// Error returns the kind, the detail and the serializer's error in one line.
func (e *Error) Error() string {
	text := e.Kind.Error()
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the kind and the serializer's error.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// fromPeer returns the error of a message that was received.
func fromPeer(kind error, format string, args ...any) *Error {
	return &Error{Kind: kind, FromPeer: true, Detail: fmt.Sprintf(format, args...)}
}
