package zmq

import (
	"context"
	"net"
	"sync"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

type subscriber struct {
	sock     *socket
	mon      *monitor
	endpoint string

	mu     sync.Mutex
	up     chan struct{} // closed while the publisher is connected
	isUp   bool
	closed chan struct{}
	once   sync.Once
}

// Subscribe connects a SUB socket to a PUB or XPUB socket. libzmq reconnects it and repeats its subscriptions.
func (n *Network) Subscribe(endpoint string, s transport.Settings) (transport.Subscriber, error) {
	u := &subscriber{endpoint: endpoint, up: make(chan struct{}), closed: make(chan struct{})}
	sock, mon, err := n.connect("subscribe", zmq4.SUB, endpoint, s, nil, u.onEvent)
	if err != nil {
		return nil, err
	}
	u.sock, u.mon = sock, mon
	return u, nil
}

func (u *subscriber) onEvent(_ *socket, e zmq4.Event) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case e == zmq4.EVENT_HANDSHAKE_SUCCEEDED && !u.isUp:
		u.isUp = true
		close(u.up)
	case e == zmq4.EVENT_DISCONNECTED && u.isUp:
		u.isUp = false
		u.up = make(chan struct{})
	}
}

func (u *subscriber) Subscribe(prefix string) error {
	return receiveError(u.sock.do(func(z *zmq4.Socket) error { return z.SetSubscribe(prefix) }), u.endpoint)
}

func (u *subscriber) Unsubscribe(prefix string) error {
	return receiveError(u.sock.do(func(z *zmq4.Socket) error { return z.SetUnsubscribe(prefix) }), u.endpoint)
}

func (u *subscriber) Connected(ctx context.Context) error {
	u.mu.Lock()
	up := u.up
	u.mu.Unlock()
	select {
	case <-up:
		return nil
	case <-u.closed:
		return net.ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (u *subscriber) Recv() ([][]byte, error) {
	frames, err := u.sock.receive()
	if err != nil {
		return nil, receiveError(err, u.endpoint)
	}
	return frames, nil
}

func (u *subscriber) Close() error {
	u.once.Do(func() { close(u.closed) })
	u.mon.close()
	return wrapClose(u.sock.close(0), u.endpoint)
}
