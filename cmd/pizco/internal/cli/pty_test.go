package cli_test

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// startInTerminal starts a command in a pseudo-terminal of Linux and returns the side of it that a
// person would sit at.
func startInTerminal(t *testing.T, cmd *exec.Cmd, size unix.Winsize) *os.File {
	t.Helper()
	// Not blocking, so that closing it ends a read.
	number, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	person := os.NewFile(uintptr(number), "/dev/ptmx")
	if err := unix.IoctlSetPointerInt(number, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	name, err := unix.IoctlGetInt(number, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.OpenFile("/dev/pts/"+strconv.Itoa(name), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	if err := unix.IoctlSetWinsize(number, unix.TIOCSWINSZ, &size); err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = program, program, program
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return person
}
