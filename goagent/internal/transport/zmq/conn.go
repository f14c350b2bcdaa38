//go:build libzmq

package zmq

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"time"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// conn is a DEALER socket that is used for as long as its first connection lasts. It is closed when
// that is lost, within the pause that libzmq makes before it connects again, so that nothing that
// was queued in it is sent to a later incarnation of the server. (ZMQ_IMMEDIATE would see to that
// as well, but drops replies that are there already.)
type conn struct {
	sock     *socket
	mon      *monitor
	endpoint string
	curve    *transport.Curve
	trouble  func(error)

	once   sync.Once
	up     chan struct{} // closed when the connection is usable, or failed is set
	failed error

	gone     chan struct{} // closed when the connection is lost or closed
	goneOnce sync.Once
}

// Dial connects a DEALER socket to a REP or ROUTER socket. It tries until the context ends, except
// where the endpoint is malformed or the peer refuses the handshake.
func (n *Network) Dial(ctx context.Context, endpoint string, s transport.Settings) (transport.Conn, error) {
	c := &conn{endpoint: endpoint, curve: s.Curve, trouble: s.Trouble, up: make(chan struct{}), gone: make(chan struct{})}
	sock, mon, err := n.connect("dial", zmq4.DEALER, endpoint, s, nil, c.onEvent)
	if err != nil {
		return nil, err
	}
	c.sock, c.mon = sock, mon
	select {
	case <-c.up:
		if c.failed == nil {
			return c, nil
		}
		err = c.failed
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	_ = c.Close()
	return nil, &transport.Error{Op: "dial", Endpoint: endpoint, Err: err}
}

func (c *conn) onEvent(sock *socket, e event) {
	switch e.kind {
	case zmq4.EVENT_HANDSHAKE_SUCCEEDED:
		c.once.Do(func() { close(c.up) })
	case zmq4.EVENT_HANDSHAKE_FAILED_AUTH, zmq4.EVENT_HANDSHAKE_FAILED_PROTOCOL:
		c.once.Do(func() {
			c.failed = refusal(e, c.curve)
			close(c.up)
		})
	case zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL:
		if c.curve != nil && c.trouble != nil {
			c.trouble(brokenOff(c.curve))
		}
	case zmq4.EVENT_DISCONNECTED:
		select {
		case <-c.up:
			sock.markLost()
			c.end()
		default: // an attempt failed before the connection was up: libzmq tries again
		}
	}
}

func (c *conn) Send(ctx context.Context, tag uint32, frames [][]byte) error {
	var memory [4]byte
	var head [2][]byte
	one := [1]message{{head: tagFrames(tag, &memory, head[:]), body: frames}}
	return c.unsent(c.sock.send(ctx, one[:]))
}

func (c *conn) TrySend(requests []transport.Outgoing) (int, error) {
	p := takeParcel(len(requests))
	for i, r := range requests {
		p.messages[i] = message{head: tagFrames(r.Tag, &p.tags[i], p.heads[i][:]), body: r.Frames}
	}
	sent, room, err := c.sock.sendOrQueue(p.messages)
	p.giveBack()
	if room != nil {
		return sent, transport.ErrPeerBusy
	}
	return sent, c.unsent(err)
}

// tagFrames writes the frames in front of a request, and returns them.
func tagFrames(tag uint32, memory *[4]byte, head [][]byte) [][]byte {
	binary.BigEndian.PutUint32(memory[:], tag)
	head[0] = memory[:]
	return head
}

// unsent returns what tells a caller why a request was not sent.
func (c *conn) unsent(err error) error {
	if errors.Is(err, errLost) {
		return io.EOF
	}
	return receiveError(err, c.endpoint)
}

// Recv skips replies that do not carry back the tag that every request has.
func (c *conn) Recv(ctx context.Context) (uint32, [][]byte, error) {
	for {
		frames, err := c.sock.receive(ctx)
		if err != nil {
			return 0, nil, c.ended(err)
		}
		if tag, reply, ok := tagged(frames); ok {
			return tag, reply, nil
		}
	}
}

func (c *conn) Buffered() int { return len(c.sock.inbox) }

func (c *conn) Poll() (uint32, [][]byte, bool, error) {
	for {
		frames, err := c.sock.poll()
		if again(err) {
			return 0, nil, false, nil
		}
		if err != nil {
			return 0, nil, false, c.ended(err)
		}
		if tag, reply, ok := tagged(frames); ok {
			return tag, reply, true, nil
		}
	}
}

// tagged takes a reply apart; ok is false when it does not begin with a tag.
func tagged(frames [][]byte) (tag uint32, reply [][]byte, ok bool) {
	if len(frames) < 2 || len(frames[0]) != 4 || len(frames[1]) != 0 {
		return 0, nil, false
	}
	return binary.BigEndian.Uint32(frames[0]), frames[2:], true
}

func (c *conn) ended(err error) error {
	if errors.Is(err, errLost) {
		return io.EOF
	}
	return receiveError(err, c.endpoint)
}

func (c *conn) Lost() { <-c.gone }

func (c *conn) end() { c.goneOnce.Do(func() { close(c.gone) }) }

// connLinger is how long a closed connection may go on sending. It is not 0, because libzmq 4.3.4
// then gives up in the middle of a message, and aborts the program when the peer goes away at that
// moment (session_base.cpp, clean_pipes).
const connLinger = 10 * time.Millisecond

func (c *conn) Close() error {
	c.end()
	c.mon.close()
	return wrapClose(c.sock.close(connLinger), c.endpoint)
}
