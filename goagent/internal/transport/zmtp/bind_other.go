//go:build !unix && !windows

package zmtp

import (
	"errors"
	"net"
	"syscall"
)

func listenConfig() net.ListenConfig { return net.ListenConfig{} }

// isRefused reports whether an error means that no process listens at the address.
func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
