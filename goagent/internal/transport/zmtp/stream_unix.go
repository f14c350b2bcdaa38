//go:build unix

package zmtp

import (
	"errors"
	"os"
	"syscall"
)

// canTry reports whether reading and writing can be tried without waiting.
const canTry = true

// readNow reads what has come; again is set when that is nothing.
func readNow(fd uintptr, p []byte) (n int, again bool, err error) {
	return tryNow("read", syscall.Read, fd, p)
}

// writeNow writes what there is room for; again is set when that is nothing.
func writeNow(fd uintptr, p []byte) (n int, again bool, err error) {
	return tryNow("write", syscall.Write, fd, p)
}

func tryNow(name string, call func(fd int, p []byte) (int, error), fd uintptr, p []byte) (n int, again bool, err error) {
	for {
		n, err = call(int(fd), p)
		switch {
		case err == nil:
			return n, false, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return 0, true, nil
		default:
			return 0, false, os.NewSyscallError(name, err)
		}
	}
}
