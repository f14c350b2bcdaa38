package zmtp

import "github.com/pizco-go/pizco/goagent/internal/transport"

// Network makes the sockets of ZMTP 3.1 (RFC 37) for the endpoints tcp://HOST:PORT and ipc://PATH,
// as libzmq writes them (zmq_tcp, zmq_ipc). The zero value is ready to use, and holds nothing.
type Network struct{}

var _ transport.Network = (*Network)(nil)
