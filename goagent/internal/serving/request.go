package serving

import (
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// Request is a request as it came. Nothing in it changes after it was made, so that it can be
// copied, and read by any goroutine. What is needed of it when it has been answered is a copy: its
// memory is used for another one then.
type Request struct {
	// Message is the request as it was parsed. Its content has not been decoded.
	Message wire.Message
	// Key is what the request is signed with, and its answer.
	Key wire.Key
	// From is where it came from.
	From transport.Request
	// At is the name of the endpoint that it came to, and Endpoint is that endpoint.
	At       string
	Endpoint *Endpoint
	// First is set when the request did not come together with an earlier one. What is known of other
	// sockets may then be older than the request.
	First bool
}

// Endpoint is one endpoint of an agent and the name that it has for peers.
type Endpoint struct {
	transport.Listener
	Name string
	// Dialect is that of its clients.
	Dialect psmessage.Dialect
}
