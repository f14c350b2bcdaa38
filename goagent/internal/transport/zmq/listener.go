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
			z.SetRouterHandover(true)) // or libzmq keeps the connections and messages of peers that share an identity for ever
	})
	if err != nil {
		return nil, err
	}
	if s.Curve != nil {
		b.single = b.recvWithUser
	}
	return &listener{bound: b, Served: transport.NewServed(), encrypted: s.Curve != nil}, nil
}

func (l *listener) Serve(come func(*transport.Reading)) { l.Start(l.next, come) }

// next skips messages without the empty delimiter, as a REP socket does.
func (l *listener) next() (transport.Request, error) {
	for {
		frames, err := l.receive(context.Background())
		if err != nil {
			return transport.Request{}, err
		}
		if r, ok := l.request(frames); ok {
			return r, nil
		}
	}
}

// request takes a message apart; ok is false when it is no request.
func (l *listener) request(frames [][]byte) (r transport.Request, ok bool) {
	if l.encrypted {
		var err error
		if r.Client, err = curve.ParsePublicKey(string(frames[0])); err != nil {
			return r, false // nobody gets past the handshake without a key
		}
		frames = frames[1:]
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
	p := takeParcel(len(replies))
	defer p.giveBack()
	for i, r := range replies {
		p.messages[i] = message{head: r.To.Route, body: r.Frames}
	}
	l.trySendAll(p.messages)
	for i := range replies {
		replies[i].Err = l.unsent(p.messages[i].err)
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
