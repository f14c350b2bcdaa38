package zmtp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// conn is a DEALER socket for as long as its one connection lasts (RFC 28, "The DEALER Socket Type"). In front of the
// empty delimiter that a REQ socket sends it puts a tag, which a REP socket sends back with the reply.
type conn struct {
	endpoint string
	session  *session
	replies  *inbox[reply]
	reading  sync.WaitGroup
	closed   chan struct{}
	once     sync.Once
}

// reply is one that waits to be received.
type reply struct {
	tag    uint32
	frames [][]byte
	from   *session
	cost   int64
}

// tagSize is the size of the frame with the tag.
const tagSize = 4

// Dial connects to a REP or ROUTER socket. It tries until the context ends, except where the endpoint is malformed
// or the peer refuses the handshake.
func (n *Network) Dial(ctx context.Context, endpoint string, s transport.Settings) (transport.Conn, error) {
	fail := func(err error) (transport.Conn, error) {
		return nil, &transport.Error{Op: "dial", Endpoint: endpoint, Err: err}
	}
	d, err := newDialer(typeDealer, endpoint, s)
	if err != nil {
		return fail(err)
	}
	c := &conn{endpoint: endpoint, replies: newInbox(reply.done), closed: make(chan struct{})}
	for {
		c.session, err = d.attempt(ctx, c)
		switch {
		case err == nil:
			c.reading.Go(c.session.run)
			return c, nil
		case errors.Is(err, transport.ErrRefused):
			return fail(err)
		case ctx.Err() != nil:
			return fail(context.Cause(ctx))
		case s.Trouble != nil:
			s.Trouble(err)
		}
		if !d.wait(ctx) {
			return fail(fmt.Errorf("%w: %w", context.Cause(ctx), err))
		}
	}
}

func (r reply) done() { r.from.taken(r.cost) }

// message takes a reply apart, and drops one that does not carry the tag back that every request has.
func (c *conn) message(s *session, frames [][]byte) error {
	if len(frames) < 2 || len(frames[0]) != tagSize || len(frames[1]) != 0 {
		return nil
	}
	r := reply{tag: binary.BigEndian.Uint32(frames[0]), frames: frames[2:], from: s, cost: cost(frames)}
	s.received(r.cost)
	if !c.replies.put(r) {
		r.done()
	}
	return s.hold()
}

// subscription ignores what only a publisher understands.
func (c *conn) subscription(*session, []byte, bool) error { return nil }

func (c *conn) over(_ *session, reason error) { c.replies.finish(c.lost(reason)) }

// lost is what receiving and sending end with: io.EOF, with the reason where it is out of the ordinary.
func (c *conn) lost(reason error) error {
	if isOrdinary(reason) {
		return io.EOF
	}
	return fmt.Errorf("%w: %w", io.EOF, reason)
}

func (c *conn) Send(ctx context.Context, tag uint32, frames [][]byte) error {
	for {
		_, err := c.TrySend([]transport.Outgoing{{Tag: tag, Frames: frames}})
		if !errors.Is(err, transport.ErrPeerBusy) {
			return err
		}
		if err := c.session.out.awaitRoom(ctx); err != nil {
			return err
		}
	}
}

// parcel is memory for requests on their way out.
type parcel struct {
	messages []message
	heads    [][2][]byte
	tags     [][tagSize]byte
}

var parcels = sync.Pool{New: func() any { return new(parcel) }}

func (c *conn) TrySend(requests []transport.Outgoing) (int, error) {
	p, _ := parcels.Get().(*parcel)
	defer parcels.Put(p)
	if n := len(requests); cap(p.messages) < n {
		*p = parcel{make([]message, n), make([][2][]byte, n), make([][tagSize]byte, n)}
	}
	messages := p.messages[:len(requests)]
	defer clear(messages)
	for i, r := range requests {
		binary.BigEndian.PutUint32(p.tags[:cap(p.tags)][i][:], r.Tag)
		head := p.heads[:cap(p.heads)][i][:]
		head[0] = p.tags[:cap(p.tags)][i][:]
		messages[i] = message{head, r.Frames}
	}
	sent, err := c.session.out.send(messages)
	if err == nil || errors.Is(err, transport.ErrPeerBusy) {
		return sent, err
	}
	select {
	case <-c.closed:
		return sent, net.ErrClosed
	default:
		return sent, c.lost(err)
	}
}

func (c *conn) Recv(ctx context.Context) (uint32, [][]byte, error) {
	r, err := c.replies.take(ctx)
	if err != nil {
		return 0, nil, err
	}
	r.done()
	return r.tag, r.frames, nil
}

func (c *conn) Buffered() int { return c.replies.buffered() }

func (c *conn) Poll() (uint32, [][]byte, bool, error) {
	r, ok, err := c.replies.poll(false)
	if ok {
		r.done()
	}
	return r.tag, r.frames, ok, err
}

func (c *conn) Lost() { <-c.session.stopped }

func (c *conn) Close() error {
	c.once.Do(func() {
		close(c.closed)
		c.replies.close()
		c.session.stop(net.ErrClosed)
	})
	c.reading.Wait()
	return nil
}
