package main

import (
	"fmt"

	"github.com/pizco-go/pizco/internal/child"
)

// parallel is how many calls are under way at a time.
const parallel = 64

// measureCalls counts the calls that a server answers in a second when there are always some that wait.
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
	var goBest, originalBest float64
	for range pick(b, 8, 3) {
		rate, err := floodRate(goClient, parallel, 1, pick(b, 60_000, 10_000))
		if err != nil {
			return err
		}
		goBest = max(goBest, rate)
		if rate, err = floodRate(originalsClient, parallel, parallel, pick(b, 6_000, 1_000)); err != nil {
			return err
		}
		originalBest = max(originalBest, rate)
	}
	b.table.note("The original's Server, 64 clients that call at once, Python "+b.python.Version, "%.0f calls/s", originalBest)
	b.table.atLeast("Go server, 64 goroutines on one Proxy: how many times the calls", fmt.Sprintf("%.0f calls/s", goBest), goBest/originalBest, 10)
	return nil
}

// floodRate has n calls made by many goroutines over some proxies and returns how many there were in a second.
func floodRate(client *child.Process, goroutines, proxies, n int) (float64, error) {
	var took timed
	err := client.Ask(child.Order{"do": "flood", "goroutines": goroutines, "proxies": proxies, "n": n}, &took)
	return float64(n) / took.Seconds, err
}
