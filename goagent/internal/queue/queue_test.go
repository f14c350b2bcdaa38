package queue

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
)

// TestQueueClosed has many wait for room, and closes the queue: all of them go.
func TestQueueClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New[int](1, Block)
		q.Push(t.Context(), 0)
		var wg sync.WaitGroup
		for n := range 5 {
			wg.Go(func() { q.Push(t.Context(), n+1) })
		}
		synctest.Wait() // all of them wait
		q.Close()
		wg.Wait()
		if v, ok := q.Pop(t.Context()); !ok || v != 0 {
			t.Errorf("got %d, %v", v, ok)
		}
		if v, ok := q.Pop(t.Context()); ok {
			t.Errorf("got %d from a closed queue", v)
		}
	})
}

// TestQueueRoom has many wait for room, each of whom gets it when some is made.
func TestQueueRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New[int](2, Block)
		var wg sync.WaitGroup
		for n := range 10 {
			wg.Go(func() { q.Push(t.Context(), n) })
		}
		synctest.Wait()
		if q.length != 2 {
			t.Errorf("%d values in a queue for 2", q.length)
		}
		seen := map[int]bool{}
		for range 10 {
			v, ok := q.Pop(t.Context())
			if !ok || seen[v] {
				t.Errorf("got %d, %v after %v", v, ok, seen)
			}
			seen[v] = true
		}
		wg.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		wg.Go(func() {
			if v, ok := q.Pop(ctx); ok {
				t.Errorf("got %d", v)
			}
		})
		synctest.Wait()
		cancel()
		wg.Wait()
	})
}

// TestQueueLifted has a full queue take more while it is lifted, and keep the order.
func TestQueueLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New[int](2, Block)
		var pusher sync.WaitGroup
		pusher.Go(func() {
			for n := range 20 {
				q.Push(t.Context(), n)
			}
		})
		synctest.Wait()
		for n := range 3 { // the ring goes round before it grows
			if v, ok := q.Pop(t.Context()); !ok || v != n {
				t.Errorf("got %d, %v", v, ok)
			}
			synctest.Wait()
		}
		lower := q.Lift()
		pusher.Wait()
		lower()
		pusher.Go(func() { q.Push(t.Context(), 20) })
		synctest.Wait()
		if q.length != 17 {
			t.Errorf("%d values wait, want 17", q.length)
		}
		for n := 3; n <= 20; n++ {
			if v, ok := q.Pop(t.Context()); !ok || v != n {
				t.Errorf("got %d, %v, want %d", v, ok, n)
			}
		}
		pusher.Wait()
		if q.dropped != 0 {
			t.Errorf("%d dropped", q.dropped)
		}
	})
}
