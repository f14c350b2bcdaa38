package zmtp

import (
	"errors"
	"net"
	"syscall"
)

const (
	// exclusiveAddress is SO_EXCLUSIVEADDRUSE, the complement of SO_REUSEADDR: no other socket can
	// bind the port.
	exclusiveAddress = ^syscall.SO_REUSEADDR
	// connectionRefused is WSAECONNREFUSED.
	connectionRefused = syscall.Errno(10061)
)

// listenConfig keeps others from binding a port that is bound, which Windows allows unless told
// otherwise.
func listenConfig() net.ListenConfig {
	return net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var failed error
		err := raw.Control(func(fd uintptr) {
			failed = syscall.SetsockoptInt(syscall.Handle(fd), syscall.SOL_SOCKET, exclusiveAddress, 1)
		})
		return errors.Join(err, failed)
	}}
}

// isRefused reports whether an error means that no process listens at the address.
func isRefused(err error) bool { return errors.Is(err, connectionRefused) }
