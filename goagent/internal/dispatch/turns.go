package dispatch

import (
	"container/list"
	"context"
	"sync"
)

// Turns limits how many requests do something at a time. Waiting clients get a turn one after the
// other, and the requests of one client in the order in which they came. So a client with many
// requests does not hold up a client with few.
type Turns struct {
	mu      sync.Mutex
	free    int
	clients list.List                // of *waitingClient: clients with waiting requests, the next one first
	byName  map[string]*list.Element // of clients
	closed  error                    // the error for all that enter after Close
}

type waitingClient struct {
	name    string
	waiting list.List // of waiter
}

// waiter is told that its turn has come, or why none will. It does not wait itself: the lock is
// held.
type waiter func(error)

// NewTurns returns turns of which so many may be taken at a time.
func NewTurns(places int) *Turns {
	return &Turns{free: places, byName: make(map[string]*list.Element)}
}

// TryTake takes a turn if there is one at once.
func (t *Turns) TryTake() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free == 0 {
		return false
	}
	t.free-- // no request waits while a turn is free
	return true
}

// Take waits for a turn, which Give ends.
func (t *Turns) Take(ctx context.Context, client string) error {
	if t.TryTake() {
		return nil
	}
	t.mu.Lock()
	if t.free > 0 { // since then
		t.free--
		t.mu.Unlock()
		return nil
	}
	granted := make(chan error, 1)
	at, c, place := t.enqueue(client, func(err error) { granted <- err })
	t.mu.Unlock()
	select {
	case err := <-granted:
		return err
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case err := <-granted: // at that moment
		if err == nil {
			t.next()
		}
	default:
		c.waiting.Remove(place)
		if c.waiting.Len() == 0 {
			t.forget(at, c)
		}
	}
	return context.Cause(ctx)
}

// Enter has a function called in a goroutine of its own when its turn has come, which Give ends, or
// with the error of Close. What waits like this takes no goroutine, whose stack is larger than most
// requests.
func (t *Turns) Enter(client string, then func(error)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.closed != nil:
		go then(t.closed)
	case t.free > 0:
		t.free--
		go then(nil)
	default:
		t.enqueue(client, func(err error) { go then(err) })
	}
}

// enqueue has a client wait once more. The lock is held.
func (t *Turns) enqueue(client string, w waiter) (at *list.Element, c *waitingClient, place *list.Element) {
	at, known := t.byName[client]
	if !known {
		at = t.clients.PushBack(&waitingClient{name: client})
		t.byName[client] = at
	}
	c, _ = at.Value.(*waitingClient)
	return at, c, c.waiting.PushBack(w)
}

// Close ends all waiting with an error, and later calls of Enter get it too. Callers of Take have a
// context that ends with the agent's.
func (t *Turns) Close(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = err
	for at := t.clients.Front(); at != nil; at = t.clients.Front() {
		c, _ := at.Value.(*waitingClient)
		for place := c.waiting.Front(); place != nil; place = place.Next() {
			w, _ := place.Value.(waiter)
			w(err)
		}
		t.forget(at, c)
	}
}

// Give ends a turn.
func (t *Turns) Give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next()
}

// next hands a turn to the next one that waits. The lock is held.
func (t *Turns) next() {
	at := t.clients.Front()
	if at == nil {
		t.free++
		return
	}
	c, _ := at.Value.(*waitingClient)
	w, _ := c.waiting.Remove(c.waiting.Front()).(waiter)
	if c.waiting.Len() == 0 {
		t.forget(at, c)
	} else {
		t.clients.MoveToBack(at)
	}
	w(nil)
}

func (t *Turns) forget(at *list.Element, c *waitingClient) {
	t.clients.Remove(at)
	delete(t.byName, c.name)
}

// waiting returns how many wait.
func (t *Turns) waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for at := t.clients.Front(); at != nil; at = at.Next() {
		c, _ := at.Value.(*waitingClient)
		n += c.waiting.Len()
	}
	return n
}
