//go:build unix

package subprocess

import (
	"fmt"
	"os"
	"syscall"
)

// canInherit reports whether a process can hand descriptors on to the one that it starts.
const canInherit = true

// ownSession has a process not end with the terminal of the one that starts it.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// inheritedFile returns a descriptor of the parent's, which is not passed on to other processes.
func inheritedFile(fd int) *os.File {
	syscall.CloseOnExec(fd)
	_ = syscall.SetNonblock(fd, true) // so that Close ends a Read; where it fails, reading does
	return os.NewFile(uintptr(fd), fmt.Sprintf("descriptor %d", fd))
}
