//go:build !unix

package subprocess

import (
	"fmt"
	"os"
	"syscall"
)

// canInherit reports whether a process can hand descriptors on to the one that it starts.
const canInherit = false

// ownSession returns nothing to set: without canInherit no process is started.
func ownSession() *syscall.SysProcAttr { return nil }

// inheritedFile returns a file of the parent process. It fails to read where canInherit is false.
func inheritedFile(fd int) *os.File {
	return os.NewFile(uintptr(fd), fmt.Sprintf("descriptor %d", fd))
}
