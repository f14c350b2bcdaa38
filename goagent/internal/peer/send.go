package peer

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// outbox has the requests of a link that are to be sent. One of the goroutines that add requests
// sends all of them.
type outbox struct {
	requests []transport.Outgoing
	sending  bool
	sender   sync.WaitGroup // the goroutine that waits for room, if there is one
	together bool           // the last answers came together
	made     time.Time
	hurried  time.Duration // until when, after made, a send does not wait for other requests
}

const (
	// yieldMost is the longest useful wait of a send for the requests of others.
	yieldMost = 2 * time.Millisecond
	// hurry is how long sends do not wait after a wait that was longer than that.
	hurry = 100 * time.Millisecond
)

func (o *outbox) add(tag uint32, frames [][]byte) {
	o.requests = append(o.requests, transport.Outgoing{Tag: tag, Frames: frames, Given: true})
}

// remove takes a request back, and reports false when it has been sent.
func (o *outbox) remove(tag uint32) bool {
	i := slices.IndexFunc(o.requests, func(r transport.Outgoing) bool { return r.Tag == tag })
	if i < 0 {
		return false
	}
	o.requests = slices.Delete(o.requests, i, i+1)
	return true
}

// send sends what is in the outbox, unless another goroutine does.
func (l *link) send() {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := &l.outbox
	if o.sending {
		return
	}
	o.sending = true
	if o.together && len(l.waits) > 1 {
		l.letOthersCall()
	}
	var spare []transport.Outgoing
	for len(o.requests) > 0 && l.err == nil {
		requests := o.requests
		o.requests = spare
		l.mu.Unlock()
		sent, err := l.conn.TrySend(requests)
		l.mu.Lock()
		switch {
		case errors.Is(err, transport.ErrPeerBusy) && l.err == nil:
			o.requests = append(requests[sent:], o.requests...)
			o.sender.Go(l.sendWithPatience)
			return
		case err != nil:
			l.unsent(requests[sent:], err)
		}
		clear(requests)
		spare = requests[:0]
	}
	if o.requests == nil {
		o.requests = spare
	}
	o.sending = false
}

// letOthersCall lets those goroutines run that have their answers and are about to make their next
// calls, so that these are sent together. If that took longer than yieldMost, it is left out for
// hurry. The caller holds the lock, which is released while others run.
func (l *link) letOthersCall() {
	began := time.Since(l.outbox.made)
	if began < l.outbox.hurried {
		return
	}
	l.mu.Unlock()
	runtime.Gosched()
	l.mu.Lock()
	if ended := time.Since(l.outbox.made); ended-began > yieldMost {
		l.outbox.hurried = ended + hurry
	}
}

// sendWithPatience sends what is in the outbox when there was no room for it at once.
func (l *link) sendWithPatience() {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := &l.outbox
	for len(o.requests) > 0 && l.err == nil {
		first := o.requests[0]
		o.requests = slices.Delete(o.requests, 0, 1)
		l.mu.Unlock()
		err := l.conn.Send(context.Background(), first.Tag, first.Frames) // which ends when the connection does
		l.mu.Lock()
		if err != nil {
			l.unsent([]transport.Outgoing{first}, err)
		}
	}
	o.sending = false
}

// unsent ends those requests that could not be sent. The lock is held.
func (l *link) unsent(requests []transport.Outgoing, err error) {
	if errors.Is(err, io.EOF) {
		err = errNotSent
	}
	for _, r := range requests {
		if w, ok := l.waits[r.Tag]; ok && l.finish(w, reply{err: err}) {
			w.wake <- struct{}{}
		}
	}
}
