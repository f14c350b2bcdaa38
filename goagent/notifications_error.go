package goagent

import (
	"errors"
	"fmt"
	"strings"
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
	case errors.Is(e.Err, errOwnHostOnly):
		return fmt.Sprintf("they are bound to %s, which only its own host reaches", strings.TrimPrefix(e.PubEndpoint, "tcp://"))
	case errors.Is(e.Err, errOutcomeMissed):
		return fmt.Sprintf("those at %s were connected to after the call: %v", e.PubEndpoint, e.Err)
	}
	if isRefusedPublisher(e.Err) {
		return fmt.Sprintf("%s is not connected to: %v", e.PubEndpoint, e.Err)
	}
	return fmt.Sprintf("no connection to %s: %v", e.PubEndpoint, e.Err)
}

func (e *NotificationsError) advice() string {
	if errors.Is(e.Err, errOutcomeMissed) {
		return "call again"
	}
	if errors.Is(e.Err, errPubForeign) {
		host, _ := splitAddress(strings.TrimPrefix(e.PubEndpoint, "tcp://"))
		return fmt.Sprintf("goagent.WithPubHosts(%q) allows it, if that is where the server should publish", host)
	}
	host, _ := splitAddress(strings.TrimPrefix(e.Endpoint, "tcp://"))
	example := fmt.Sprintf("Server(obj, '%s', 'tcp://%s:0')", e.Endpoint, host)
	if errors.Is(e.Err, errOwnHostOnly) || isRefusedPublisher(e.Err) {
		return "start the server with a pub_endpoint that other hosts reach, such as " + example
	}
	return "check that no firewall is in the way, or start the server with a pub_endpoint that this host reaches, such as " + example
}

func isRefusedPublisher(err error) bool {
	return errors.Is(err, errPubForeign) || errors.Is(err, errPubScheme) || errors.Is(err, errPubIPC)
}

// Unwrap returns the reason.
func (e *NotificationsError) Unwrap() error { return e.Err }

var (
	errOwnHostOnly   = errors.New("only its own host reaches that")
	errOutcomeMissed = errors.New("the outcome of the future may have been published before")
)
