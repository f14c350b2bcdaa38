package zmtp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// ErrInUse is binding an endpoint where another socket answers: EADDRINUSE of libzmq's zmq_bind.
var ErrInUse = errors.New("address already in use")

// staleTimeout bounds how long a path is looked at before it is bound.
const staleTimeout = time.Second

// bound is an endpoint that is listened at.
type bound struct {
	net.Listener
	endpoint string
	release  func()
	once     sync.Once
}

// Close frees the endpoint.
func (b *bound) Close() error {
	var err error
	b.once.Do(func() {
		err = b.Listener.Close()
		b.release()
	})
	return err
}

// bind listens at an endpoint.
func bind(endpoint string) (*bound, error) {
	a, err := parseEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	if a.network == "unix" {
		return bindPath(a.path)
	}
	if a, err = a.bindable(); err != nil {
		return nil, err
	}
	config := listenConfig()
	l, err := config.Listen(context.Background(), a.network, a.String())
	if err != nil {
		return nil, err
	}
	return &bound{Listener: l, endpoint: "tcp://" + l.Addr().String(), release: func() {}}, nil
}

// bindPath listens at a path, or at one in a folder of its own where the path is "*".
func bindPath(path string) (*bound, error) {
	if path != anyPath {
		return listenPath(path, func() {})
	}
	folder, err := os.MkdirTemp("", "pizco-")
	if err != nil {
		return nil, err
	}
	remove := func() { _ = os.RemoveAll(folder) }
	b, err := listenPath(filepath.Join(folder, "socket"), remove)
	if err != nil {
		remove()
	}
	return b, err
}

// listenPath listens at a path. A socket that is left there from a program that has ended is
// replaced; one where somebody answers is not, and nor is anything else.
func listenPath(path string, release func()) (*bound, error) {
	l, err := net.Listen("unix", path)
	if err != nil {
		if stale := checkStale(path); stale != nil {
			return nil, errors.Join(err, stale)
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if l, err = net.Listen("unix", path); err != nil {
			return nil, err
		}
	}
	b := &bound{Listener: l, endpoint: "ipc://" + path, release: release}
	if unix, ok := l.(*net.UnixListener); ok && path[0] != '@' {
		unix.SetUnlinkOnClose(false)
		own, err := os.Lstat(path)
		b.release = func() {
			if now, again := os.Lstat(path); err == nil && again == nil && os.SameFile(own, now) {
				_ = os.Remove(path) // else it is somebody else's by now
			}
			release()
		}
	}
	return b, nil
}

// checkStale returns an error if a path cannot be taken over. It returns nil if a socket is there
// at which no process listens.
func checkStale(path string) error {
	if path[0] == '@' {
		return ErrInUse
	}
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case info.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%w: %s exists and is not a socket", ErrInUse, path)
	}
	conn, err := net.DialTimeout("unix", path, staleTimeout)
	if err == nil {
		_ = conn.Close()
		return fmt.Errorf("%w: another socket answers at %s", ErrInUse, path)
	}
	if !isRefused(err) {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
