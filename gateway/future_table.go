package gateway

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/goagent"
)

// futureTable keeps the futures that clients may come back for: a number of them, and each for a while after its end.
type futureTable struct {
	ctx  context.Context
	most int
	keep time.Duration

	mu    sync.Mutex
	byID  map[string]*keptFuture
	ended []*keptFuture // in the order of their ends; some may be removed already
	loops sync.WaitGroup
}

// keptFuture is a future in the table.
type keptFuture struct {
	id, target string
	future     *goagent.Future
}

func newFutureTable(ctx context.Context, most int, keep time.Duration) *futureTable {
	return &futureTable{ctx: ctx, most: most, keep: keep, byID: map[string]*keptFuture{}}
}

// hasRoom reports whether there is room for another future, for which those that have ended longest ago are forgotten. Calls that run side by side
// may find the same room: the table can exceed its bound by their number.
func (t *futureTable) hasRoom() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.byID) >= t.most && len(t.ended) > 0 {
		delete(t.byID, t.ended[0].id)
		t.ended = t.ended[1:]
	}
	return len(t.byID) < t.most
}

func (t *futureTable) add(target string, f *goagent.Future) *keptFuture {
	kept := &keptFuture{id: uuid.NewString(), target: target, future: f}
	t.mu.Lock()
	t.byID[kept.id] = kept
	t.mu.Unlock()
	t.loops.Go(func() { t.watch(kept) })
	return kept
}

// watch forgets a future some time after its end.
func (t *futureTable) watch(kept *keptFuture) {
	select {
	case <-kept.future.Done():
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
	time.AfterFunc(t.keep, func() { t.remove(kept.id) })
}

func (t *futureTable) get(target, id string) *keptFuture {
	t.mu.Lock()
	defer t.mu.Unlock()
	if kept := t.byID[id]; kept != nil && kept.target == target {
		return kept
	}
	return nil
}

func (t *futureTable) remove(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.byID, id)
	for i, kept := range t.ended {
		if kept.id == id {
			t.ended = append(t.ended[:i:i], t.ended[i+1:]...)
			return
		}
	}
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
