//go:build !unix && !windows

package zmtp

import (
	"errors"
	"net"
	"syscall"
)

func listenConfig() net.ListenConfig { return net.ListenConfig{} }

// isRefused reports whether nobody listens at an address.
func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
