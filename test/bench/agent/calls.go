package main

import (
	"time"

	"github.com/pizco-go/pizco/interop/child"
)

// parallel is how many calls are under way at a time.
const parallel = 64

// measureCalls counts the calls that a server answers in a second when there are always some that
// wait.
func measureCalls(b *bench) error {
	var all peers
	defer all.close()
	_, goEndpoint, err := all.server("go")
	if err != nil {
		return err
	}
	_, originalEndpoint, err := all.originalServer(b.python)
	if err != nil {
		return err
	}
	goClient, err := all.client("go", goEndpoint)
	if err != nil {
		return err
	}
	originalsClient, err := all.client("go", originalEndpoint)
	if err != nil {
		return err
	}
	libzmqClient, err := all.onLibzmq()
	if err != nil {
		return err
	}
	crowd, err := all.crowd(b, originalEndpoint)
	if err != nil {
		return err
	}
	echo, err := all.echo()
	if err != nil {
		return err
	}
	var ours, libzmq, floor rates // of our servers, and of an echo over raw TCP
	var underGo, underOwn rates   // of the original's server under Go clients and under its own
	for range pick(b, 24, 3) {
		rate, err := floodRate(goClient, parallel, 1, pick(b, 20_000, 10_000))
		if err != nil {
			return err
		}
		ours = append(ours, rate)
		if rate, err = floodRate(libzmqClient, parallel, 1, pick(b, 20_000, 10_000)); err != nil {
			return err
		}
		libzmq = append(libzmq, rate)
		if rate, err = floodRate(echo, parallel, 1, pick(b, 200_000, 50_000)); err != nil {
			return err
		}
		floor = append(floor, rate)
		if rate, err = floodRate(originalsClient, parallel, parallel, pick(b, 2_000, 1_000)); err != nil {
			return err
		}
		underGo = append(underGo, rate)
		if rate, err = crowdRate(crowd, crowdCalls); err != nil {
			return err
		}
		underOwn = append(underOwn, rate)
	}
	b.table.note("The original's Server under 64 of its own clients, Python "+b.python.Version, "%s", underOwn.text("calls"))
	b.table.atLeast("Go server, 64 goroutines on one Proxy: how many times the calls", ours.text("calls"), ours.over(underOwn), 10)
	b.table.figure("64 goroutines on one Proxy make %.0f calls a second, **%.1f times** as many as the original's Server answers.", ours.best(), ours.over(underOwn))
	b.table.atLeast("The same, how many times the calls of client and server on libzmq", libzmq.text("calls")+" on libzmq", ours.over(libzmq), 1)
	b.table.note("64 calls' bytes in one write over raw TCP and back, the floor", "%s; the Go server's ratio to that **%.2f**", floor.text("calls"), ours.over(floor))
	b.table.note("The original's Server under 64 Go clients, which leave it more of the processor", "%s; the Go server's ratio to that **%.2f**",
		underGo.text("calls"), ours.over(underGo))
	return nil
}

// echo starts a client and a server over raw TCP.
func (p *peers) echo() (*child.Process, error) {
	_, address, err := p.server("tcp")
	if err != nil {
		return nil, err
	}
	return p.client("tcp", address)
}

// onLibzmq starts a client and a server that are both on the reference transport.
func (p *peers) onLibzmq() (*child.Process, error) {
	_, endpoint, err := p.server(onLibzmq + "go")
	if err != nil {
		return nil, err
	}
	return p.client(onLibzmq+"go", endpoint)
}

const (
	// crowdProcesses is over how many processes the original's clients are spread.
	crowdProcesses = 8
	// crowdCalls is how many calls each of them makes in a turn.
	crowdCalls = 30
)

// crowd starts the original's clients. Each has a thread of its own.
func (p *peers) crowd(b *bench, endpoint string) (peers, error) {
	var clients peers
	for range crowdProcesses {
		c, err := p.originalClient(b.python, endpoint)
		if err != nil {
			return nil, err
		}
		clients = append(clients, c)
	}
	_, err := crowdRate(clients, 1) // connects them
	return clients, err
}

// crowdRate has each of the original's clients make n calls and returns how many there were in a
// second.
func crowdRate(clients peers, n int) (float64, error) {
	began := time.Now()
	for _, c := range clients {
		if err := c.Tell(child.Order{"do": "flood", "proxies": parallel / crowdProcesses, "n": n}); err != nil {
			return 0, err
		}
	}
	for _, c := range clients {
		if err := c.Answer(nil); err != nil {
			return 0, err
		}
	}
	return float64(parallel*n) / time.Since(began).Seconds(), nil
}

// floodRate has n calls made by many goroutines over some proxies and returns how many there were
// in a second.
func floodRate(client *child.Process, goroutines, proxies, n int) (float64, error) {
	var took timed
	err := client.Ask(child.Order{"do": "flood", "goroutines": goroutines, "proxies": proxies, "n": n}, &took)
	return float64(n) / took.Seconds, err
}
