package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/pizco-go/pizco/interop/child"
)

// pair is a client and a server whose calls are timed, and the times of the rounds so far.
type pair struct {
	name   string
	client *child.Process
	rounds []time.Duration
}

// best is the mean time of a call in the best round.
func (p *pair) best() time.Duration { return slices.Min(p.rounds) }

func (p *pair) median() time.Duration { return median(p.rounds) }

func (p *pair) String() string {
	return fmt.Sprintf("%.1f µs (median %.1f)", micros(p.best()), micros(p.median()))
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func faster(a, b *pair) float64 { return float64(b.best()) / float64(a.best()) }

// slower returns the median of how many times as long as b's the turns of a took.
func slower(a, b *pair) float64 {
	ratios := make([]float64, len(a.rounds))
	for turn := range ratios {
		ratios[turn] = float64(a.rounds[turn]) / float64(b.rounds[turn])
	}
	return median(ratios)
}

// measureRoundTrips times calls one after the other between all pairs, in turns.
func measureRoundTrips(b *bench) error {
	var all peers
	defer all.close()
	pairs, err := b.roundTripPairs(&all)
	if err != nil {
		return err
	}
	calls := pick(b, 2000, 300)
	for range pick(b, 25, 5) {
		for _, p := range pairs {
			took, err := perCall(p.client, calls)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			p.rounds = append(p.rounds, took)
		}
	}
	tcp, bare, libzmq, goGo, pyPy, goPy, pyGo := pairs[0], pairs[1], pairs[2], pairs[3], pairs[4], pairs[5], pairs[6]
	fixedPy, pyFixed := pairs[7], pairs[8]
	b.table.note("Round trip of a call's bytes over raw TCP, the floor", "%s", tcp)
	b.table.note("Round trip of a call's five frames over bare REQ and REP, libzmq from Go", "%s", bare)
	b.table.note("Round trip of a call, the original's Proxy and Server, Python "+b.python.Version, "%s", pyPy)
	b.table.note("Round trip of a call, Go client and Go server, both on libzmq", "%s", libzmq)
	b.table.atMost("Round trip of a call, Go client and Go server, beside raw TCP", goGo.String(), 1/faster(goGo, tcp), 1.8)
	b.table.atMost("The same, the median of the turns", goGo.String(), slower(goGo, tcp), 2.2)
	b.table.atMost("The same, beside the bare frames", goGo.String(), 1/faster(goGo, bare), 0.4)
	b.table.atLeast("The same, how much faster than on libzmq", goGo.String(), faster(goGo, libzmq), 1.5)
	b.table.atLeast("The same, how much faster than the original's", goGo.String(), faster(goGo, pyPy), 1.5)
	b.table.figure("A call between Go programs takes %.0f µs, **%.1f times** as fast as between the original's.", micros(goGo.best()), faster(goGo, pyPy))
	b.table.atLeast("Go client, original's server: how much faster than the original's Proxy", goPy.String(), faster(goPy, pyPy), 1)
	b.table.atLeast("Original's Proxy, Go server: how much faster than the original's Server", pyGo.String(), faster(pyGo, pyPy), 1)
	b.table.note("Prepared bytes to the original's server, the most that a Go client could reach", "%s; ratio **%.2f**", fixedPy, faster(fixedPy, pyPy))
	b.table.note("Original's Proxy, a server of prepared bytes, the most that a Go server could reach", "%s; ratio **%.2f**", pyFixed, faster(pyFixed, pyPy))
	return nil
}

func (b *bench) roundTripPairs(all *peers) ([]*pair, error) {
	servers := make(map[string]string)
	for _, kind := range []string{"tcp", "bare", "libzmq-go", "go", "fixed"} {
		_, endpoint, err := all.server(kind)
		if err != nil {
			return nil, err
		}
		servers[kind] = endpoint
	}
	_, endpoint, err := all.originalServer(b.python)
	if err != nil {
		return nil, err
	}
	servers["original"] = endpoint
	var pairs []*pair
	for _, p := range []struct{ client, server string }{
		{"tcp", "tcp"}, {"bare", "bare"}, {"libzmq-go", "libzmq-go"}, {"go", "go"}, {"original", "original"}, {"go", "original"}, {"original", "go"},
		{"fixed", "original"}, {"original", "fixed"},
	} {
		var c *child.Process
		if p.client == "original" {
			c, err = all.originalClient(b.python, servers[p.server])
		} else {
			c, err = all.client(p.client, servers[p.server])
		}
		if err != nil {
			return nil, err
		}
		if _, err := perCall(c, 200); err != nil { // to warm up
			return nil, err
		}
		pairs = append(pairs, &pair{name: p.client + " client, " + p.server + " server", client: c})
	}
	return pairs, nil
}
