package goagent

import (
	"context"
	"sync"
)

// queue hands values from those who must not wait to one who may be slow. It is bounded.
type queue[T any] struct {
	overflow Overflow

	mu      sync.Mutex
	items   []T // a ring
	first   int
	length  int
	dropped uint64
	closed  bool
	filled  chan struct{} // has a token when there may be something
	emptied chan struct{} // has a token when there may be room
}

func newQueue[T any](limit int, overflow Overflow) *queue[T] {
	return &queue[T]{
		overflow: overflow,
		items:    make([]T, limit),
		filled:   make(chan struct{}, 1),
		emptied:  make(chan struct{}, 1),
	}
}

// push adds a value. When there is no room the policy decides; ctx ends waiting for room.
func (q *queue[T]) push(ctx context.Context, v T) {
	for {
		q.mu.Lock()
		if q.length < len(q.items) || q.overflow != Block || q.closed {
			q.put(v)
			q.mu.Unlock()
			notify(q.filled)
			return
		}
		q.mu.Unlock()
		select {
		case <-q.emptied:
		case <-ctx.Done():
			return
		}
	}
}

// pushNow adds a value without waiting: when there is no room, one is dropped.
func (q *queue[T]) pushNow(v T) {
	q.mu.Lock()
	q.put(v)
	q.mu.Unlock()
	notify(q.filled)
}

// put adds or drops a value. The lock is held.
func (q *queue[T]) put(v T) {
	if q.closed {
		return
	}
	if q.length == len(q.items) {
		q.dropped++
		if q.overflow == DropNewest {
			return
		}
		q.take()
	}
	q.items[(q.first+q.length)%len(q.items)] = v
	q.length++
}

// take removes the first value. The lock is held, and there is one.
func (q *queue[T]) take() T {
	var zero T
	v := q.items[q.first]
	q.items[q.first] = zero
	q.first = (q.first + 1) % len(q.items)
	q.length--
	return v
}

// pop waits for a value; ok is false when the queue is closed and empty, or the context has ended.
func (q *queue[T]) pop(ctx context.Context) (v T, ok bool) {
	for {
		q.mu.Lock()
		if q.length > 0 {
			v = q.take()
			q.mu.Unlock()
			notify(q.emptied)
			return v, true
		}
		closed := q.closed
		q.mu.Unlock()
		if closed {
			return v, false
		}
		select {
		case <-q.filled:
		case <-ctx.Done():
			return v, false
		}
	}
}

// close lets pop return what is there and nothing more.
func (q *queue[T]) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	notify(q.filled)
	notify(q.emptied)
}

func (q *queue[T]) droppedCount() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}

func notify(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
