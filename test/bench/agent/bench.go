package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// bench is a run: its settings, the fastest Python, and what came out.
type bench struct {
	settings
	began  time.Time
	python pyenv.Interpreter
	table  table
	charts []chart
}

func newBench(s settings) (*bench, error) {
	b := &bench{settings: s, began: time.Now()}
	pythons, err := pyenv.Discover()
	if err != nil {
		return nil, err
	}
	b.python, err = b.fastest(pythons)
	b.table.quick = s.quick
	return b, err
}

// progress tells on standard error what goes on.
func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%6.1fs  %s\n", time.Since(b.began).Seconds(), fmt.Sprintf(format, args...))
}

// pick returns the first of a full run's and a quick one's settings that applies.
func pick[T any](b *bench, full, quick T) T {
	if b.quick {
		return quick
	}
	return full
}

// raiseFileLimit lifts the soft limit of open files to the hard one, for this process and its
// children.
func raiseFileLimit() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	return limit.Max
}

// endpoints are what a server's first line tells.
type endpoints struct {
	Rep string `json:"rep_endpoint"`
	Pub string `json:"pub_endpoint"`
}

// peers are the processes of one measurement.
type peers []*child.Process

// close ends them all.
func (p *peers) close() {
	for _, c := range *p {
		if err := c.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	}
}

// libzmqVariable names the variable in which scripts/bench says where this program is once more,
// built with the tag libzmq.
const libzmqVariable = "PIZCO_BENCH_LIBZMQ"

// onLibzmq is what the kind of a peer begins with whose agents are on the reference transport.
const onLibzmq = "libzmq-"

// start starts a peer in the program that has what its kind needs.
func start(ready any, kind, side string, args ...string) (*child.Process, error) {
	own, reference := strings.CutPrefix(kind, onLibzmq)
	args = append([]string{"peer", own + side}, args...)
	if kind != "bare" && !reference {
		return child.Self(ready, args...)
	}
	program := os.Getenv(libzmqVariable)
	if program == "" {
		return nil, fmt.Errorf("no program with libzmq for %q: run make bench or make bench-quick", kind)
	}
	return child.Start(exec.Command(program, args...), ready)
}

// server starts a server of the kind "go", "libzmq-go", "bare", "tcp" or "fixed" and returns it
// with its endpoint.
func (p *peers) server(kind string) (*child.Process, string, error) {
	var at endpoints
	c, err := start(&at, kind, "-server")
	if err != nil {
		return nil, "", err
	}
	*p = append(*p, c)
	return c, at.Rep, nil
}

// client starts a client of the kind "go", "libzmq-go", "bare", "tcp" or "fixed" for the server at
// an endpoint.
func (p *peers) client(kind, endpoint string) (*child.Process, error) {
	c, err := start(nil, kind, "-client", endpoint)
	if err == nil {
		*p = append(*p, c)
	}
	return c, err
}

// original starts a program of the original's side.
func (p *peers) original(python pyenv.Interpreter, ready any, script string, args ...string) (*child.Process, error) {
	cmd := exec.Command(python.PizcoPython, append([]string{python.Script(script)}, args...)...)
	cmd.Env = append(environment(), "PYTHONPATH="+os.Getenv("PIZCO_BENCH_NUMPY"))
	c, err := child.Start(cmd, ready)
	if err == nil {
		*p = append(*p, c)
	}
	return c, err
}

// environment leaves out the variables that would change the original's key or serializer.
func environment() []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "PZC_") {
			env = append(env, entry)
		}
	}
	return env
}

func (p *peers) originalServer(python pyenv.Interpreter) (*child.Process, string, error) {
	var at endpoints
	c, err := p.original(python, &at, "speed_server.py")
	return c, at.Rep, err
}

func (p *peers) originalClient(python pyenv.Interpreter, endpoint string) (*child.Process, error) {
	return p.original(python, nil, "speed_client.py", endpoint)
}

// timed is the answer to an order that took a time.
type timed struct {
	Seconds float64 `json:"seconds"`
	// Allocated is the memory in bytes that a client of Go took meanwhile.
	Allocated int64 `json:"allocated"`
}

// perCall has a client make calls one after the other and returns the mean time of one.
func perCall(client *child.Process, calls int) (time.Duration, error) {
	var took timed
	err := client.Ask(child.Order{"do": "calls", "n": calls}, &took)
	return time.Duration(took.Seconds / float64(calls) * 1e9), err
}

// fastest returns the Python on which the original's round trip is the shortest.
func (b *bench) fastest(pythons []pyenv.Interpreter) (pyenv.Interpreter, error) {
	if len(pythons) == 1 {
		return pythons[0], nil
	}
	best, bestTime := pythons[0], time.Duration(0)
	for _, python := range pythons {
		took, err := originalRoundTrip(python)
		if err != nil {
			return best, err
		}
		b.progress("the original on Python %s: %v a round trip", python, took)
		if bestTime == 0 || took < bestTime {
			best, bestTime = python, took
		}
	}
	return best, nil
}

func originalRoundTrip(python pyenv.Interpreter) (best time.Duration, err error) {
	var p peers
	defer p.close()
	_, endpoint, err := p.originalServer(python)
	if err != nil {
		return 0, err
	}
	client, err := p.originalClient(python, endpoint)
	if err != nil {
		return 0, err
	}
	for range 3 {
		took, err := perCall(client, 300)
		if err != nil {
			return 0, err
		}
		if best == 0 || took < best {
			best = took
		}
	}
	return best, nil
}
