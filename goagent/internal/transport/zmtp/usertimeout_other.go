//go:build !linux

package zmtp

import (
	"net"
	"time"
)

// setUserTimeout does nothing: the system has no such bound, or another name for it.
func setUserTimeout(*net.TCPConn, time.Duration) {}
