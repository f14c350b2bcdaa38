//go:build zmtpmatrix

package matrix_test

import (
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
)

// network is a transport to test.
type network struct {
	name string
	// reference is set for the transport over libzmq, whose known defects the cases expect.
	reference bool
	make      func() transport.Network
}

var networks = append([]network{
	{"zmtp", false, func() transport.Network { return &zmtp.Network{} }},
}, references...)
