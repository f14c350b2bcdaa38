package shell

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableEscapes has a console obey escape sequences. What is no console stays as it is.
func enableEscapes(out *os.File) {
	console := windows.Handle(out.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) == nil {
		_ = windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING)
	}
}
