package zmq

import (
	"context"
	"errors"
	"syscall"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

type listener struct {
	*bound
	encrypted bool
}

// Listen binds a ROUTER socket, which REQ and DEALER sockets can talk to.
func (n *Network) Listen(endpoint string, s transport.Settings) (transport.Listener, error) {
	b, err := n.listen("listen", zmq4.ROUTER, endpoint, s, func(z *zmq4.Socket) error {
		return z.SetRouterMandatory(1) // so that a reply to a peer that is gone is told rather than dropped
	})
	if err != nil {
		return nil, err
	}
	if s.Curve != nil {
		b.recv = b.recvWithUser
	}
	return &listener{b, s.Curve != nil}, nil
}

// Recv skips messages without the empty delimiter, as a REP socket does.
func (l *listener) Recv() (transport.Request, error) {
	for {
		frames, err := l.receive(context.Background())
		if err != nil {
			return transport.Request{}, err
		}
		var client curve.PublicKey
		if l.encrypted {
			if client, err = curve.ParsePublicKey(string(frames[0])); err != nil {
				continue // nobody gets past the handshake without a key
			}
			frames = frames[1:]
		}
		for i := 1; i < len(frames); i++ {
			if len(frames[i]) == 0 {
				return transport.Request{
					Peer:   string(frames[0]),
					Client: client,
					Route:  frames[: i+1 : i+1],
					Frames: frames[i+1:],
				}, nil
			}
		}
	}
}

func (l *listener) Reply(to transport.Request, frames [][]byte) error {
	err := l.trySend(to.Route, frames)
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

func wrapClose(err error, endpoint string) error {
	if err == nil {
		return nil
	}
	return &transport.Error{Op: "close", Endpoint: endpoint, Err: err}
}

// receiveError leaves the errors that end a socket's life as they are and wraps all others.
func receiveError(err error, endpoint string) error {
	var errno zmq4.Errno
	if errors.As(err, &errno) {
		return &transport.Error{Op: "receive", Endpoint: endpoint, Err: err}
	}
	return err
}
