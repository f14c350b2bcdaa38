//go:build zmtpmatrix && libzmq

package matrix_test

import (
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
)

// references has the transport over libzmq.
var references = []network{
	{"zmq", true, func() transport.Network { return &zmq.Network{} }},
}
