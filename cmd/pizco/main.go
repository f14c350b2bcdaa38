// Command pizco is the command-line tool of pizco: it serves objects, calls them, watches their
// signals, shows what goes over the wire, and reads and writes pickles. `pizco help` lists its
// commands.
package main

import (
	"context"
	"os"
	_ "time/tzdata" // zones of Python's zoneinfo are known on machines without a database of their own

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli"
)

func main() {
	os.Exit(cli.Main(context.Background(), cli.Program{
		Args:   os.Args[1:],
		Stdin:  os.Stdin,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	}))
}
