//go:build !libzmq

package sockets

import "github.com/pizco-go/pizco/goagent/internal/transport/zmtp"

// Name is the transport's name.
const Name = "zmtp"

// Network makes the sockets.
type Network = zmtp.Network
