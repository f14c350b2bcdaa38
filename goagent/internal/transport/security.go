package transport

import (
	"errors"

	"github.com/pizco-go/pizco/goagent/curve"
)

// ErrNoCurve is what a socket with Settings.Curve fails with where the transport has no encryption.
var ErrNoCurve = errors.New("no CURVE encryption here")

// ErrRefused is what Dial and Connected fail with when the peer does not let this one in, however
// often it tries.
var ErrRefused = errors.New("the peer refuses the handshake")

// Curve are the keys of a socket that speaks CURVE.
type Curve struct {
	// Pair is the socket's own.
	Pair curve.KeyPair
	// Server is the public key of the peer that Dial and Subscribe connect to.
	Server curve.PublicKey
	// Allowed tells which clients Listen and Publish let in; nil lets in all that know the public
	// key of Pair. It must be safe for concurrent use.
	Allowed func(client curve.PublicKey) bool
}
