//go:build libzmq

package zmq

import (
	"context"
	"errors"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

type subscriber struct {
	sock     *socket
	mon      *monitor
	endpoint string
	curve    *transport.Curve
	presence transport.Presence
	refused  error // set once, before the socket is marked lost
}

// Subscribe connects a SUB socket to a PUB or XPUB socket. libzmq reconnects it and repeats its
// subscriptions.
func (n *Network) Subscribe(endpoint string, s transport.Settings) (transport.Subscriber, error) {
	u := &subscriber{endpoint: endpoint, curve: s.Curve}
	sock, mon, err := n.connect("subscribe", zmq4.SUB, endpoint, s, nil, u.onEvent)
	if err != nil {
		return nil, err
	}
	u.sock, u.mon = sock, mon
	return u, nil
}

func (u *subscriber) onEvent(sock *socket, e event) {
	switch e.kind {
	case zmq4.EVENT_HANDSHAKE_SUCCEEDED:
		u.presence.Set(true)
	case zmq4.EVENT_DISCONNECTED:
		u.presence.Set(false)
	default:
		if err := refusal(e, u.curve); err != nil {
			u.refuse(sock, &transport.Error{Op: "subscribe", Endpoint: u.endpoint, Err: err})
		}
	}
}

// refuse ends the socket, which libzmq as a rule does not connect again then.
func (u *subscriber) refuse(sock *socket, reason error) {
	u.presence.Refuse(reason)
	if u.refused == nil {
		u.refused = reason
		sock.markLost()
	}
}

func (u *subscriber) Subscribe(prefix string) error {
	return receiveError(u.sock.do(func(z *zmq4.Socket) error { return z.SetSubscribe(prefix) }), u.endpoint)
}

func (u *subscriber) Unsubscribe(prefix string) error {
	return receiveError(u.sock.do(func(z *zmq4.Socket) error { return z.SetUnsubscribe(prefix) }), u.endpoint)
}

func (u *subscriber) Connected(ctx context.Context) error { return u.presence.Wait(ctx) }

func (u *subscriber) Recv() ([][]byte, error) {
	frames, err := u.sock.receive(context.Background())
	switch {
	case errors.Is(err, errLost):
		return nil, u.refused
	case err != nil:
		return nil, receiveError(err, u.endpoint)
	}
	return frames, nil
}

func (u *subscriber) Close() error {
	u.presence.Close()
	u.mon.close()
	return wrapClose(u.sock.close(0), u.endpoint)
}
