//go:build zmtpmatrix

package matrix_test

import (
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
)

// network is a transport to test.
type network struct {
	name string
	// reference is set for the transport over libzmq, whose known defects the cases expect.
	reference bool
	make      func() transport.Network
}

var networks = []network{
	{"zmq", true, func() transport.Network { return &zmq.Network{} }},
}
