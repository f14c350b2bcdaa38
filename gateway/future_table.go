package gateway

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/goagent/object"
)

// futureTable keeps the futures that clients may come back for. Their number is bounded, and each
// client has a share. A future is kept for a while after its end, or until it has been pending for
// too long.
type futureTable struct {
	ctx        context.Context
	most, each int
	keep       time.Duration // after the end
	pending    time.Duration // without an end
	cancelTime time.Duration

	mu      sync.Mutex
	byID    map[string]*keptFuture
	clients map[string]int
	ended   []*keptFuture // in the order of their ends; some may be removed already
	loops   sync.WaitGroup
}

// keptFuture is a future in the table.
type keptFuture struct {
	id, target, client string
	future             *object.Future
	removed            chan struct{}
}

func newFutureTable(ctx context.Context, limits Limits, timeouts Timeouts) *futureTable {
	return &futureTable{
		ctx: ctx, most: limits.Futures, each: limits.ClientFutures, keep: timeouts.Future, pending: timeouts.Pending, cancelTime: timeouts.Request,
		byID: map[string]*keptFuture{}, clients: map[string]int{},
	}
}

// hasRoom reports whether there is room for another future of a client. To make room it forgets the
// futures that ended longest ago. Calls that run side by side may find the same room: the table can
// exceed its bound by their number.
func (t *futureTable) hasRoom(client string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.byID) >= t.most && len(t.ended) > 0 {
		t.drop(t.ended[0])
	}
	for t.clients[client] >= t.each {
		oldest := t.oldestEnded(client)
		if oldest == nil {
			return false
		}
		t.drop(oldest)
	}
	return len(t.byID) < t.most
}

// oldestEnded returns the future of a client that has ended longest ago. The lock is held.
func (t *futureTable) oldestEnded(client string) *keptFuture {
	for _, kept := range t.ended {
		if kept.client == client {
			return kept
		}
	}
	return nil
}

func (t *futureTable) add(target, client string, f *object.Future) *keptFuture {
	kept := &keptFuture{id: uuid.NewString(), target: target, client: client, future: f, removed: make(chan struct{})}
	t.mu.Lock()
	t.byID[kept.id] = kept
	t.clients[client]++
	t.mu.Unlock()
	t.loops.Go(func() { t.watch(kept) })
	return kept
}

// watch forgets a future some time after its end, and one that has none after a longer time.
func (t *futureTable) watch(kept *keptFuture) {
	timer := time.NewTimer(t.pending)
	defer timer.Stop()
	select {
	case <-kept.future.Done():
	case <-timer.C:
		t.abandon(kept)
		return
	case <-kept.removed:
		return
	case <-t.ctx.Done():
		return
	}
	t.mu.Lock()
	if t.byID[kept.id] == nil {
		t.mu.Unlock()
		return
	}
	t.ended = append(t.ended, kept)
	t.mu.Unlock()
	timer.Reset(t.keep)
	select {
	case <-timer.C:
		t.remove(kept.id)
	case <-kept.removed:
	case <-t.ctx.Done():
	}
}

// abandon gives up a future that does not end, and asks the target to stop the work. Whether it can
// is its own business.
func (t *futureTable) abandon(kept *keptFuture) {
	ctx, cancel := context.WithTimeout(t.ctx, t.cancelTime)
	defer cancel()
	_ = kept.cancel(ctx)
	t.remove(kept.id)
}

func (t *futureTable) get(target, id string) *keptFuture {
	t.mu.Lock()
	defer t.mu.Unlock()
	if kept := t.byID[id]; kept != nil && kept.target == target {
		return kept
	}
	return nil
}

// remove takes a future out of the table, and ends waiting for it.
func (t *futureTable) remove(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if kept := t.byID[id]; kept != nil {
		t.drop(kept)
	}
}

// drop is remove with the lock held.
func (t *futureTable) drop(kept *keptFuture) {
	delete(t.byID, kept.id)
	if t.clients[kept.client]--; t.clients[kept.client] <= 0 {
		delete(t.clients, kept.client)
	}
	for i, other := range t.ended {
		if other == kept {
			t.ended = append(t.ended[:i:i], t.ended[i+1:]...)
			break
		}
	}
	close(kept.removed)
	kept.future.Forget()
}

func (t *futureTable) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.byID)
}

func (t *futureTable) close() { t.loops.Wait() }

// cancel asks the target to stop the work, unless it has ended.
func (k *keptFuture) cancel(ctx context.Context) error {
	select {
	case <-k.future.Done():
		return nil
	default:
	}
	return k.future.Cancel(ctx)
}
