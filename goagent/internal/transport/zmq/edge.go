//go:build libzmq

package zmq

import (
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// edge is a socket's event descriptor in Go's poller.
type edge struct {
	file *os.File
	raw  syscall.RawConn
}

// watch puts a descriptor in Go's poller. libzmq keeps its own; the poller gets a duplicate of it.
func watch(fd int) (*edge, error) {
	dup, err := syscall.Dup(fd)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	syscall.CloseOnExec(dup)
	e := &edge{file: os.NewFile(uintptr(dup), "zmq")}
	if e.raw, err = e.file.SyscallConn(); err != nil {
		_ = e.file.Close()
		return nil, err
	}
	return e, nil
}

// wait calls look, and again after each event, until look returns true. It returns early, and nil,
// after wake, and net.ErrClosed after close.
func (e *edge) wait(look func() bool) error {
	err := e.raw.Read(func(uintptr) bool { return look() })
	if errors.Is(err, os.ErrDeadlineExceeded) { // woken
		err = e.file.SetReadDeadline(time.Time{})
	}
	if err != nil {
		return net.ErrClosed
	}
	return nil
}

// wake makes the current wait return, or else the next one.
func (e *edge) wake() {
	_ = e.file.SetReadDeadline(time.Unix(1, 0)) // fails only once the file is closed, when no goroutine waits
}

func (e *edge) close() { _ = e.file.Close() }
