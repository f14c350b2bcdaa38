package transport

import (
	"context"
	"net"
	"sync"
)

// Presence lets goroutines wait until a peer is connected. The zero value is ready to use; its peer
// is not connected.
type Presence struct {
	mu      sync.Mutex
	up      bool
	closed  bool
	refused error
	changed chan struct{} // closed when one of the above changes; nil while no goroutine waits
}

// Set notes that the peer is connected, or that it is not.
func (p *Presence) Set(up bool) {
	p.change(func() {
		p.up = up
		if up {
			p.refused = nil
		}
	})
}

// Refuse notes why the peer will not be connected, until it is all the same.
func (p *Presence) Refuse(reason error) {
	p.change(func() { p.up, p.refused = false, reason })
}

// Close ends all waiting with net.ErrClosed.
func (p *Presence) Close() { p.change(func() { p.closed = true }) }

func (p *Presence) change(set func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	set()
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// Wait returns when the peer is connected or refuses that, or with the context's error.
func (p *Presence) Wait(ctx context.Context) error {
	for {
		p.mu.Lock()
		switch {
		case p.closed:
			p.mu.Unlock()
			return net.ErrClosed
		case p.up, p.refused != nil:
			err := p.refused
			p.mu.Unlock()
			return err
		}
		if p.changed == nil {
			p.changed = make(chan struct{})
		}
		changed := p.changed
		p.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
