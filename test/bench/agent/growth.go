package main

import (
	"fmt"
	"strconv"

	"github.com/pizco-go/pizco/interop/child"
)

// linearAllowance is how many times as much one more of anything may cost at the far end of a curve
// as at its best: a cost that grows worse than linearly exceeds any.
const linearAllowance = 3

// measureGrowth measures how the cost of one piece of work changes with the number of them.
func measureGrowth(b *bench) error {
	for _, measure := range []func(*bench) (chart, error){growCalls, growClients, growSubscribers, growPayload} {
		c, err := measure(b)
		if err != nil {
			return err
		}
		b.charts = append(b.charts, c)
		worst, at := c.worst()
		b.table.atMost("How cost grows: "+c.title, fmt.Sprintf("worst at %s: %.2f times the best cost before it", at, worst), worst, linearAllowance)
	}
	return nil
}

// doubled returns 1, 2, 4… up to most.
func doubled(from, most int) []int {
	var all []int
	for n := from; n <= most; n *= 2 {
		all = append(all, n)
	}
	return all
}

// best returns the smallest result of some rounds.
func best(rounds int, measure func() (float64, error)) (least float64, err error) {
	for i := range rounds {
		v, err := measure()
		if err != nil {
			return 0, err
		}
		if i == 0 || v < least {
			least = v
		}
	}
	return least, nil
}

func growCalls(b *bench) (chart, error) {
	c := chart{file: "calls.svg", title: "calls at a time on one Proxy", unit: "µs a call"}
	return c, b.growFlood(&c, pick(b, 1024, 64), func(n int) (goroutines, proxies int) { return n, 1 })
}

func growClients(b *bench) (chart, error) {
	c := chart{file: "clients.svg", title: "clients that call at a time", unit: "µs a call"}
	return c, b.growFlood(&c, pick(b, 512, 32), func(n int) (goroutines, proxies int) { return n, n })
}

func (b *bench) growFlood(c *chart, most int, spread func(n int) (goroutines, proxies int)) error {
	var all peers
	defer all.close()
	_, endpoint, err := all.server("go")
	if err != nil {
		return err
	}
	client, err := all.client("go", endpoint)
	if err != nil {
		return err
	}
	for _, n := range doubled(1, most) {
		goroutines, proxies := spread(n)
		cost, err := best(pick(b, 3, 1), func() (float64, error) {
			rate, err := floodRate(client, goroutines, proxies, pick(b, 20_000, 3_000))
			return 1e6 / rate, err
		})
		if err != nil {
			return err
		}
		c.add(strconv.Itoa(n), cost)
	}
	return nil
}

func growSubscribers(b *bench) (chart, error) {
	c := chart{file: "subscribers.svg", title: "subscribers of a signal", unit: "µs a notification"}
	for _, n := range doubled(1, pick(b, 512, 32)) {
		cost, err := b.notificationCost(n)
		if err != nil {
			return c, err
		}
		c.add(strconv.Itoa(n), cost)
	}
	return c, nil
}

// notificationCost returns the time in microseconds that each notification takes when n subscribers
// get many.
func (b *bench) notificationCost(n int) (float64, error) {
	var all peers
	defer all.close()
	server, endpoint, err := all.server("go")
	if err != nil {
		return 0, err
	}
	clients, err := all.subscribers("go", endpoint, n)
	if err != nil {
		return 0, err
	}
	signals := max(pick(b, 100_000, 20_000)/n, 200)
	return best(pick(b, 3, 1), func() (float64, error) {
		at, got, err := emitTo(server, clients, signals, 0, lossless)
		if err == nil && got.Received != int64(signals*n) {
			err = fmt.Errorf("%d of %d notifications arrived", got.Received, signals*n)
		}
		return float64(got.Last-at.Began) / 1e3 / float64(signals*n), err
	})
}

// growPayload shows the cost of each kilobyte beyond that of a call without any.
func growPayload(b *bench) (chart, error) {
	c := chart{file: "payload.svg", title: "kB of bytes as argument and result", unit: "µs a kB, beyond an empty call"}
	var all peers
	defer all.close()
	_, endpoint, err := all.server("go")
	if err != nil {
		return c, err
	}
	client, err := all.client("go", endpoint)
	if err != nil {
		return c, err
	}
	cost := func(size int) (float64, error) {
		var took timed
		err := client.Ask(child.Order{"do": "payload", "n": max(pick(b, 400, 100)>>(size>>18), 5), "size": size}, &took)
		return took.Seconds * 1e6, err
	}
	empty, err := cost(0)
	if err != nil {
		return c, err
	}
	for _, kib := range doubled(16, pick(b, 1<<16, 1<<12)) {
		took, err := cost(kib << 10)
		if err != nil {
			return c, err
		}
		c.add(strconv.Itoa(kib), max(took-empty, 0)/float64(kib))
	}
	return c, nil
}
