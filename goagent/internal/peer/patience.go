package peer

import (
	"context"
	"time"
)

const (
	// patienceTick is the time between two looks at the requests of a link that wait.
	patienceTick = 5 * time.Millisecond
	// patienceLooks is the number of looks at no request after which there are no more until there
	// is one.
	patienceLooks = 200
	// shortDeadline is how soon a context may end by its deadline and not be kept in mind at once.
	shortDeadline = 4 * patienceTick
)

// patience looks after the contexts of a link's requests. To wait for the end of a context costs
// more than to find an answer, and most answers come within a moment. So a request keeps its
// context in mind only when it has waited for a look, or when its deadline is near. A context that
// is cancelled sooner than that is seen by the look, at most a patienceTick later.
type patience struct {
	// receiving is the context in which a goroutine receives. It is ended, and another one takes its
	// place, when the context of that goroutine's request ends.
	receiving context.Context
	interrupt context.CancelFunc
	timer     *time.Timer
	looks     bool // the timer runs
	quiet     int  // looks at no request
}

func (p *patience) start(look func()) {
	p.receiving, p.interrupt = context.WithCancel(context.Background())
	p.timer = time.AfterFunc(time.Hour, look)
	p.timer.Stop()
}

// watchFor sees to it that the end of a request's context ends its waiting. The lock is held.
func (l *link) watchFor(w *waiter) {
	if deadline, ok := w.ctx.Deadline(); ok && time.Until(deadline) < shortDeadline {
		l.keepInMind(w)
		return
	}
	if p := &l.patience; !p.looks {
		p.looks, p.quiet = true, 0
		p.timer.Reset(patienceTick)
	}
}

// look has the requests that wait keep their contexts in mind.
func (l *link) look() {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &l.patience
	for _, w := range l.waits {
		l.keepInMind(w)
	}
	if p.quiet++; len(l.waits) > 0 {
		p.quiet = 0
	}
	if l.err != nil || p.quiet > patienceLooks {
		p.looks = false
		return
	}
	p.timer.Reset(patienceTick)
}

// keepInMind has the end of a request's context end its waiting. The lock is held.
func (l *link) keepInMind(w *waiter) {
	if w.stop == nil && w.ctx.Done() != nil {
		tag := w.tag
		w.stop = context.AfterFunc(w.ctx, func() { l.end(w, tag) })
	}
}

// end ends the waiting for a request, unless that is over.
func (l *link) end(w *waiter, tag uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waits[tag] != w {
		return // it may be another request by now
	}
	w.ended = true
	switch {
	case w.parked:
		l.parked.remove(w)
		w.wake <- struct{}{}
	case w.receives:
		p := &l.patience
		p.interrupt()
		p.receiving, p.interrupt = context.WithCancel(context.Background())
	}
}
