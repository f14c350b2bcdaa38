package wallclock

/*
#include <stdint.h>
int pizco_move_clock(int64_t seconds);
int64_t pizco_libc_seconds(void);
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Move sets the wall clock of the process to so much after the machine's, or before it: to whole
// seconds, 0 for the machine's own time. It fails with errors.ErrUnsupported where the kernel does
// not let the process change its own code.
func Move(after time.Duration) error {
	if errno := C.pizco_move_clock(C.int64_t(after / time.Second)); errno != 0 {
		return fmt.Errorf("the clock cannot be moved: %w (%w)", syscall.Errno(errno), errors.ErrUnsupported)
	}
	return nil
}

// Machine returns the machine's wall clock, wherever that of the process has been moved to.
func Machine() (time.Time, error) {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_REALTIME, &now); err != nil { // which asks the kernel, not the vDSO
		return time.Time{}, os.NewSyscallError("clock_gettime", err)
	}
	return time.Unix(now.Unix()), nil
}

// libcNow returns what libc takes for the time.
func libcNow() time.Time { return time.Unix(int64(C.pizco_libc_seconds()), 0) }
