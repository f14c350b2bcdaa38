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
	return c.ended(c.sock.send(ctx, tagFrames(tag), frames))
}

func (c *conn) TrySend(requests []transport.Outgoing) (int, error) {
	for i, r := range requests {
		err := c.sock.trySend(tagFrames(r.Tag), r.Frames)
		if again(err) {
			return i, transport.ErrPeerBusy
		}
		if err != nil {
			return i, c.ended(err)
		}
	}
	return len(requests), nil
}

// tagFrames returns the frames in front of a request.
func tagFrames(tag uint32) [][]byte {
	return [][]byte{binary.BigEndian.AppendUint32(nil, tag), nil}
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

// Buffered is always 0: each reply is received by itself.
func (c *conn) Buffered() int { return 0 }

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

// ended returns the error for a caller whose request was not sent or whose reply will not come.
func (c *conn) ended(err error) error {
	if errors.Is(err, errLost) {
		return io.EOF
	}
	return receiveError(err, c.endpoint)
}

func (c *conn) Lost() { <-c.gone }

func (c *conn) end() { c.goneOnce.Do(func() { close(c.gone) }) }

// connLinger is how long a closed connection may go on sending. It is not 0: see the work-arounds.
const connLinger = 10 * time.Millisecond

func (c *conn) Close() error {
	c.end()
	c.mon.close()
	return wrapClose(c.sock.close(connLinger), c.endpoint)
}
