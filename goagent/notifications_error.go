package goagent

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
)

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
