package goagent

import (
	"container/list"
	"context"
	"sync"
)

// turns gives out the right to do something, so many at a time. Those that wait for it get it one client after the other, and in
// the order in which they came within a client, so that one with many requests does not hold up one with few.
type turns struct {
	mu      sync.Mutex
	free    int
	clients list.List                // of *waitingClient: those that somebody waits for, the next one first
	byName  map[string]*list.Element // of clients
}

type waitingClient struct {
	name    string
	waiting list.List // of chan struct{}, which is closed when its turn has come
}

func newTurns(places int) *turns {
	return &turns{free: places, byName: make(map[string]*list.Element)}
}

// tryTake takes a turn if there is one at once.
func (t *turns) tryTake() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free == 0 {
		return false
	}
	t.free-- // nobody waits while there is one
	return true
}

// take waits for a turn, which give ends.
func (t *turns) take(ctx context.Context, client string) error {
	if t.tryTake() {
		return nil
	}
	t.mu.Lock()
	if t.free > 0 { // since then
		t.free--
		t.mu.Unlock()
		return nil
	}
	granted := make(chan struct{})
	at, known := t.byName[client]
	if !known {
		at = t.clients.PushBack(&waitingClient{name: client})
		t.byName[client] = at
	}
	c, _ := at.Value.(*waitingClient)
	place := c.waiting.PushBack(granted)
	t.mu.Unlock()
	select {
	case <-granted:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-granted: // at that moment
		t.next()
	default:
		c.waiting.Remove(place)
		if c.waiting.Len() == 0 {
			t.forget(at, c)
		}
	}
	return context.Cause(ctx)
}

// give ends a turn.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next()
}

// next hands a turn to the next one that waits. The lock is held.
func (t *turns) next() {
	at := t.clients.Front()
	if at == nil {
		t.free++
		return
	}
	c, _ := at.Value.(*waitingClient)
	granted, _ := c.waiting.Remove(c.waiting.Front()).(chan struct{})
	if c.waiting.Len() == 0 {
		t.forget(at, c)
	} else {
		t.clients.MoveToBack(at)
	}
	close(granted)
}

func (t *turns) forget(at *list.Element, c *waitingClient) {
	t.clients.Remove(at)
	delete(t.byName, c.name)
}

// waiting returns how many wait.
func (t *turns) waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for at := t.clients.Front(); at != nil; at = at.Next() {
		c, _ := at.Value.(*waitingClient)
		n += c.waiting.Len()
	}
	return n
}
