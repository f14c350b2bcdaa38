//go:build unix

package zmtp

import (
	"errors"
	"net"
	"syscall"
)

// listenConfig is Go's own, which lets a port be bound again at once after its last connections.
func listenConfig() net.ListenConfig { return net.ListenConfig{} }

// isRefused reports whether an error means that no process listens at the address.
func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
