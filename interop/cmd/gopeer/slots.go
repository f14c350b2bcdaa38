package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/graph"
	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
)

// slot keeps the events that it is called with.
type slot struct {
	connection *goagent.Slot

	mu      sync.Mutex
	events  []value.Value
	arrived chan struct{} // closed and replaced when an event arrives
}

func (s *slot) keep(values ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, graph.ToValue(py.Tuple(values)))
	close(s.arrived)
	s.arrived = make(chan struct{})
}

// function returns a function of so many parameters that keeps what it is called with.
func (s *slot) function(arity int) any {
	switch arity {
	case 0:
		return func() { s.keep() }
	case 1:
		return func(v any) { s.keep(v) }
	case 2:
		return func(v, old any) { s.keep(v, old) }
	}
	return func(v, old, other any) { s.keep(v, old, other) }
}

// take returns what has come, once it is count events or the time is over, and forgets it.
func (s *slot) take(count int, patience time.Duration) []value.Value {
	deadline := time.After(patience)
	for {
		s.mu.Lock()
		enough, arrived := len(s.events) >= count, s.arrived
		s.mu.Unlock()
		if !enough {
			select {
			case <-arrived:
				continue
			case <-deadline:
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		events := append([]value.Value{}, s.events...)
		s.events = nil
		return events
	}
}

func (c *connection) subscribe(ctx context.Context, r *request) (result, error) {
	s := &slot{arrived: make(chan struct{})}
	function := s.function(r.Arity)
	if r.Reads != "" {
		function = c.reading(s, r.Reads)
	}
	connected, err := c.proxy.Connect(ctx, r.Name, function)
	if err != nil {
		return outcome(nil, err), nil
	}
	s.connection = connected
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slots[r.Slot] = s
	return result{"returned": nil}, nil
}

// reading returns a slot that keeps what it is called with and what an attribute is then.
func (c *connection) reading(s *slot, attribute string) any {
	return func(v, old, other any) {
		ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
		defer cancel()
		var read any
		if err := c.proxy.Get(ctx, &read, attribute); err != nil {
			read = err.Error()
		}
		s.keep(v, old, other, read)
	}
}

func (c *connection) slot(name string) (*slot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.slots[name]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("no slot %q", name)
}

func (c *connection) unsubscribe(_ context.Context, r *request) (result, error) {
	s, err := c.slot(r.Slot)
	if err != nil {
		return nil, err
	}
	return outcome(nil, s.connection.Disconnect()), nil
}

func (c *connection) events(_ context.Context, r *request) (result, error) {
	s, err := c.slot(r.Slot)
	if err != nil {
		return nil, err
	}
	return result{"events": s.take(r.Count, time.Duration(r.TimeoutMS)*time.Millisecond)}, nil
}
