package main

import (
	"fmt"
	"time"

	"github.com/pizco-go/pizco/interop/child"
)

// perProcess is how many proxies one process holds: each has about twenty files open.
const perProcess = 250

// measureSignals emits a signal to many subscribers slowly, and to few as fast as can be.
func measureSignals(b *bench) error {
	if err := measureSteadySignals(b); err != nil {
		return err
	}
	return measureBurst(b)
}

// subscribers starts clients with n subscribed proxies together.
func (p *peers) subscribers(kind, endpoint string, n int) (peers, error) {
	var clients peers
	for left := n; left > 0; left -= perProcess {
		c, err := p.client(kind, endpoint)
		if err != nil {
			return nil, err
		}
		if err := c.Ask(child.Order{"do": "subscribe", "n": min(left, perProcess)}, nil); err != nil {
			return nil, err
		}
		clients = append(clients, c)
	}
	return clients, nil
}

// How many seconds nothing comes before what has not come counts as lost: from a publisher that
// should lose nothing, and from one that is known to.
const (
	lossless = 20
	lossy    = 3
)

// emitTo has a server emit, and returns what its subscribers have received.
func emitTo(server *child.Process, clients peers, n, perSecond, quiet int) (emitted, collected, error) {
	var at emitted
	if err := server.Tell(child.Order{"do": "emit", "n": n, "per_second": perSecond}); err != nil {
		return at, collected{}, err
	}
	for _, c := range clients {
		if err := c.Tell(child.Order{"do": "collect", "n": n, "quiet": quiet}); err != nil {
			return at, collected{}, err
		}
	}
	if err := server.Answer(&at); err != nil {
		return at, collected{}, err
	}
	sum := collected{Fewest: int64(n)}
	for _, c := range clients {
		var got collected
		if err := c.Answer(&got); err != nil {
			return at, sum, err
		}
		sum.Received += got.Received
		sum.Fewest = min(sum.Fewest, got.Fewest)
		sum.Last = max(sum.Last, got.Last)
		sum.Dropped += got.Dropped
	}
	return at, sum, nil
}

func measureSteadySignals(b *bench) error {
	var all peers
	defer all.close()
	server, endpoint, err := all.server("go")
	if err != nil {
		return err
	}
	subscribers, n := pick(b, 1000, 100), pick(b, 500, 100)
	clients, err := all.subscribers("go", endpoint, subscribers)
	if err != nil {
		return err
	}
	at, got, err := emitTo(server, clients, n, 100, lossless)
	if err != nil {
		return err
	}
	lost := int64(n*subscribers) - got.Received
	behind := time.Duration(got.Last - at.Ended)
	b.table.exactly(fmt.Sprintf("100 signals a second to %d subscribers, %d of them", subscribers, n),
		fmt.Sprintf("%d notifications, %d lost; the last one %.1f ms after its emission", got.Received, lost, float64(behind)/1e6),
		"none lost", lost == 0)
	return nil
}

// measureBurst compares the notifications that arrive in a second.
func measureBurst(b *bench) error {
	const subscribers = 10
	n := pick(b, 100_000, 20_000)
	var all peers
	defer all.close()
	goServer, goEndpoint, err := all.server("go")
	if err != nil {
		return err
	}
	original, originalEndpoint, err := all.originalServer(b.python)
	if err != nil {
		return err
	}
	ours := burst{server: goServer, quiet: lossless}
	if ours.clients, err = all.subscribers("go", goEndpoint, subscribers); err != nil {
		return err
	}
	originals := burst{server: original, quiet: lossy}
	if originals.clients, err = all.subscribers("go", originalEndpoint, subscribers); err != nil {
		return err
	}
	libzmqServer, libzmqEndpoint, err := all.server(onLibzmq + "go")
	if err != nil {
		return err
	}
	libzmq := burst{server: libzmqServer, quiet: lossless}
	if libzmq.clients, err = all.subscribers(onLibzmq+"go", libzmqEndpoint, subscribers); err != nil {
		return err
	}
	for range pick(b, 5, 1) {
		for _, side := range []*burst{&ours, &libzmq, &originals} {
			if err := side.emit(n, subscribers); err != nil {
				return err
			}
		}
	}
	b.table.note(fmt.Sprintf("Burst of %d signals to 10 subscribers, the original's publisher, Python %s", n, b.python.Version),
		"%s, %d lost (its high-water mark is 1000), %d of them dropped by the Go subscribers", originals.text("notifications"), originals.lost, originals.dropped)
	b.table.exactly(fmt.Sprintf("Burst of %d signals to 10 subscribers, Go server", n),
		fmt.Sprintf("%s, %d lost, %d of them dropped by the subscribers", ours.text("notifications"), ours.lost, ours.dropped),
		"none lost below the high-water mark", ours.lost == 0)
	b.table.atLeast("The same, how many times the original's", fmt.Sprintf("%.0f notifications/s at best", ours.best()), ours.over(originals.rates), 3)
	b.table.figure("A signal of 10 subscribers makes %.0f notifications a second, **%.1f times** as many as the original's.", ours.best(), ours.over(originals.rates))
	b.table.atLeast("The same, how many times that of publisher and subscribers on libzmq", libzmq.text("notifications")+" on libzmq",
		ours.over(libzmq.rates), 1)
	return nil
}

// burst is one side of the comparison of bursts.
type burst struct {
	server  *child.Process
	clients peers
	quiet   int // how many seconds nothing comes before what has not come is lost
	rates
	lost, dropped int64
}

// emit has the server emit as fast as it can, and counts the notifications that arrive in a second.
func (s *burst) emit(n, subscribers int) error {
	at, got, err := emitTo(s.server, s.clients, n, 0, s.quiet)
	if err != nil {
		return err
	}
	s.rates = append(s.rates, float64(got.Received)/(float64(got.Last-at.Began)/1e9))
	s.lost += int64(n*subscribers) - got.Received
	s.dropped = got.Dropped // of all turns
	return nil
}
