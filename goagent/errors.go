package goagent

import (
	"errors"
	"fmt"
	"io"

	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/transport"
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
