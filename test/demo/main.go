// Command demo plays the manual's "Pizco in action" between Go and the original: each client
// against each server, every server on ports that the system chose. It prints the transcripts and
// fails when one differs from the manual's.
//
// A server prints its endpoints as a line of JSON when it is ready, and serves until its standard
// input ends. A client takes the server's endpoint as its argument and prints the transcript. `make
// demo` builds the Go ones and runs this.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// limits is how long things may take before they are ended and the demo fails.
type limits struct {
	start time.Duration // a server, until it is ready
	play  time.Duration // a client, for its transcript
	end   time.Duration // a server, until it has ended after its standard input did
}

var defaultLimits = limits{start: 30 * time.Second, play: time.Minute, end: 10 * time.Second}

// transcript is what the manual shows.
const transcript = `2 * 8 = 16
The factor was changed from 2 to 3
3 * 8 = 24
The factor was changed from 3 to 4
4 * 8 = 32
The factor was changed from 4 to 5
5 * 8 = 40
`

// program is a side of a play: what it is called, and the command line that runs it.
type program struct {
	name    string
	command []string
}

// play is one client against one server.
type play struct {
	client, server program
	note           string
}

func main() {
	server := flag.String("server", "", "the Go server's program")
	client := flag.String("client", "", "the Go client's program")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *server, *client)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, server, client string) error {
	if server == "" || client == "" {
		return errors.New("-server and -client are needed; `make demo` gives them")
	}
	interpreters, err := pyenv.Discover()
	if err != nil {
		return err
	}
	plays := plan(program{"Go", []string{server}}, program{"Go", []string{client}}, interpreters)
	var failed error
	for _, p := range plays {
		failed = errors.Join(failed, p.run(ctx, defaultLimits))
	}
	if failed == nil {
		fmt.Printf("\n%d transcripts, all as in the manual\n", len(plays))
	}
	return failed
}

// plan lists the plays: Go with itself once, and with each Python both ways; and the original with
// itself, as the reference.
func plan(goServer, goClient program, interpreters []pyenv.Interpreter) []play {
	var plays []play
	for _, interpreter := range interpreters {
		pyServer, pyClient := python(interpreter, "server.py"), python(interpreter, "client.py")
		plays = append(plays,
			play{client: goClient, server: pyServer},
			play{client: pyClient, server: goServer},
			play{client: pyClient, server: pyServer, note: ", the reference"},
		)
	}
	return append(plays, play{client: goClient, server: goServer})
}

func python(interpreter pyenv.Interpreter, script string) program {
	return program{"Python " + interpreter.Version, []string{interpreter.PizcoPython, interpreter.Script(script)}}
}

// run plays, prints what the client printed, and compares it.
func (p play) run(ctx context.Context, limits limits) (err error) {
	title := fmt.Sprintf("%s client, %s server%s", p.client.name, p.server.name, p.note)
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", title, err)
		}
	}()
	fmt.Printf("\n--- %s\n", title)

	server, err := start(ctx, p.server.command, limits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.end()) }()

	got, err := output(ctx, limits.play, slices.Concat(p.client.command, []string{server.endpoint}))
	fmt.Print(got)
	if err != nil {
		return err
	}
	if got != transcript {
		return fmt.Errorf("the transcript differs; the manual shows:\n%s", transcript)
	}
	return nil
}
