//go:build libzmq

package transport_test

import (
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
)

// reference is the transport over libzmq.
var reference = []kind{
	{"zmq tcp", func() transport.Network { return &zmq.Network{} }, func(*testing.T) string { return "tcp://127.0.0.1:*" }, true, false},
	{"zmq ipc", func() transport.Network { return &zmq.Network{} }, func(t *testing.T) string { return "ipc://" + t.TempDir() + "/a" }, true, true},
}
