package gateway

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// answers bounds what the answers have together that clients have not read yet. When there is no
// room for another one, those are cut off that their clients have read nothing of for a while, and
// no client has more than its share.
type answers struct {
	most, share int64
	wait        time.Duration // for room

	mu       sync.Mutex
	used     int64
	clients  map[string]int64
	underway map[*unreadAnswer]struct{}
	freed    chan struct{} // closed when there is more room
}

// unreadAnswer is one that is being written.
type unreadAnswer struct {
	client string
	size   int64
	moved  atomic.Int64 // when the client has read something last, in nanoseconds
	cut    atomic.Bool
	// writing is set once the answer is made and the client could read it.
	writing atomic.Bool
	stop    func()
}

// stalledAfter is how long a client must have read nothing of an answer for it to be cut off when
// others need the room.
const stalledAfter = 2 * time.Second

func newAnswers(limits Limits, wait time.Duration) *answers {
	return &answers{
		most: limits.Answers, share: max(limits.Result, limits.Answers/2), wait: wait,
		clients: map[string]int64{}, underway: map[*unreadAnswer]struct{}{}, freed: make(chan struct{}),
	}
}

// begin finds room for an answer. It fails with a problem when no room becomes free for a while, or
// when this client's share is used up.
func (a *answers) begin(ctx context.Context, client string, size int64, stop func()) (*unreadAnswer, error) {
	entry := &unreadAnswer{client: client, size: size, stop: stop}
	entry.moved.Store(time.Now().UnixNano())
	deadline := time.NewTimer(a.wait)
	defer deadline.Stop()
	look := time.NewTicker(stalledAfter / 8)
	defer look.Stop()
	for {
		freed, ok := a.enter(entry)
		if ok {
			return entry, nil
		}
		select {
		case <-freed:
		case <-look.C:
		case <-deadline.C:
			return nil, &problem{Type: problemAnswers, Status: http.StatusServiceUnavailable, Origin: originGateway, RetryAfter: retryAfter}
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// enter takes the room. To make room it cuts off answers whose clients do not read.
func (a *answers) enter(entry *unreadAnswer) (freed chan struct{}, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.used+entry.size <= a.most && (a.clients[entry.client] == 0 || a.clients[entry.client]+entry.size <= a.share) {
		a.used += entry.size
		a.clients[entry.client] += entry.size
		a.underway[entry] = struct{}{}
		return nil, true
	}
	oldest := time.Now().Add(-stalledAfter).UnixNano()
	for other := range a.underway {
		if other.writing.Load() && other.moved.Load() < oldest && other.cut.CompareAndSwap(false, true) {
			other.stop()
		}
	}
	return a.freed, false
}

// end gives the room back.
func (a *answers) end(entry *unreadAnswer) {
	if entry.size == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.underway, entry)
	a.used -= entry.size
	if a.clients[entry.client] -= entry.size; a.clients[entry.client] <= 0 {
		delete(a.clients, entry.client)
	}
	close(a.freed)
	a.freed = make(chan struct{})
}

// smallAnswer is the largest answer, in bytes, that needs no room of its own: the number of
// connections bounds what such answers take.
const smallAnswer = 16 << 10

// writeBody answers with a document, once there is room for it. It is written as long as the client
// reads.
func (g *Gateway) writeBody(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) error {
	entry, err := g.roomFor(w, r, int64(len(body)))
	if err != nil {
		return err
	}
	defer g.answers.end(entry)
	entry.write(w, status, contentType, body)
	return nil
}

// roomFor finds room for an answer of about that many bytes; a small one needs none.
func (g *Gateway) roomFor(w http.ResponseWriter, r *http.Request, size int64) (*unreadAnswer, error) {
	if size <= smallAnswer {
		return &unreadAnswer{}, nil
	}
	stop := func() { _ = http.NewResponseController(w).SetWriteDeadline(time.Now()) } // one that is not served by net/http has none
	return g.answers.begin(r.Context(), infoOf(r).key, size, stop)
}

// write writes an answer, as long as the client reads and no other answer needs the room more.
func (a *unreadAnswer) write(w http.ResponseWriter, status int, contentType string, body []byte) {
	a.moved.Store(time.Now().UnixNano())
	a.writing.Store(true)
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	for len(body) > 0 && !a.cut.Load() {
		n, err := w.Write(body[:min(len(body), writePiece)])
		if err != nil {
			return // a client that has left has no use for it
		}
		a.moved.Store(time.Now().UnixNano())
		body = body[n:]
	}
}
