package curvezmq

import (
	"errors"
	"fmt"
)

// The reasons for which a step fails, wrapped in a [StepError]. The connection is to be closed
// after each of them.
var (
	// ErrMalformed reports a command that has not the form of the one that is due (RFC 26,
	// "CurveZMQ Commands").
	ErrMalformed = errors.New("malformed command")
	// ErrNonce reports a nonce that is not greater than the one before it: a command that was
	// replayed or has overtaken another (RFC 26, "Nonces").
	ErrNonce = errors.New("nonce does not increase")
	// ErrBox reports a box that does not open (RFC 26, "CurveZMQ Commands"): its sender has other
	// keys, or somebody has changed it.
	ErrBox = errors.New("cannot be decrypted")
	// ErrVouch reports an INITIATE whose sender does not prove that it owns the key that it shows
	// (RFC 26, "The INITIATE Command").
	ErrVouch = errors.New("vouch is for another connection")
	// ErrOrder reports a step that is not due: the order is HELLO, WELCOME, INITIATE, READY (RFC 26,
	// "CurveZMQ Commands").
	ErrOrder = errors.New("step is out of order")
)

// StepError reports which step of the handshake, or that a MESSAGE, failed (RFC 26, "CurveZMQ
// Commands").
type StepError struct {
	// Step is the name of the command: "HELLO", "WELCOME", "INITIATE", "READY" or "MESSAGE".
	Step string
	// Err is one of the errors of this package, or that of the random numbers' source.
	Err error
}

// Error returns the step and the reason.
func (e *StepError) Error() string { return fmt.Sprintf("pizco/curvezmq: %s: %v", e.Step, e.Err) }

// Unwrap returns the reason.
func (e *StepError) Unwrap() error { return e.Err }

// RefusedError reports the ERROR command by which a server ends the handshake (RFC 26, "The ERROR
// Command").
type RefusedError struct {
	// Reason is what the server gives, for libzmq and this package a status of ZAP such as "400"
	// (RFC 27).
	Reason string
}

// Error returns the server's reason.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("pizco/curvezmq: the server refuses: status %q", e.Reason)
}
