//go:build !linux || !amd64 || !cgo

package wallclock

import (
	"errors"
	"fmt"
	"runtime"
	"time"
)

// Move fails: what there is to be done is not known for this system.
func Move(time.Duration) error {
	return fmt.Errorf("the clock cannot be moved on %s/%s: %w", runtime.GOOS, runtime.GOARCH, errors.ErrUnsupported)
}

// Machine returns the machine's wall clock, which is that of the process.
func Machine() (time.Time, error) { return time.Now().Round(0), nil }
