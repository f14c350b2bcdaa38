// Package peer has an agent's end of the link to one other agent. That is the connection that
// requests are sent on, which is made again whenever it is lost, and what is subscribed to.
//
// A [Peer] makes one connection at a time. It asks the other agent what it can do beyond the
// original, and where it publishes. It knows nothing of calls and proxies: what it needs of its
// agent is in an [Env].
package peer

import (
	"context"
	"errors"
	"log/slog"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// ErrClosed is what everything of a peer fails with when its agent is closed.
var ErrClosed = errors.New("pizco/goagent: closed")

// Env is what a peer needs of its agent.
type Env struct {
	// Context ends when the agent is closed. It bounds all goroutines of the peer.
	Context context.Context
	// Log is where the peer logs.
	Log *slog.Logger
	// Sender is the name that requests are sent under.
	Sender string
	// Network makes the sockets.
	Network transport.Network
	// Settings returns the settings of sockets that connect to the peer.
	Settings func() (transport.Settings, error)
	// Protocol is how messages to the peer are written, and its own read.
	Protocol wire.Protocol
	// PubHosts are the hosts that the peer may publish at besides its own.
	PubHosts []string
	// Backlog is how many notifications wait for the handlers of all topics before the peer is held
	// up.
	Backlog int
	// InTime gives a context without a deadline the limit of waiting for a connection.
	InTime func(context.Context) (context.Context, context.CancelFunc)
	// Errors makes the errors.
	Errors Errors
}

// Errors makes the errors that the users of an agent see. Each has the peer's endpoint as it was
// dialled.
type Errors interface {
	// Unconnected is the error of a request that was not sent.
	Unconnected(endpoint string, reason error) error
	// Lost is the error of a request that was lost with its connection after it had been sent.
	Lost(endpoint string, reason error) error
	// Unanswered is the error of a request that was sent, and whose context ended before its answer
	// came.
	Unanswered(endpoint string, reason error) error
	// Rejected is the error of a request that the peer could not parse.
	Rejected(endpoint string) error
	// Invalid is the error of an answer that no agent gives.
	Invalid(endpoint, reason string) error
	// Unheard is the error of what needs notifications when these cannot be received from where the
	// peer publishes, and IsUnheard reports whether an error is one of these.
	Unheard(endpoint, pubEndpoint string, reason error) error
	IsUnheard(err error) bool
}
