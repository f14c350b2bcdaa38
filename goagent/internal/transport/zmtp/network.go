package zmtp

import "github.com/pizco-go/pizco/goagent/internal/transport"

// Network makes sockets of the endpoints tcp://HOST:PORT and ipc://PATH. The zero value is ready to
// use, and holds nothing.
type Network struct{}

var _ transport.Network = (*Network)(nil)
