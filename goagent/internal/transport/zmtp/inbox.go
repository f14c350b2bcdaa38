package zmtp

import (
	"context"
	"net"
	"sync"
)

// inbox hands what comes by connections to the one goroutine that receives.
type inbox[T any] struct {
	mu      sync.Mutex
	items   []T
	asleep  bool
	err     error         // after the items
	closed  bool          // nothing more is handed out
	wake    chan struct{} // has a token for the one that is asleep
	dropped func(T)       // is told of each item that is dropped

	// What follows is the receiver's.
	batch []T
	next  int
}

func newInbox[T any](dropped func(T)) *inbox[T] {
	return &inbox[T]{wake: make(chan struct{}, 1), dropped: dropped}
}

// put adds an item. It returns false if the inbox is closed.
func (q *inbox[T]) put(item T) bool {
	q.mu.Lock()
	if q.closed || q.err != nil {
		q.mu.Unlock()
		return false
	}
	q.items = append(q.items, item)
	q.rouse()
	return true
}

// rouse wakes the receiver and releases the lock.
func (q *inbox[T]) rouse() {
	asleep := q.asleep
	q.asleep = false
	q.mu.Unlock()
	if asleep {
		select {
		case q.wake <- struct{}{}:
		default: // a wake-up is already waiting
		}
	}
}

// finish has the receiver get an error after all items.
func (q *inbox[T]) finish(err error) {
	q.mu.Lock()
	if q.err == nil {
		q.err = err
	}
	q.rouse()
}

// close ends receiving, at once.
func (q *inbox[T]) close() {
	q.mu.Lock()
	items := q.items
	q.items, q.closed = nil, true
	q.rouse()
	for _, item := range items {
		q.dropped(item)
	}
}

// remove drops the items for which the condition holds.
func (q *inbox[T]) remove(condition func(T) bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	kept := q.items[:0]
	for _, item := range q.items {
		if condition(item) {
			q.dropped(item)
		} else {
			kept = append(kept, item)
		}
	}
	clear(q.items[len(kept):])
	q.items = kept
}

// empty reports whether nothing has come that the receiver has not taken, and nothing has ended it.
func (q *inbox[T]) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items) == 0 && q.err == nil && !q.closed
}

// buffered returns how many items the receiver has already.
func (q *inbox[T]) buffered() int { return len(q.batch) - q.next }

// take waits for the next item.
func (q *inbox[T]) take(ctx context.Context) (item T, err error) {
	for {
		item, ok, err := q.poll(true)
		if ok || err != nil {
			return item, err
		}
		if ctx.Done() == nil { // which is cheaper than to wait for two
			<-q.wake
			continue
		}
		select {
		case <-q.wake:
		case <-ctx.Done():
			return item, context.Cause(ctx)
		}
	}
}

// poll returns the next item if there is one. With sleep set the receiver is woken when there is,
// if there was none.
func (q *inbox[T]) poll(sleep bool) (item T, ok bool, err error) {
	if q.next == len(q.batch) {
		if err := q.refill(sleep); err != nil || len(q.batch) == 0 {
			return item, false, err
		}
	}
	var zero T
	item, q.batch[q.next] = q.batch[q.next], zero
	q.next++
	return item, true, nil
}

// spareMost is the largest number of items that memory is kept for.
const spareMost = 1024

// refill takes all items that have come.
func (q *inbox[T]) refill(sleep bool) error {
	spare := q.batch[:0]
	if cap(spare) > spareMost {
		spare = nil
	}
	q.batch, q.next = nil, 0
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return net.ErrClosed
	case len(q.items) > 0:
		q.batch, q.items = q.items, spare
		return nil
	case q.err != nil:
		return q.err
	}
	q.batch = spare
	q.asleep = sleep
	return nil
}
