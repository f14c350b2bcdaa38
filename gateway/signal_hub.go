package gateway

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
)

// hub receives the emissions of one signal of a target once, for all clients that stream it.
type hub struct {
	target *target
	signal string

	mu      sync.Mutex
	last    uint64  // id of the latest emission
	history backlog // the latest ones, oldest first
	clients map[*listener]struct{}
	running bool
	ready   chan struct{} // closed when the subscription is in force
	failed  error         // why it is not, when ready is closed
	idle    *time.Timer   // ends the subscription some time after the last client has left
	stop    context.CancelFunc
}

// targetCounts are what the metrics tell about a target.
type targetCounts struct {
	emissions, dropped atomic.Uint64
}

// hubOf returns the hub of a signal. It stays for good, and with it the count of its emissions.
func (t *target) hubOf(signal string) *hub {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.hubs[signal]
	if h == nil {
		h = &hub{target: t, signal: signal, clients: map[*listener]struct{}{}, history: backlog{most: t.limits.History, mostBytes: t.limits.Backlog}}
		t.hubs[signal] = h
	}
	return h
}

// listen adds a client, which gets what is kept of the emissions after the one that it saw last,
// and returns when the subscription is in force.
func (h *hub) listen(ctx context.Context, resume bool, seen uint64) (*listener, error) {
	l := newListener(h.target.limits, &h.target.counts)
	h.mu.Lock()
	if h.idle != nil {
		h.idle.Stop()
		h.idle = nil
	}
	if !h.running {
		h.begin()
	}
	if resume && seen <= h.last {
		for _, e := range h.history.list {
			if e.id > seen {
				l.push(e)
			}
		}
	}
	h.clients[l] = struct{}{}
	ready := h.ready
	h.mu.Unlock()
	select {
	case <-ready:
	case <-ctx.Done():
		h.leave(l)
		return nil, context.Cause(ctx)
	}
	h.mu.Lock()
	err := h.failed
	h.mu.Unlock()
	if err != nil {
		h.leave(l)
		return nil, err
	}
	return l, nil
}

// begin subscribes. The lock is held.
func (h *hub) begin() {
	ctx, cancel := context.WithCancel(h.target.ctx)
	h.running, h.stop, h.ready, h.failed = true, cancel, make(chan struct{}), nil
	h.target.ended.Go(func() { h.run(ctx, h.ready) })
}

// leave takes a client away.
func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, l)
	if len(h.clients) == 0 && h.running && h.idle == nil {
		h.idle = time.AfterFunc(h.target.linger, h.end)
	}
}

// end ends the subscription, unless a client has come since.
func (h *hub) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.clients) > 0 || !h.running {
		return
	}
	h.stop()
	h.running, h.idle = false, nil
	h.history.clear()
	h.last++ // emissions without a listener are lost
}

// run keeps the subscription through all proxies that the target has until it is to end.
func (h *hub) run(ctx context.Context, ready chan struct{}) {
	var once sync.Once
	settled := func(err error) {
		once.Do(func() {
			h.mu.Lock()
			h.failed = err
			if err != nil && h.ready == ready {
				h.running = false
				h.stop()
			}
			h.mu.Unlock()
			close(ready)
		})
	}
	defer settled(errClosing)
	for first := true; ctx.Err() == nil; first = false {
		connection, proxy, err := h.connect(ctx)
		if err != nil {
			if first {
				settled(err)
				return
			}
			h.pause(ctx)
			continue
		}
		settled(nil)
		select {
		case <-proxy.Agent().Done():
			h.skip()
		case <-ctx.Done():
			_ = connection.Disconnect() // fails when the proxy is closed only
		}
	}
}

func (h *hub) connect(ctx context.Context) (*goagent.Slot, *goagent.Proxy, error) {
	limited, cancel := context.WithTimeout(ctx, h.target.timeout)
	defer cancel()
	proxy, err := h.target.connected(limited)
	if err != nil {
		return nil, nil, err
	}
	connection, err := proxy.Connect(limited, h.signal, func(value, old, other any) { h.emitted(py.Tuple{value, old, other}) })
	return connection, proxy, err
}

// pause waits until something has changed about the target.
func (h *hub) pause(ctx context.Context) {
	h.target.mu.Lock()
	changed := h.target.changed
	h.target.mu.Unlock()
	timer := time.NewTimer(firstRetry)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// emitted hands an emission to all clients. Its values are written as JSON once for each mode that
// somebody wants.
func (h *hub) emitted(values py.Tuple) {
	h.target.counts.emissions.Add(1)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last++
	e := &emission{id: h.last, signal: h.signal, at: time.Now(), values: values, most: h.target.limits.Result}
	e.size = sizeOf(e)
	if h.target.limits.History > 0 {
		h.history.add(e)
	}
	for l := range h.clients {
		l.push(e)
	}
}

// skip leaves out an id, since emissions may have been missed: the connection was lost.
func (h *hub) skip() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last++
}

// listener is a client of a hub: a queue of emissions that loses the oldest when the client is
// slow.
type listener struct {
	counts *targetCounts

	mu    sync.Mutex
	queue backlog
	more  chan struct{} // gets a token when there is something in the queue
}

func newListener(limits Limits, counts *targetCounts) *listener {
	return &listener{queue: backlog{most: limits.Queue, mostBytes: limits.Backlog}, counts: counts, more: make(chan struct{}, 1)}
}

func (l *listener) push(e *emission) {
	l.mu.Lock()
	l.counts.dropped.Add(uint64(l.queue.add(e)))
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// take returns all that waits.
func (l *listener) take(into []*emission) []*emission {
	l.mu.Lock()
	defer l.mu.Unlock()
	into = append(into[:0], l.queue.list...)
	l.queue.clear()
	return into
}
