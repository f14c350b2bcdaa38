//go:build unix

package cli

import "syscall"

// ownGroup has a process not get the signals of the terminal.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
