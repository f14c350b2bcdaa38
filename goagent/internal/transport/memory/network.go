// Package memory is the transport between agents of one program: the endpoints inproc://name.
package memory

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// ErrInUse is what binding an endpoint fails with that is bound already.
var ErrInUse = errors.New("address already in use")

// Network has the sockets that can reach one another. The zero value is ready to use.
type Network struct {
	mu         sync.Mutex
	listeners  map[string]*listener
	publishers map[string]*publisher
	changed    chan struct{} // closed when a socket is bound
	peers      atomic.Uint64
}

var _ transport.Network = (*Network)(nil)

// Listen binds a name for requests.
func (n *Network) Listen(endpoint string, s transport.Settings) (transport.Listener, error) {
	if err := inTheClear("listen", endpoint, s); err != nil {
		return nil, err
	}
	l := &listener{
		Served:   transport.NewServed(),
		network:  n,
		endpoint: endpoint,
		settings: s,
		requests: make(chan transport.Request, depth(s)),
		done:     make(chan struct{}),
		conns:    make(map[string]*conn),
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[endpoint] != nil {
		return nil, &transport.Error{Op: "listen", Endpoint: endpoint, Err: ErrInUse}
	}
	if n.listeners == nil {
		n.listeners = make(map[string]*listener)
	}
	n.listeners[endpoint] = l
	n.announce()
	return l, nil
}

// Publish binds a name for notifications. It may be one that is bound for requests.
func (n *Network) Publish(endpoint string, s transport.Settings) (transport.Publisher, error) {
	if err := inTheClear("publish", endpoint, s); err != nil {
		return nil, err
	}
	p := &publisher{
		network:  n,
		endpoint: endpoint,
		settings: s,
		ready:    make(chan struct{}, 1),
		done:     make(chan struct{}),
		counts:   make(map[string]int),
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.publishers[endpoint] != nil {
		return nil, &transport.Error{Op: "publish", Endpoint: endpoint, Err: ErrInUse}
	}
	if n.publishers == nil {
		n.publishers = make(map[string]*publisher)
	}
	n.publishers[endpoint] = p
	n.announce()
	return p, nil
}

// inTheClear refuses to encrypt what never leaves the program.
func inTheClear(op, endpoint string, s transport.Settings) error {
	if s.Curve == nil {
		return nil
	}
	return &transport.Error{Op: op, Endpoint: endpoint,
		Err: fmt.Errorf("%w: inproc endpoints stay inside of the program; leave the keys out for them", transport.ErrNoCurve)}
}

// announce wakes the goroutines that wait for a name to be bound. The caller holds the lock.
func (n *Network) announce() {
	if n.changed != nil {
		close(n.changed)
		n.changed = nil
	}
}

// await calls find, under the lock, until it returns true.
func (n *Network) await(ctx context.Context, done <-chan struct{}, find func() bool) error {
	for {
		n.mu.Lock()
		if find() {
			n.mu.Unlock()
			return nil
		}
		if n.changed == nil {
			n.changed = make(chan struct{})
		}
		changed := n.changed
		n.mu.Unlock()
		select {
		case <-changed:
		case <-done:
			return net.ErrClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// depth returns the length of the queue of a socket; any number stands for a large one here.
func depth(s transport.Settings) int {
	const most = 1000
	if s.HighWater == 0 {
		return most
	}
	return min(s.HighWater, most)
}

// cloned returns a copy of the frames, since the other side may change what it gets.
func cloned(frames [][]byte) [][]byte {
	out := make([][]byte, len(frames))
	for i, f := range frames {
		out[i] = append([]byte{}, f...)
	}
	return out
}
