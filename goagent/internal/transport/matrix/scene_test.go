//go:build zmtpmatrix

package matrix_test

import (
	"context"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

const (
	anyPort   = "tcp://127.0.0.1:*"
	highWater = 1000
)

// scene is what one case is played with: a transport on one side, sockets of pyzmq on the other.
type scene struct {
	transport.Network
	reference bool
	encrypted bool
	peer      *peer
	settings  transport.Settings
	// ours and theirs are the key pairs of the two sides.
	ours, theirs curve.KeyPair
}

func newScene(t *testing.T, n network, p *peer, encrypted bool) *scene {
	t.Helper()
	s := &scene{
		Network: n.make(), reference: n.reference, encrypted: encrypted, peer: p, ours: keyPair(t), theirs: keyPair(t),
		settings: transport.Settings{Linger: time.Second, HighWater: highWater},
	}
	t.Cleanup(func() { p.tell(t, nil, "reset") })
	return s
}

func keyPair(t *testing.T) curve.KeyPair {
	t.Helper()
	pair, err := curve.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// limit is a context that ends when what it is for has hung.
func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*soon)
	t.Cleanup(cancel)
	return ctx
}

// bound are the settings of a socket that binds.
func (s *scene) bound() transport.Settings {
	settings := s.settings
	if s.encrypted {
		settings.Curve = &transport.Curve{Pair: s.ours, Allowed: func(k curve.PublicKey) bool { return k == s.theirs.Public() }}
	}
	return settings
}

// dialling are the settings of a socket that connects.
func (s *scene) dialling() transport.Settings {
	settings := s.settings
	if s.encrypted {
		settings.Curve = &transport.Curve{Pair: s.ours, Server: s.theirs.Public()}
	}
	return settings
}

func (s *scene) listen(t *testing.T, endpoint string) *transport.Receiving {
	t.Helper()
	l, err := s.Listen(endpoint, s.bound())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	context.AfterFunc(limit(t), func() { _ = l.Close() })
	return transport.Receive(l)
}

func (s *scene) dial(t *testing.T, endpoint string) transport.Conn {
	t.Helper()
	c, err := s.Dial(limit(t), endpoint, s.dialling())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (s *scene) publish(t *testing.T, endpoint string) transport.Publisher {
	t.Helper()
	p, err := s.Publish(endpoint, s.bound())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	context.AfterFunc(limit(t), func() { _ = p.Close() })
	return p
}

func (s *scene) subscribe(t *testing.T, endpoint string) transport.Subscriber {
	t.Helper()
	u, err := s.Subscribe(endpoint, s.dialling())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.Close() })
	context.AfterFunc(limit(t), func() { _ = u.Close() })
	return u
}

// binds has the peer bind a socket, and returns its endpoint.
func (s *scene) binds(t *testing.T, name, kind string, more options) string {
	t.Helper()
	if s.encrypted {
		more = curveServer(s.theirs).with(more)
	}
	s.peer.tell(t, nil, "open", name, kind, options{}.with(more))
	return s.peer.bind(t, name, anyPort)
}

// connects has the peer connect a socket to an endpoint.
func (s *scene) connects(t *testing.T, name, kind, endpoint string, more options) {
	t.Helper()
	if s.encrypted {
		more = curveClient(s.theirs, s.ours.Public()).with(more)
	}
	s.peer.tell(t, nil, "open", name, kind, options{}.with(more))
	s.peer.tell(t, nil, "connect", name, endpoint)
}

// bytesOf returns frames as the transports have them.
func bytesOf(frames ...string) [][]byte {
	out := make([][]byte, len(frames))
	for i, f := range frames {
		out[i] = []byte(f)
	}
	return out
}

// stringsOf returns frames as they are compared.
func stringsOf(frames [][]byte) []string {
	out := make([]string, len(frames))
	for i, f := range frames {
		out[i] = string(f)
	}
	return out
}
