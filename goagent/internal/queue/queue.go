// Package queue has the queue between goroutines that must not wait and one that may be slow.
package queue

import (
	"context"
	"sync"
)

// Overflow says what happens to a value when the queue is full.
type Overflow int

const (
	// DropOldest makes room by dropping the value that has waited longest.
	DropOldest Overflow = iota
	// DropNewest drops the value that has just come.
	DropNewest
	// Block waits for room.
	Block
)

// Queue passes values from goroutines that must not wait to one that may be slow. It is bounded,
// except while it is lifted.
type Queue[T any] struct {
	overflow Overflow
	limit    int

	mu      sync.Mutex
	items   []T // a ring
	first   int
	length  int
	lifted  int // how many calls of Lift are in force
	dropped uint64
	closed  bool
	changed chan struct{} // closed when one of the above changes; nil while no goroutine waits
}

// queueFirst is the length of the ring at first, which grows as it is needed.
const queueFirst = 16

// New returns a queue that holds limit values, at least 1, unless it is lifted.
func New[T any](limit int, overflow Overflow) *Queue[T] {
	return &Queue[T]{overflow: overflow, limit: limit, items: make([]T, min(limit, queueFirst))}
}

// Push adds a value. When there is no room the policy decides; ctx ends waiting for room.
func (q *Queue[T]) Push(ctx context.Context, v T) {
	q.mu.Lock()
	for q.length >= q.limit && q.overflow == Block && q.lifted == 0 && !q.closed {
		if !q.wait(ctx) {
			q.mu.Unlock()
			return
		}
	}
	q.put(v)
	q.mu.Unlock()
}

// Lift lets Push never wait until the returned function is called, for the sake of values that come
// later. A queue with the policy Block exceeds its limit meanwhile.
func (q *Queue[T]) Lift() (lower func()) {
	q.mu.Lock()
	q.lifted++
	q.wake()
	q.mu.Unlock()
	return func() {
		q.mu.Lock()
		q.lifted--
		q.mu.Unlock()
	}
}

// put adds or drops a value. The lock is held.
func (q *Queue[T]) put(v T) {
	if q.closed {
		return
	}
	switch {
	case q.length < q.limit, q.overflow == Block && q.lifted > 0:
		q.grow()
	case q.overflow == DropNewest:
		q.dropped++
		return
	default:
		q.dropped++
		q.take()
	}
	q.items[(q.first+q.length)%len(q.items)] = v
	q.length++
	q.wake()
}

// grow sees to it that the ring has room. The lock is held.
func (q *Queue[T]) grow() {
	if q.length < len(q.items) {
		return
	}
	items := make([]T, 2*len(q.items))
	n := copy(items, q.items[q.first:])
	copy(items[n:], q.items[:q.first])
	q.items, q.first = items, 0
}

// take removes the first value. The lock is held, and there is one.
func (q *Queue[T]) take() T {
	var zero T
	v := q.items[q.first]
	q.items[q.first] = zero
	q.first = (q.first + 1) % len(q.items)
	q.length--
	return v
}

// Pop waits for a value; ok is false when the queue is closed and empty, or the context has ended.
func (q *Queue[T]) Pop(ctx context.Context) (v T, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.length == 0 {
		if q.closed || !q.wait(ctx) {
			return v, false
		}
	}
	v = q.take()
	q.wake()
	return v, true
}

// wait waits for a change, without the lock, which is held before and after. It returns false when
// the context has ended.
func (q *Queue[T]) wait(ctx context.Context) bool {
	if q.changed == nil {
		q.changed = make(chan struct{})
	}
	changed := q.changed
	q.mu.Unlock()
	defer q.mu.Lock()
	select {
	case <-changed:
		return true
	case <-ctx.Done():
		return false
	}
}

// wake wakes all that wait. The lock is held.
func (q *Queue[T]) wake() {
	if q.changed != nil {
		close(q.changed)
		q.changed = nil
	}
}

// Close has Pop return what is there and nothing more, and Push no longer wait for room.
func (q *Queue[T]) Close() {
	q.mu.Lock()
	q.closed = true
	q.wake()
	q.mu.Unlock()
}

// Dropped returns how many values were dropped for want of room.
func (q *Queue[T]) Dropped() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}
