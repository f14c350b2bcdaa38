//go:build libzmq

package zmq

import (
	"context"
	"errors"
	"sync"
	"syscall"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

type listener struct {
	*bound
	*transport.Served
	stopping  sync.Once
	encrypted bool
}

// Listen binds a ROUTER socket, which REQ and DEALER sockets can talk to.
func (n *Network) Listen(endpoint string, s transport.Settings) (transport.Listener, error) {
	b, err := n.listen("listen", zmq4.ROUTER, endpoint, s, func(z *zmq4.Socket) error {
		return errors.Join(
			z.SetRouterMandatory(1),   // so that a reply to a peer that is gone is an error and not dropped
			z.SetRouterHandover(true)) // see the work-arounds
	})
	if err != nil {
		return nil, err
	}
	return &listener{bound: b, Served: transport.NewServed(), encrypted: s.Curve != nil}, nil
}

func (l *listener) Serve(come func(*transport.Reading)) { l.Start(l.next, come) }

// next skips messages without the empty delimiter, as a REP socket does.
func (l *listener) next() (transport.Request, error) {
	for {
		var frames [][]byte
		var user string
		err := l.wait(context.Background(), func(z *zmq4.Socket) (err error) {
			frames, user, err = receiveFrom(z)
			return err
		})
		if err != nil {
			return transport.Request{}, receiveError(err, l.endpoint)
		}
		if r, ok := l.request(frames, user); ok {
			return r, nil
		}
	}
}

// receiveFrom receives a message of a ROUTER socket and the user that sent it, which the handler of
// handshakes names. The first frame, with the peer's name, is libzmq's own and has not always what
// comes with the peer's frames.
func receiveFrom(z *zmq4.Socket) (frames [][]byte, user string, err error) {
	peer, err := z.RecvBytes(zmq4.DONTWAIT)
	if err != nil {
		return nil, "", err
	}
	rest, about, err := z.RecvMessageBytesWithMetadata(0, "User-Id") // the parts of a message come together
	return append([][]byte{peer}, rest...), about["User-Id"], err
}

// request takes a message apart; ok is false when it is no request.
func (l *listener) request(frames [][]byte, user string) (r transport.Request, ok bool) {
	if l.encrypted {
		var err error
		if r.Client, err = curve.ParsePublicKey(user); err != nil {
			return r, false // unreachable: no client completes the handshake without a key
		}
	}
	for i := 1; i < len(frames); i++ {
		if len(frames[i]) == 0 {
			r.Peer, r.Route, r.Frames = string(frames[0]), frames[:i+1:i+1], frames[i+1:]
			r.Tagged = i > 1
			return r, true
		}
	}
	return r, false
}

func (l *listener) Reply(to transport.Request, frames [][]byte) error {
	return l.unsent(l.trySend(to.Route, frames))
}

func (l *listener) ReplyAll(replies []transport.Reply) {
	for i := range replies {
		r := &replies[i]
		r.Err = l.Reply(r.To, r.Frames)
	}
}

// unsent returns what tells why a reply was not sent.
func (l *listener) unsent(err error) error {
	switch {
	case again(err):
		return transport.ErrPeerBusy
	case err != nil && zmq4.AsErrno(err) == zmq4.Errno(syscall.EHOSTUNREACH):
		return transport.ErrPeerGone
	case err != nil:
		return &transport.Error{Op: "send", Endpoint: l.endpoint, Err: err}
	}
	return nil
}

// Close releases the socket.
func (l *listener) Close() error {
	l.stopping.Do(l.Stop)
	return l.bound.Close()
}

func wrapClose(err error, endpoint string) error {
	if err == nil {
		return nil
	}
	return &transport.Error{Op: "close", Endpoint: endpoint, Err: err}
}

// receiveError leaves the errors that end a socket's life as they are and wraps all others.
func receiveError(err error, endpoint string) error {
	if err == nil { // before there is an errno in memory
		return nil
	}
	var errno zmq4.Errno
	if errors.As(err, &errno) {
		return &transport.Error{Op: "receive", Endpoint: endpoint, Err: err}
	}
	return err
}
