package zmtp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// conn is a DEALER socket for as long as its one connection lasts (RFC 28, "The DEALER Socket
// Type"). In front of the empty delimiter that a REQ socket sends it puts a tag, which a REP socket
// sends back with the reply.
//
// The goroutine that receives reads the connection itself, since being woken by another goroutine
// costs more than all other work for a reply. While none receives, the connection's own goroutine
// reads: it notices the end of the connection and answers the peer's PINGs.
type conn struct {
	endpoint string
	session  *session
	replies  *inbox[reply]
	closed   chan struct{}
	once     sync.Once
	watching sync.WaitGroup

	interrupt func() // has whoever reads look whether he may go on

	// turn holds a token while no goroutine reads. idle fires idleAfter later.
	turn chan struct{}
	idle *time.Timer
	// receiving is set while a goroutine waits for a reply that another goroutine reads.
	receiving atomic.Bool
	// What follows is for whoever has the turn.
	finished bool
	// watched is the context whose end interrupts whoever reads, until unwatch is called.
	// Calls that receive one after the other in the same context find that done.
	watched context.Context
	unwatch func() bool
}

// idleAfter is how long the connection is not received from before its own goroutine reads.
const idleAfter = 5 * time.Millisecond

// reply is one that waits to be received.
type reply struct {
	tag    uint32
	frames [][]byte
	from   *session
	cost   int64
}

// tagSize is the size of the frame with the tag.
const tagSize = 4

// Dial connects a DEALER socket to a REP or ROUTER socket (RFC 28, "The DEALER Socket Type"). It
// tries until the context ends, except where the endpoint is malformed or the peer refuses the
// handshake (RFC 37, "Overall Behavior").
func (n *Network) Dial(ctx context.Context, endpoint string, s transport.Settings) (transport.Conn, error) {
	fail := func(err error) (transport.Conn, error) {
		return nil, &transport.Error{Op: "dial", Endpoint: endpoint, Err: err}
	}
	d, err := newDialer(typeDealer, endpoint, s)
	if err != nil {
		return fail(err)
	}
	c := &conn{endpoint: endpoint, replies: newInbox(reply.done), closed: make(chan struct{}),
		turn: make(chan struct{}, 1), idle: time.NewTimer(0)}
	for {
		c.session, err = d.attempt(ctx, c)
		switch {
		case err == nil:
			c.interrupt = c.session.interrupt
			c.session.startPulses()
			c.turn <- struct{}{}
			c.watching.Go(c.watch)
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

func (r reply) done() { r.from.taken(r.cost, r.from.weight(r.cost)) }

// message takes a reply apart, and drops one that does not carry the tag back that every request
// has.
func (c *conn) message(s *session, frames [][]byte) error {
	if len(frames) < 2 || len(frames[0]) != tagSize || len(frames[1]) != 0 {
		return nil
	}
	r := reply{tag: binary.BigEndian.Uint32(frames[0]), frames: frames[2:], from: s, cost: cost(frames)}
	s.received(r.cost, s.weight(r.cost))
	if !c.replies.put(r) {
		r.done()
	}
	return nil
}

// subscription ignores what only a publisher understands.
func (c *conn) subscription(*session, []byte, bool) error { return nil }

func (c *conn) over(_ *session, reason error) { c.replies.finish(c.lost(reason)) }

// lost is what receiving and sending end with: io.EOF, with the reason where it is out of the
// ordinary.
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
	if n := len(requests); cap(p.messages) < n || cap(p.heads) < n {
		*p = parcel{make([]message, n), make([][2][]byte, n), make([][tagSize]byte, n)}
	}
	messages := p.messages[:len(requests)]
	defer clear(messages)
	for i, r := range requests {
		binary.BigEndian.PutUint32(p.tags[:cap(p.tags)][i][:], r.Tag)
		head := p.heads[:cap(p.heads)][i][:]
		head[0] = p.tags[:cap(p.tags)][i][:]
		messages[i] = message{head, r.Frames, r.Given}
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
	for {
		r, ok, err := c.replies.poll(false)
		if !ok && err == nil && !c.readSelf(ctx) {
			r, ok, err = c.awaitOther(ctx)
		}
		if ok {
			r.done()
		}
		if ok || err != nil {
			return r.tag, r.frames, err
		}
		if ctx.Err() != nil {
			return 0, nil, context.Cause(ctx)
		}
	}
}

// readSelf reads the connection until there is a reply, or the context ends. It returns false when
// another one reads.
func (c *conn) readSelf(ctx context.Context) bool {
	select {
	case <-c.turn:
		c.read(ctx)
		return true
	default:
		return false
	}
}

// read reads until there is a reply, or the context or the connection ends, and gives back the
// turn.
func (c *conn) read(ctx context.Context) {
	c.watchContext(ctx)
	for !c.finished && ctx.Err() == nil && c.replies.empty() {
		c.step()
	}
	c.giveTurn()
}

// watchContext has the end of a context interrupt whoever reads.
func (c *conn) watchContext(ctx context.Context) {
	if ctx.Done() == nil || ctx == c.watched {
		return
	}
	if c.unwatch != nil {
		c.unwatch()
	}
	c.watched, c.unwatch = ctx, context.AfterFunc(ctx, c.interrupt)
}

// step reads once. Whoever calls it has the turn.
func (c *conn) step() {
	if err := c.session.step(); err != nil && !errors.Is(err, errInterrupted) {
		c.finished = true
		c.session.finish(err)
	}
}

func (c *conn) giveTurn() {
	c.turn <- struct{}{}
	c.idle.Reset(idleAfter)
}

// awaitOther waits for a reply that another one reads, or for the turn to read, which it uses. It
// is not ok when there is no reply yet.
func (c *conn) awaitOther(ctx context.Context) (r reply, ok bool, err error) {
	c.receiving.Store(true)
	defer c.receiving.Store(false)
	if r, ok, err = c.replies.poll(true); ok || err != nil {
		return r, ok, err
	}
	select {
	case <-c.replies.wake:
	case <-c.turn:
		c.read(ctx)
	case <-ctx.Done():
		return r, false, context.Cause(ctx)
	}
	return c.replies.poll(false)
}

// watch reads while no other goroutine receives, until the connection ends.
func (c *conn) watch() {
	defer c.idle.Stop()
	for {
		select {
		case <-c.idle.C:
		case <-c.session.stopped:
			<-c.turn // which whoever reads gives back now
			if !c.finished {
				c.finished = true
				c.session.finish(c.session.reason)
			}
			if c.unwatch != nil {
				c.unwatch()
				c.watched, c.unwatch = nil, nil
			}
			c.turn <- struct{}{}
			return
		}
		select {
		case <-c.turn:
			c.readIdly()
		default: // somebody reads, and gives back the turn
		}
	}
}

// readIdly reads until somebody receives who can go on.
func (c *conn) readIdly() {
	for !c.finished {
		c.step()
		if c.receiving.Load() && !c.replies.empty() || c.session.hold() != nil {
			break
		}
	}
	c.giveTurn()
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
	c.watching.Wait()
	return nil
}
