package goagent

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// ErrClosed is what the methods of an agent, a server or a proxy return once it is closed.
var ErrClosed = peer.ErrClosed

// ErrStopRefused is what StopServer returns when the server goes on.
var ErrStopRefused = errors.New("pizco/goagent: the server refused to stop")

// ErrNotInspected is what [Proxy.Inspect] returns for a server of the original that writes json.
// [Proxy.Describe] lists the names of its object.
var ErrNotInspected = errors.New("pizco/goagent: the server is an original that writes json, which never answers again when it is asked to inspect")

// ErrRefused is why there is no connection to a server that does not let this side in: because of
// the keys of [WithCurve], as a rule. [Dial] and an agent's first request to such a server fail
// with it at once, in a *[TransportError]. A proxy that was connected before tries again for as
// long as it is open: calls that end meanwhile have it in their error besides that of their
// context.
var ErrRefused = transport.ErrRefused

// ErrShutdownInCall is returned by [Server.Shutdown] inside a call of a served object that has not
// passed on its context. If the call is one of that server's, waiting for it would never end.
var ErrShutdownInCall = errors.New("pizco/goagent: a call that shuts down its server must do so with its own context, or in a goroutine that it does not wait for")

// TransportError reports that a request was lost with its connection. The server may have carried
// it out; it is not sent again.
type TransportError struct {
	// Endpoint is the peer's endpoint as it was dialled.
	Endpoint string
	// Sent is set when the request may have reached the peer.
	Sent bool
	// Err is the reason.
	Err error
}

// Error tells which connection failed and why.
func (e *TransportError) Error() string {
	if e.Sent {
		return fmt.Sprintf("pizco/goagent: connection to %s lost before the answer: %v", e.Endpoint, e.Err)
	}
	return fmt.Sprintf("pizco/goagent: no connection to %s: %v", e.Endpoint, e.Err)
}

// Unwrap returns the reason.
func (e *TransportError) Unwrap() error { return e.Err }

// goneError is why a request is lost whose connection ended. A peer that sends a frame beyond the
// limit is disconnected, and looks like one that has left.
type goneError struct{ limit int64 }

func (e *goneError) Error() string {
	if e.limit == 0 {
		return "the peer has closed it, or is gone"
	}
	return fmt.Sprintf("the peer has closed it or is gone, or its answer is larger than WithMaxMessage(%d) allows", e.limit)
}

// Unwrap returns io.EOF, as the end of a connection is told.
func (e *goneError) Unwrap() error { return io.EOF }

// RejectedError reports that the peer could not parse a request: it answered with an empty text
// under a message id of its own. Usually the peer has a key, and this side has another key or no
// key.
type RejectedError struct {
	// Endpoint is the peer's endpoint as it was dialled.
	Endpoint string
}

// Error tells which peer could not parse the request.
func (e *RejectedError) Error() string {
	return fmt.Sprintf("pizco/goagent: %s could not parse the request: is its key another one, or its serializer?", e.Endpoint)
}

// ResponseError reports an answer that no pizco server gives.
type ResponseError struct {
	// Endpoint is the peer's endpoint as it was dialled.
	Endpoint string
	// Reason says what is wrong with it.
	Reason string
}

// Error tells what is wrong with the answer.
func (e *ResponseError) Error() string {
	return fmt.Sprintf("pizco/goagent: invalid response from server %s: %s", e.Endpoint, e.Reason)
}

// peerErrors makes the errors of the requests to an agent's peers.
type peerErrors struct{ maxFrame int64 }

func (peerErrors) Unconnected(endpoint string, reason error) error {
	return &TransportError{Endpoint: endpoint, Err: reason}
}

func (e peerErrors) Lost(endpoint string, reason error) error {
	if errors.Is(reason, io.EOF) {
		reason = &goneError{limit: e.maxFrame}
	}
	return &TransportError{Endpoint: endpoint, Sent: true, Err: reason}
}

func (peerErrors) Unanswered(endpoint string, reason error) error {
	return &UnansweredError{Endpoint: endpoint, Err: reason}
}

func (peerErrors) Rejected(endpoint string) error { return &RejectedError{endpoint} }

func (peerErrors) Invalid(endpoint, reason string) error { return &ResponseError{endpoint, reason} }

func (peerErrors) Unheard(endpoint, pubEndpoint string, reason error) error {
	return &NotificationsError{Endpoint: endpoint, PubEndpoint: pubEndpoint, Err: reason}
}

func (peerErrors) IsUnheard(err error) bool {
	_, ok := errors.AsType[*NotificationsError](err)
	return ok
}

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

// NotificationsError reports that the notifications of a server do not reach this side. Calls,
// attributes and items work all the same. Signals, [Proxy.Watch], [Agent.Subscribe] and futures
// need notifications and fail with this error.
type NotificationsError struct {
	// Endpoint is the server's endpoint as it was dialled.
	Endpoint string
	// PubEndpoint is where the server publishes, as seen from this side.
	PubEndpoint string
	// Err is the reason. It is the context's error where that ended the wait.
	Err error
}

// Error names both endpoints and says what to do.
func (e *NotificationsError) Error() string {
	return fmt.Sprintf("pizco/goagent: the notifications of %s cannot be received: %v: %s", e.Endpoint, e.reason(), e.advice())
}

func (e *NotificationsError) reason() string {
	switch {
	case errors.Is(e.Err, addressing.ErrOwnHostOnly):
		return fmt.Sprintf("they are bound to %s, which only its own host reaches", strings.TrimPrefix(e.PubEndpoint, "tcp://"))
	case errors.Is(e.Err, errOutcomeMissed):
		return fmt.Sprintf("those at %s were connected to after the call: %v", e.PubEndpoint, e.Err)
	}
	if addressing.IsRefused(e.Err) {
		return fmt.Sprintf("%s is not connected to: %v", e.PubEndpoint, e.Err)
	}
	return fmt.Sprintf("no connection to %s: %v", e.PubEndpoint, e.Err)
}

func (e *NotificationsError) advice() string {
	if errors.Is(e.Err, errOutcomeMissed) {
		return "call again"
	}
	if errors.Is(e.Err, addressing.ErrForeign) {
		host, _ := addressing.Split(strings.TrimPrefix(e.PubEndpoint, "tcp://"))
		return fmt.Sprintf("goagent.WithPubHosts(%q) allows it, if that is where the server should publish", host)
	}
	host, _ := addressing.Split(strings.TrimPrefix(e.Endpoint, "tcp://"))
	example := fmt.Sprintf("Server(obj, '%s', 'tcp://%s:0')", e.Endpoint, host)
	if errors.Is(e.Err, addressing.ErrOwnHostOnly) || addressing.IsRefused(e.Err) {
		return "start the server with a pub_endpoint that other hosts reach, such as " + example
	}
	return "check that no firewall is in the way, or start the server with a pub_endpoint that this host reaches, such as " + example
}

// Unwrap returns the reason.
func (e *NotificationsError) Unwrap() error { return e.Err }

var errOutcomeMissed = errors.New("the outcome of the future may have been published before")
