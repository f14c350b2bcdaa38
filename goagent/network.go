package goagent

import (
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
)

// defaultNetwork is shared by all agents of the program. It holds nothing while they have no open sockets.
var defaultNetwork transport.Network = &zmq.Network{}
