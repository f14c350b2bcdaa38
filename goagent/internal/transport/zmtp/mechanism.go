package zmtp

import (
	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// mechanism is one side of a security mechanism on one connection (RFC 23, "Security Mechanism"):
// the handshake that follows the greetings as an exchange of commands, and then, where the
// mechanism encrypts, the boxes that messages travel in. One goroutine makes the handshake.
type mechanism interface {
	// begin returns the body of the first command, when it is this side's to send, or nil.
	begin() (command []byte, err error)
	// next takes the body of a command from the peer and returns the body of the answer, or nil for no
	// answer. complete is set at the end of the handshake. An error ends the connection; a
	// *refusalError is first sent to the peer as an ERROR command.
	next(command []byte) (answer []byte, complete bool, err error)
	// peer returns what the peer said of itself. It is called when the handshake is complete.
	peer() peerInfo
	// box encrypts messages and commands after the handshake; it is nil when they travel as they
	// are.
	box() box
}

// peerInfo is what a handshake has found out about the peer.
type peerInfo struct {
	metadata
	// key is the client's public key, where the mechanism has authenticated one.
	key curve.PublicKey
}

// box encrypts sent frames and decrypts received ones. The two directions are used by different
// goroutines. Each is used by one goroutine at a time and in the order of the wire.
type box interface {
	// seal appends a frame with its header to the wire: a message's or, with flagCommand, a
	// command's.
	seal(to []byte, flags byte, body []byte) []byte
	// sealedSize returns the number of bytes that seal appends for a body of that size.
	sealedSize(body int) int
	// open appends what is in the body of a frame that the peer has sealed to a slice, which must
	// not overlap it, and returns that alone.
	open(to, sealed []byte) (flags byte, body []byte, err error)
	// overhead is the number of bytes by which a sealed body is larger than what is in it.
	overhead() int
}

// refusalError is why this side refuses a peer, with what the peer is told.
type refusalError struct {
	reason string // the data of an ERROR command
	err    error
}

// Error returns why the peer is refused.
func (e *refusalError) Error() string { return e.err.Error() }

// Unwrap returns why the peer is refused.
func (e *refusalError) Unwrap() error { return e.err }

// role is which side of a connection a socket is on.
type role bool

const (
	roleServer role = true  // the side that is bound
	roleClient role = false // the side that connects
)

// security makes the mechanisms of a socket's connections.
type security interface {
	// name is the mechanism's in the greeting.
	name() string
	// start returns the mechanism for a new connection.
	start() mechanism
}

// securityOf returns the security that a socket's settings ask for.
func securityOf(t socketType, side role, s transport.Settings) (security, error) {
	if s.Curve == nil {
		return null{t}, nil
	}
	return curveSecurity(t, side, s.Curve)
}

// checkPeer returns an error unless the two types of sockets fit.
func checkPeer(own socketType, m metadata) error {
	if own.fits(m.socketType) {
		return nil
	}
	return &refusalError{
		reason: "Invalid socket type",
		err:    violation(ErrSocketType, "the peer is a %.16q socket, this one a %s", string(m.socketType), own),
	}
}
