package zmtp

import (
	"errors"
	"fmt"
)

// The kinds of what a peer can do wrong. An error that ends a connection wraps one of them and says
// what the peer sent.
var (
	// ErrGreeting is a greeting that is not ZMTP's, or of a version before 3.0 (RFC 37,
	// "Greeting").
	ErrGreeting = errors.New("malformed greeting")
	// ErrMechanism is a greeting with another security mechanism (RFC 23, "Security Mechanism").
	ErrMechanism = errors.New("different security mechanism")
	// ErrHandshake is a handshake that does not keep to its mechanism (RFC 37, "Handshake").
	ErrHandshake = errors.New("malformed handshake")
	// ErrKey is a client whose public key is not let in (RFC 27, "Defining the Protocol").
	ErrKey = errors.New("public key is not allowed")
	// ErrSocketType is a peer whose socket type does not fit (RFC 37, "The Socket-Type Property").
	ErrSocketType = errors.New("socket type does not fit")
	// ErrFrame is a frame with impossible flags (RFC 37, "Framing").
	ErrFrame = errors.New("malformed frame")
	// ErrCommand is a command that cannot be read (RFC 37, "Framing").
	ErrCommand = errors.New("malformed command")
	// ErrLimit is more than this side takes from one peer: of bytes, parts, topics or time. The RFCs
	// have no limits; libzmq has some of these as the options ZMQ_MAXMSGSIZE and ZMQ_HANDSHAKE_IVL.
	ErrLimit = errors.New("over the limit")
	// ErrSilent is a peer that has given no sign of life for too long (RFC 37, "Connection
	// Heartbeating").
	ErrSilent = errors.New("no sign of life")
	// ErrRejected is an ERROR command of the peer (RFC 37, "Commands"): it does not let this side
	// in.
	ErrRejected = errors.New("the peer rejects the connection")
)

// PeerError says which peer a connection ended with, and why (RFC 37, "Overall Behavior"). It is
// what libzmq tells a monitor of a socket (zmq_socket_monitor).
type PeerError struct {
	// Peer is the peer's address.
	Peer string
	// Err is the reason.
	Err error
}

// Error says which peer it was and what it did.
func (e *PeerError) Error() string { return fmt.Sprintf("pizco/zmtp: peer %s: %v", e.Peer, e.Err) }

// Unwrap returns the reason.
func (e *PeerError) Unwrap() error { return e.Err }

// mechanismError is the two mechanisms that do not fit.
type mechanismError struct{ theirs, own string }

// Error names both.
func (e *mechanismError) Error() string {
	return fmt.Sprintf("%v: the peer has %s, this side %s", ErrMechanism, e.theirs, e.own)
}

// Unwrap returns ErrMechanism.
func (e *mechanismError) Unwrap() error { return ErrMechanism }

// limitError is a peer that goes beyond a limit that is set by a field of transport.Limits or
// transport.Settings.
type limitError struct {
	limit string
	err   error
}

// Error says what the peer did.
func (e *limitError) Error() string { return e.err.Error() }

// Unwrap returns the reason, which wraps ErrLimit.
func (e *limitError) Unwrap() error { return e.err }

// excess returns an ErrLimit of the field that sets the limit, with what the peer did.
func excess(limit, format string, args ...any) error {
	return &limitError{limit, violation(ErrLimit, format, args...)}
}

// isViolation reports whether a connection has ended because of what the peer did, and not as
// connections do.
func isViolation(reason error) bool {
	for _, kind := range []error{
		ErrGreeting, ErrMechanism, ErrHandshake, ErrKey, ErrSocketType, ErrFrame, ErrCommand, ErrLimit, ErrRejected,
	} {
		if errors.Is(reason, kind) {
			return true
		}
	}
	return false
}

// violation returns an error of a kind, with what the peer did.
func violation(kind error, format string, args ...any) error {
	return fmt.Errorf("%w: %s", kind, fmt.Sprintf(format, args...))
}
