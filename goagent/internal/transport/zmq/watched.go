//go:build libzmq

package zmq

import (
	"os"
	"syscall"
	"time"
)

// watched is a socket's descriptor in Go's poller.
type watched struct {
	file *os.File
	raw  syscall.RawConn
}

// watch puts a descriptor in Go's poller. It stays libzmq's own; the poller gets another one of the
// same event counter.
func watch(fd int) (*watched, error) {
	dup, err := syscall.Dup(fd)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	syscall.CloseOnExec(dup)
	w := &watched{file: os.NewFile(uintptr(dup), "zmq")}
	if w.raw, err = w.file.SyscallConn(); err != nil {
		_ = w.file.Close()
		return nil, err
	}
	return w, nil
}

// wake has the goroutine that waits look again.
func (w *watched) wake() {
	_ = w.file.SetReadDeadline(time.Unix(1, 0)) // fails only when the file is closed, and then nobody waits
}

// wait calls look, and again after each edge of the descriptor, until it returns true or wake is
// called.
func (w *watched) wait(look func() bool) {
	if err := w.raw.Read(func(uintptr) bool { return look() }); err != nil {
		_ = w.file.SetReadDeadline(time.Time{})
	}
}

func (w *watched) close() {
	if w != nil {
		_ = w.file.Close()
	}
}
