//go:build libzmq

package zmq

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// staleTimeout bounds how long it takes to find out whether somebody answers at a path.
const staleTimeout = time.Second

// checkPath returns why an ipc endpoint cannot be bound, or nil: at its path is a server that
// answers, or anything but a socket. See the work-arounds.
func checkPath(endpoint string) error {
	path, ok := strings.CutPrefix(endpoint, "ipc://")
	if !ok || path == "" || path == "*" || path[0] == '@' { // a path of libzmq's choice, or a name that the system guards
		return nil
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%w: %s exists and is not a socket: choose another path, or remove it", syscall.EADDRINUSE, path)
	}
	conn, err := net.DialTimeout("unix", path, staleTimeout)
	if err == nil {
		_ = conn.Close()
		return fmt.Errorf("%w: somebody answers at %s: choose another path", syscall.EADDRINUSE, path)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%w: %s: %w", syscall.EADDRINUSE, path, err)
	}
	return nil // left by a program that has ended
}
