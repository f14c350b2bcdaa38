// Command abuse plays clients that use up as much of a gateway as they can, and reports whether its
// bounds hold.
//
//	go run ./test/abuse            every attack, in full
//	go run ./test/abuse -quick     a short form for CI
//
// The gateway is a process of its own. Its settings are the defaults, except that the rate of
// requests is not limited and a body may have 16 MiB. Its targets are servers written in Go in the
// command's process, which count what they are asked for. For each attack the command prints what
// it took of the gateway's processor and memory, and the bound. It ends with status 1 when a bound
// does not hold.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

var errBroken = errors.New("a bound does not hold")

// settings configure a run.
type settings struct{ quick bool }

// some returns how many of something an attack has: a tenth in the short form.
func (s settings) some(n int) int {
	if s.quick {
		return max(1, n/10)
	}
	return n
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "gateway" {
		end(serveGateway(os.Args[2]))
		return
	}
	var s settings
	flag.BoolVar(&s.quick, "quick", false, "play the attacks for a short time")
	only := flag.String("only", "", "play the attacks whose names hold this")
	flag.Parse()
	end(run(s, *only))
}

func end(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "abuse:", err)
		os.Exit(1)
	}
}

func run(s settings, only string) error {
	var t table
	for _, a := range attacks {
		if !strings.Contains(a.name, only) {
			continue
		}
		began := time.Now()
		if err := play(s, a, &t); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		fmt.Fprintf(os.Stderr, "%s: %.1fs\n", a.name, time.Since(began).Seconds())
	}
	fmt.Print(t.markdown())
	if t.broken {
		return errBroken
	}
	return nil
}
