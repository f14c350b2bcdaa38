package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
)

// report is what a run found.
type report struct {
	settings
	python  string
	best    map[string]load // the best round of each side
	minutes []minute
	memory  []int64 // of the gateways, in the order of the sides, at the end
}

// ratio is how many times as many calls a second a side makes as Pyro5's.
func (r *report) ratio(name string) float64 { return r.best[name].rate() / r.best[sidePyro].rate() }

// missed returns what the bounds say.
func (r *report) missed() (err error) {
	if ratio := r.ratio(sideOriginal); !(ratio >= r.faster) {
		err = fmt.Errorf("%.1f times the calls of Pyro5's gateway, where %.0f are wanted", ratio, r.faster)
	}
	for _, name := range []string{sideOriginal, sideGo} {
		if l := r.best[name]; l.errors > 0 {
			err = errors.Join(err, fmt.Errorf("%s: %d errors, such as %w", name, l.errors, l.problem))
		}
	}
	for _, m := range r.minutes {
		if m.load.errors > 0 {
			err = errors.Join(err, fmt.Errorf("%s, with streams: %d errors, such as %w", m.name, m.load.errors, m.load.problem))
		}
		if !m.events.perfect() {
			err = errors.Join(err, fmt.Errorf("%s: of the streams %d ended by themselves, %d lost emissions", m.name, m.events.failed, m.events.lossy))
		}
	}
	return err
}

func (r *report) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %d clients | calls a second | of Pyro5's | p50 | p99 | errors | memory of the gateway |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n", r.clients)
	for i, name := range []string{sidePyro, sideOriginal, sideGo} {
		fmt.Fprintf(&b, "| %s | %s | %d MB |\n", name, cells(r.best[name], fmt.Sprintf("%.1f×", r.ratio(name))), r.memory[i]>>20)
	}
	fmt.Fprintf(&b, "\n| %d clients and %d event streams for %v | calls a second | p50 | p99 | errors | emissions | events in all | streams that lost any |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
		r.clients, r.streams, r.settings.minute)
	for _, m := range r.minutes {
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d |\n", m.name, cells(m.load), m.emissions, m.events.events, m.events.lossy)
	}
	return b.String()
}

// cells returns the table cells of a load: the rate, others, the latencies and the errors.
func cells(l load, others ...string) string {
	all := append([]string{fmt.Sprintf("%.0f", l.rate())}, others...)
	all = append(all, l.at(0.5).Round(10*time.Microsecond).String(), l.at(0.99).Round(10*time.Microsecond).String(), fmt.Sprint(l.errors))
	return strings.Join(all, " | ")
}

func (r *report) page() string {
	return fmt.Sprintf(`# The gateway under load

Written by a run of %s on %d cores, %s, the original on Python %s; [test/bench/gateway](../../test/bench/gateway) is the program. The clients, the gateways
and the servers share the cores. Each client has a connection of its own and calls a method that gives back a text, one call after the other.
The sides take turns, %d rounds of %v, and the best round of each counts.

%s
The original serves one request at a time, and so does Pyro5's gateway. That is a WSGI application on the server of Python's library. It looks up the name and dials
the server for each request. Behind this gateway all requests share one connection; with a Go server behind it, what is left is HTTP, JSON and the agent.

Bounds: at least %.0f times as many calls a second as Pyro5's gateway with the original behind this one, no error, and no event lost.
`, "`make bench-gateway`", runtime.NumCPU(), runtime.Version(), r.python, r.rounds, r.round, r.table(), r.faster)
}
