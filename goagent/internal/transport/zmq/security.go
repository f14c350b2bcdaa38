//go:build libzmq

package zmq

import (
	"fmt"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// Values of the events of a handshake that failed (zmq.h, ZMQ_PROTOCOL_ERROR_...).
const (
	protocolCryptographic     = 0x11000001
	protocolMechanismMismatch = 0x11000002
)

// checkCurve returns an error if the settings need CURVE and libzmq was built without it.
func checkCurve(s transport.Settings) error {
	if s.Curve != nil && !zmq4.HasCurve() {
		return fmt.Errorf("%w: this libzmq was built without it; install one that has libsodium", transport.ErrNoCurve)
	}
	return nil
}

// serveCurve makes a socket that is to be bound one that lets in CURVE clients only. The domain is
// how the handler of handshakes knows the socket.
func serveCurve(z *zmq4.Socket, c *transport.Curve, domain string) error {
	if err := z.SetCurveServer(1); err != nil {
		return err
	}
	if err := z.SetCurveSecretkey(c.Pair.Secret()); err != nil {
		return err
	}
	return z.SetZapDomain(domain)
}

// dialCurve makes a socket that is to be connected one that speaks CURVE.
func dialCurve(z *zmq4.Socket, c *transport.Curve) error {
	if err := z.SetCurveServerkey(c.Server.String()); err != nil {
		return err
	}
	if err := z.SetCurvePublickey(c.Pair.Public().String()); err != nil {
		return err
	}
	return z.SetCurveSecretkey(c.Pair.Secret())
}

// refusal returns why a handshake that failed need not be tried again, or nil when it may succeed
// later.
func refusal(e event, c *transport.Curve) error {
	switch {
	case e.kind == zmq4.EVENT_HANDSHAKE_FAILED_AUTH && c != nil:
		return fmt.Errorf("%w (status %d): is this side's public key %s among those that the server allows?",
			transport.ErrRefused, e.value, c.Pair.Public())
	case e.kind == zmq4.EVENT_HANDSHAKE_FAILED_AUTH:
		return fmt.Errorf("%w (status %d)", transport.ErrRefused, e.value)
	case e.kind != zmq4.EVENT_HANDSHAKE_FAILED_PROTOCOL:
		return nil
	case e.value == protocolMechanismMismatch && c != nil:
		return fmt.Errorf("%w: it does not speak CURVE; the server must, or this side leave it out", transport.ErrRefused)
	case e.value == protocolMechanismMismatch:
		return fmt.Errorf("%w: it speaks CURVE, for which this side needs the public key of the server", transport.ErrRefused)
	case e.value == protocolCryptographic:
		return fmt.Errorf("%w: its messages cannot be decrypted; is %s the public key of the server?", transport.ErrRefused, c.Server)
	}
	return fmt.Errorf("%w: it does not keep to ZeroMQ's protocol (error %#x); is it a ZeroMQ server?", transport.ErrRefused, e.value)
}

// brokenOff tells what to check when the peer has ended a handshake: one that does not know the key
// that the client takes for its own says no more than that.
func brokenOff(c *transport.Curve) error {
	return fmt.Errorf("the peer breaks off the CURVE handshake: is %s the public key of the server, and does it let in %s?",
		c.Server, c.Pair.Public())
}
