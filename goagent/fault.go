package goagent

import (
	"errors"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// Origin is who an error comes from. A program that answers requests of its own decides by it whom
// to blame, as the gateway does with its statuses.
type Origin int

const (
	// OriginHere is this side: a value that cannot be sent, a wrong use, a closed proxy.
	OriginHere Origin = iota
	// OriginPeer is the peer: it raised an exception, or refused or answered wrongly.
	OriginPeer
	// OriginNetwork is what lies between: no connection, a lost one, or an answer that did not
	// come.
	OriginNetwork
)

// String returns the name of the origin in lower case.
func (o Origin) String() string {
	switch o {
	case OriginPeer:
		return "peer"
	case OriginNetwork:
		return "network"
	}
	return "here"
}

// Fault is what a program asks about the error of a request, whatever its type.
type Fault struct {
	// Origin is who the error comes from.
	Origin Origin
	// MayHaveRun is set when the request may have been carried out, as a whole or in part. It is
	// not set only where it is sure that nothing was.
	MayHaveRun bool
	// Temporary is set when the same request may succeed later, without a change on either side.
	// One that may have run is worth another try only when running twice does no harm.
	Temporary bool
}

// FaultOf returns what is known of an error of this package: of a call, a dial, a future or a
// subscription. For nil it is the zero Fault, and for an error of another origin one of this side.
func FaultOf(err error) Fault {
	if _, ok := errors.AsType[*pyerr.RemoteError](err); ok {
		return Fault{Origin: OriginPeer, MayHaveRun: true}
	}
	if lost, ok := errors.AsType[*TransportError](err); ok {
		return Fault{Origin: OriginNetwork, MayHaveRun: lost.Sent, Temporary: !errors.Is(err, ErrRefused)}
	}
	if mute, ok := errors.AsType[*NotificationsError](err); ok {
		refused := addressing.IsRefused(mute.Err) || errors.Is(mute.Err, addressing.ErrOwnHostOnly)
		return Fault{Origin: OriginNetwork, MayHaveRun: errors.Is(mute.Err, errOutcomeMissed), Temporary: !refused}
	}
	if _, ok := errors.AsType[*UnansweredError](err); ok {
		return Fault{Origin: OriginNetwork, MayHaveRun: true, Temporary: true}
	}
	if _, ok := errors.AsType[*RejectedError](err); ok {
		return Fault{Origin: OriginPeer}
	}
	if _, ok := errors.AsType[*ResponseError](err); ok {
		return Fault{Origin: OriginPeer, MayHaveRun: true}
	}
	if bad, ok := errors.AsType[*wire.Error](err); ok && bad.FromPeer { // such as an answer that is signed with another key
		return Fault{Origin: OriginPeer, MayHaveRun: true}
	}
	if _, ok := errors.AsType[*RemoteAttributeError](err); ok {
		return Fault{Origin: OriginPeer, MayHaveRun: true}
	}
	return Fault{MayHaveRun: errors.Is(err, ErrClosed)} // a request that waits when its proxy is closed
}

// UnansweredError reports that a request was sent, and that the context ended before its answer
// came. The server may have carried it out, or may still do so.
type UnansweredError struct {
	// Endpoint is the peer's endpoint as it was dialled.
	Endpoint string
	// Err is why the wait ended: the cause of the context's end.
	Err error
}

// Error names the peer and the reason.
func (e *UnansweredError) Error() string {
	return "pizco/goagent: no answer from " + e.Endpoint + ": " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *UnansweredError) Unwrap() error { return e.Err }
