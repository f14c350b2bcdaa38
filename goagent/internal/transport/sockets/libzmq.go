//go:build libzmq

package sockets

import "github.com/pizco-go/pizco/goagent/internal/transport/zmq"

// Name is the transport's name.
const Name = "libzmq"

// Network makes the sockets.
type Network = zmq.Network
