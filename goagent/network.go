package goagent

import (
	"context"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/memory"
	"github.com/pizco-go/pizco/goagent/internal/transport/sockets"
)

// Transport is the name of the program's transport for tcp and ipc. It is "zmtp", this library's
// own, or "libzmq" in a program that was built with the tag libzmq.
const Transport = sockets.Name

// defaultNetwork is shared by all agents of the program, as endpoints are. It holds nothing while
// they have no open sockets.
var defaultNetwork transport.Network = &networks{}

// networks chooses the transport by the scheme of the endpoint: inproc stays inside of the program.
type networks struct {
	memory  memory.Network
	sockets sockets.Network
}

func (n *networks) of(endpoint string) transport.Network {
	if strings.HasPrefix(endpoint, "inproc://") {
		return &n.memory
	}
	return &n.sockets
}

func (n *networks) Listen(endpoint string, s transport.Settings) (transport.Listener, error) {
	return n.of(endpoint).Listen(endpoint, s)
}

func (n *networks) Dial(ctx context.Context, endpoint string, s transport.Settings) (transport.Conn, error) {
	return n.of(endpoint).Dial(ctx, endpoint, s)
}

func (n *networks) Publish(endpoint string, s transport.Settings) (transport.Publisher, error) {
	return n.of(endpoint).Publish(endpoint, s)
}

func (n *networks) Subscribe(endpoint string, s transport.Settings) (transport.Subscriber, error) {
	return n.of(endpoint).Subscribe(endpoint, s)
}
