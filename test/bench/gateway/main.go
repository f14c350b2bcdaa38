// Command gateway measures the gateway under load, beside Pyro5's own HTTP gateway on the same
// calls in the same run.
//
//	scripts/bench-gateway             the whole: a minute of 200 clients and 500 event streams; writes docs/benchmarks/gateway.md
//	scripts/bench-gateway -quick      a short form with bounds that a busy machine cannot break; writes nothing
//
// The calls are of a method that gives back a text of five letters. The targets behind the gateway
// are the original's server, as Pyro5's server is one of Python, and a Go server of this library
// beside it. The sides take turns, and of all turns the best counts. The command ends with status 1
// when a bound is missed.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// settings configure a run.
type settings struct {
	clients, streams int
	rounds           int
	round, minute    time.Duration
	perSecond        int     // emissions of the signal
	faster           float64 // than Pyro5's gateway, at least
	pyro             string
	docs             string
}

var (
	full = settings{clients: 200, streams: 500, rounds: 3, round: 10 * time.Second, minute: time.Minute, perSecond: 10, faster: 5}
	// The bound of a quick run is wide: what else runs on the machine weighs on one side more than
	// on the other.
	quick = settings{clients: 200, streams: 500, rounds: 1, round: 2 * time.Second, minute: 3 * time.Second, perSecond: 2, faster: 1}
)

func main() {
	var err error
	if len(os.Args) > 2 && os.Args[1] == "peer" {
		err = servePeer(os.Args[2], os.Args[3:])
	} else {
		err = command()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-gateway:", err)
		os.Exit(1)
	}
}

func command() error {
	short := flag.Bool("quick", false, "measure for a short time and check bounds that noise cannot break")
	python := flag.String("pyro", ".venvs/pyro5/bin/python", "the Python that has Pyro5")
	docs := flag.String("docs", "docs/benchmarks/gateway.md", "write the report of a full run to this file; empty writes nothing")
	flag.Parse()
	s := full
	if *short {
		s, *docs = quick, ""
	}
	s.pyro, s.docs = *python, *docs
	if err := raiseFileLimit(); err != nil {
		return err
	}
	r, err := measure(s)
	if err != nil {
		return err
	}
	fmt.Print(r.table())
	if s.docs != "" {
		if err := os.WriteFile(s.docs, []byte(r.page()), 0o644); err != nil {
			return err
		}
	}
	return r.missed()
}

// raiseFileLimit lifts the soft limit of open files to the hard one, for this process and its
// children.
func raiseFileLimit() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
}

// side is a gateway in front of a server.
type side struct {
	name    string
	call    request
	gateway int            // the process
	server  *child.Process // that emits; nil for Pyro5, which has no signals
	events  string         // the URL of the signal's stream
}

// measure runs all of it.
func measure(s settings) (r *report, err error) {
	python, err := pyenv.DiscoverNewest()
	if err != nil {
		return nil, err
	}
	var all peers
	defer func() { err = errors.Join(err, all.close()) }()
	sides, err := all.start(python, s.pyro)
	if err != nil {
		return nil, err
	}
	r = &report{settings: s, python: python.Version, best: map[string]load{}}
	for round := range s.rounds {
		for _, side := range sides {
			progress("round %d: %s", round+1, side.name)
			l := side.call.load(s.clients, s.round)
			if best, ok := r.best[side.name]; !ok || l.rate() > best.rate() {
				r.best[side.name] = l
			}
		}
	}
	for _, side := range sides {
		if side.server == nil {
			continue
		}
		progress("%d clients and %d streams: %s", s.clients, s.streams, side.name)
		m, err := side.minute(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", side.name, err)
		}
		r.minutes = append(r.minutes, m)
	}
	for _, side := range sides {
		memory, err := child.RSS(side.gateway)
		if err != nil {
			return nil, err
		}
		r.memory = append(r.memory, memory)
	}
	return r, nil
}

var began = time.Now()

// progress tells on standard error what goes on.
func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%6.1fs  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
}

// minute is what came of clients and streams at once.
type minute struct {
	name      string
	emissions int
	load      load
	events    eventCount
}

func (side side) minute(s settings) (minute, error) {
	emissions := int(s.minute.Seconds()) * s.perSecond
	streams, err := openStreams(side.events, s.streams, emissions)
	if err != nil {
		return minute{}, err
	}
	emit := func(n int) child.Order { return child.Order{"do": "emit", "n": n, "per_second": s.perSecond} }
	err = streams.awake(func() error { return side.server.Ask(emit(1), nil) })
	if err == nil {
		err = side.server.Tell(emit(emissions))
	}
	if err != nil {
		streams.close()
		return minute{}, err
	}
	m := minute{name: side.name, emissions: emissions, load: side.call.load(s.clients, s.minute)}
	err = side.server.Answer(nil)
	m.events = streams.finish(emissions)
	return m, err
}
