package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// subscriber counts what one proxy has been notified of.
type subscriber struct {
	received atomic.Int64
	last     atomic.Int64 // when, in nanoseconds since 1970
	disorder atomic.Bool
	next     int
}

// slot gets the numbers 0, 1, 2… of an emission, or of one after the other.
func (s *subscriber) slot(n int) {
	if n != s.next && n != 0 {
		s.disorder.Store(true)
	}
	s.next = n + 1
	s.received.Add(1)
	s.last.Store(time.Now().UnixNano())
}

// subscribe connects n proxies to the signal.
func (c *client) subscribe(o count) (any, error) {
	if err := c.dial(o.N); err != nil {
		return nil, err
	}
	for _, p := range c.proxies[len(c.subscribers):] {
		s := &subscriber{}
		if _, err := p.Connect(context.Background(), "tick", s.slot); err != nil {
			return nil, err
		}
		c.subscribers = append(c.subscribers, s)
	}
	return nil, nil
}

// collected tells what the subscribers of a process have received.
type collected struct {
	Received int64 `json:"received"`
	Fewest   int64 `json:"fewest"`
	Last     int64 `json:"last"`
	Dropped  int64 `json:"dropped"`
}

// collecting is the order to wait until each subscriber has received N, or nothing has come for
// Quiet seconds: what has not come by then counts as lost.
type collecting struct {
	N     int `json:"n"`
	Quiet int `json:"quiet"`
}

// collect carries out that order and starts the counts anew.
func (c *client) collect(o collecting) (any, error) {
	const poll = 5 * time.Millisecond
	quiet := time.Duration(o.Quiet) * time.Second
	var seen collected
	for still := time.Duration(0); seen.Fewest < int64(o.N) && still < quiet; still += poll {
		<-time.After(poll)
		now := c.count()
		if now.Received != seen.Received {
			still = 0
		}
		seen = now
	}
	for i, s := range c.subscribers {
		s.received.Store(0)
		if s.disorder.Swap(false) && seen.Received == int64(o.N*len(c.subscribers)) {
			return nil, fmt.Errorf("subscriber %d was notified in another order", i)
		}
	}
	return seen, nil
}

func (c *client) count() collected {
	sum := collected{Fewest: -1}
	for i, s := range c.subscribers {
		n := s.received.Load()
		sum.Received += n
		if sum.Fewest < 0 || n < sum.Fewest {
			sum.Fewest = n
		}
		sum.Last = max(sum.Last, s.last.Load())
		sum.Dropped += int64(c.proxies[i].Dropped())
	}
	return sum
}
