package memory

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strconv"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

type listener struct {
	*transport.Served
	network  *Network
	endpoint string
	settings transport.Settings
	requests chan transport.Request
	done     chan struct{}
	once     sync.Once

	mu    sync.Mutex
	conns map[string]*conn
}

func (l *listener) Endpoint() string { return l.endpoint }

func (l *listener) Serve(come func(*transport.Reading)) { l.Start(l.receive, come) }

func (l *listener) receive() (transport.Request, error) {
	select {
	case <-l.done:
		return transport.Request{}, net.ErrClosed
	default:
	}
	select {
	case r := <-l.requests:
		return r, nil
	case <-l.done:
		return transport.Request{}, net.ErrClosed
	}
}

func (l *listener) ReplyAll(replies []transport.Reply) {
	for i := range replies {
		r := &replies[i]
		r.Err = l.Reply(r.To, r.Frames)
	}
}

func (l *listener) Reply(to transport.Request, frames [][]byte) error {
	l.mu.Lock()
	c := l.conns[to.Peer]
	l.mu.Unlock()
	if c == nil {
		return transport.ErrPeerGone
	}
	select {
	case c.replies <- tagged{binary.BigEndian.Uint32(to.Route[0]), cloned(frames)}:
		return nil
	case <-c.done:
		return transport.ErrPeerGone
	default:
		return transport.ErrPeerBusy
	}
}

func (l *listener) Close() error {
	l.once.Do(func() {
		l.network.mu.Lock()
		delete(l.network.listeners, l.endpoint)
		l.network.mu.Unlock()
		l.Stop()
		close(l.done)
	})
	return nil
}

func (l *listener) connect(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[c.peer] = c
}

func (l *listener) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c.peer)
}

type tagged struct {
	tag    uint32
	frames [][]byte
}

type conn struct {
	to      *listener
	peer    string
	replies chan tagged
	done    chan struct{}
	once    sync.Once
}

// Dial waits until the name is bound.
func (n *Network) Dial(ctx context.Context, endpoint string, s transport.Settings) (transport.Conn, error) {
	if err := inTheClear("dial", endpoint, s); err != nil {
		return nil, err
	}
	c := &conn{
		peer:    strconv.FormatUint(n.peers.Add(1), 10),
		replies: make(chan tagged, depth(s)),
		done:    make(chan struct{}),
	}
	err := n.await(ctx, nil, func() bool {
		c.to = n.listeners[endpoint]
		return c.to != nil
	})
	if err != nil {
		return nil, &transport.Error{Op: "dial", Endpoint: endpoint, Err: err}
	}
	c.to.connect(c)
	return c, nil
}

func (c *conn) Send(ctx context.Context, tag uint32, frames [][]byte) error {
	if err := c.over(); err != nil {
		return err
	}
	select {
	case c.to.requests <- c.request(tag, frames):
		return nil
	case <-c.to.done:
		return io.EOF
	case <-c.done:
		return net.ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *conn) TrySend(requests []transport.Outgoing) (int, error) {
	for sent, r := range requests {
		if err := c.over(); err != nil {
			return sent, err
		}
		select {
		case c.to.requests <- c.request(r.Tag, r.Frames):
		default:
			return sent, transport.ErrPeerBusy
		}
	}
	return len(requests), nil
}

// over returns why nothing can be sent any more, or nil.
func (c *conn) over() error {
	select {
	case <-c.done:
		return net.ErrClosed
	case <-c.to.done:
		return io.EOF
	default:
		return nil
	}
}

// request is what the listener gets.
func (c *conn) request(tag uint32, frames [][]byte) transport.Request {
	var route [4]byte
	binary.BigEndian.PutUint32(route[:], tag)
	return transport.Request{Peer: c.peer, Route: [][]byte{route[:]}, Tagged: true, Frames: cloned(frames)}
}

// Recv returns the replies that were sent before the listener was closed, then io.EOF.
func (c *conn) Recv(ctx context.Context) (uint32, [][]byte, error) {
	select {
	case <-c.done:
		return 0, nil, net.ErrClosed
	case r := <-c.replies:
		return r.tag, r.frames, nil
	case <-ctx.Done():
		return 0, nil, context.Cause(ctx)
	case <-c.to.done:
	}
	select {
	case r := <-c.replies:
		return r.tag, r.frames, nil
	default:
		return 0, nil, io.EOF
	}
}

// Buffered is what waits in the queue, which costs nothing to look at.
func (c *conn) Buffered() int { return len(c.replies) }

func (c *conn) Poll() (uint32, [][]byte, bool, error) {
	select {
	case r := <-c.replies:
		return r.tag, r.frames, true, nil
	default:
		return 0, nil, false, nil
	}
}

func (c *conn) Lost() {
	select {
	case <-c.done:
	case <-c.to.done:
	}
}

func (c *conn) Close() error {
	c.once.Do(func() {
		close(c.done)
		c.to.forget(c)
	})
	return nil
}
