//go:build libzmq

package zmq

import (
	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// maxSubscription is the largest message in bytes that a Publisher takes from a subscriber: one
// byte and a topic. libzmq keeps the topics of all subscribers, so a larger one costs the
// subscriber its connection.
const maxSubscription = 4 << 10

type publisher struct{ *bound }

// Publish binds an XPUB socket, which SUB sockets can connect to.
func (n *Network) Publish(endpoint string, s transport.Settings) (transport.Publisher, error) {
	b, err := n.listen("publish", zmq4.XPUB, endpoint, s, func(z *zmq4.Socket) error {
		return z.SetMaxmsgsize(maxSubscription)
	})
	if err != nil {
		return nil, err
	}
	return &publisher{b}, nil
}

func (p *publisher) Send(frames [][]byte) error {
	return receiveError(p.trySend(frames), p.endpoint)
}

// Poll skips what is no subscription: an XSUB socket can send anything.
func (p *publisher) Poll() (transport.Subscription, bool, error) {
	for {
		frames, err := p.poll()
		if again(err) {
			return transport.Subscription{}, false, nil
		}
		if err != nil {
			return transport.Subscription{}, false, receiveError(err, p.endpoint)
		}
		if f := frames[0]; len(f) > 0 && f[0] <= 1 {
			return transport.Subscription{Topic: string(f[1:]), On: f[0] == 1}, true, nil
		}
	}
}

func (p *publisher) Wait() error { return receiveError(p.await(), p.endpoint) }
