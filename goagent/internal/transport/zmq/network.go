//go:build libzmq

package zmq

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

const (
	// maxSockets is the number of sockets of one context, libzmq's own limit being 65535.
	maxSockets = 65535
	// reconnectFirst and reconnectMost bound the pause between two attempts to connect.
	reconnectFirst = 100 * time.Millisecond
	reconnectMost  = 500 * time.Millisecond
	// missedHeartbeats is the number of signs of life that may fail to come.
	missedHeartbeats = 3
	// releaseTimeout bounds how long Close waits for libzmq's thread, which closes an endpoint
	// within microseconds.
	releaseTimeout = time.Second
)

// Network makes sockets of one libzmq context. The zero value is ready to use; it holds threads
// only while it has open sockets.
type Network struct {
	ctx      sharedContext
	monitors atomic.Uint64
	door     doorkeeper
}

var _ transport.Network = (*Network)(nil)

// bound is a socket that is bound to an endpoint.
type bound struct {
	*socket
	network  *Network
	endpoint string
	linger   time.Duration
	domain   string // of a CURVE socket
	closing  sync.Once
	err      error
}

// Endpoint returns the endpoint with the port that was chosen.
func (b *bound) Endpoint() string { return b.endpoint }

// listen makes a socket and binds it.
func (n *Network) listen(op string, kind zmq4.Type, endpoint string, s transport.Settings,
	configure func(*zmq4.Socket) error) (*bound, error) {
	fail := func(err error) (*bound, error) {
		return nil, &transport.Error{Op: op, Endpoint: endpoint, Err: err}
	}
	if err := checkCurve(s); err != nil {
		return fail(err)
	}
	if err := checkPath(endpoint); err != nil {
		return fail(err)
	}
	b := &bound{network: n, linger: s.Linger}
	var err error
	if s.Curve != nil {
		if b.domain, err = n.door.register(&n.ctx, s.Curve); err != nil {
			return fail(err)
		}
	}
	sock, err := newSocket(&n.ctx, kind, func(z *zmq4.Socket) error {
		if s.Curve != nil {
			if err := serveCurve(z, s.Curve, b.domain); err != nil {
				return err
			}
		}
		return configureAll(z, endpoint, s, configure)
	})
	if err != nil {
		b.forget()
		return fail(err)
	}
	b.socket = sock
	err = sock.do(func(z *zmq4.Socket) (err error) {
		if err = z.Bind(endpoint); err == nil {
			b.endpoint, err = z.GetLastEndpoint()
		}
		return err
	})
	if err != nil {
		_ = sock.close(0)
		b.forget()
		return fail(err)
	}
	b.endpoint = strings.TrimRight(b.endpoint, "\x00")
	return b, nil
}

// Close returns when the endpoint is free for others. It does not unbind: see the work-arounds.
func (b *bound) Close() error {
	b.closing.Do(func() {
		defer b.forget()
		mon, err := b.network.monitor(b.socket, releaseEvents, func(event) {})
		b.err = wrapClose(b.close(b.linger), b.endpoint)
		if err != nil {
			return // without a monitor the endpoint is free a little later
		}
		timeout := time.NewTimer(releaseTimeout)
		defer timeout.Stop()
		select {
		case <-mon.done:
		case <-timeout.C:
		}
	})
	return b.err
}

// forget has handshakes of the socket, which is gone, no longer answered.
func (b *bound) forget() {
	if b.domain != "" {
		b.network.door.forget(b.domain)
	}
}

// configureAll sets what is the same for all sockets and what configure adds, which may be nil.
func configureAll(z *zmq4.Socket, endpoint string, s transport.Settings, configure func(*zmq4.Socket) error) error {
	err := common(z, endpoint, s)
	if err == nil && configure != nil {
		err = configure(z)
	}
	return err
}

// common sets what is the same for all sockets.
func common(z *zmq4.Socket, endpoint string, s transport.Settings) error {
	errs := []error{
		z.SetLinger(0),
		z.SetSndhwm(s.HighWater),
		z.SetRcvhwm(s.HighWater),
		z.SetReconnectIvl(reconnectFirst),
		z.SetReconnectIvlMax(reconnectMost),
		z.SetTcpKeepalive(1),
		z.SetTcpKeepaliveIdle(30),
		z.SetTcpKeepaliveIntvl(10),
		z.SetTcpKeepaliveCnt(3),
	}
	if strings.HasPrefix(endpoint, "tcp://[") {
		errs = append(errs, z.SetIpv6(true))
	}
	if s.MaxFrame > 0 {
		errs = append(errs, z.SetMaxmsgsize(s.MaxFrame))
	}
	return errors.Join(errs...)
}

// watchPeer makes a socket that connects ask its peer for signs of life, and tell the peer how long
// to wait for one. Its queue has no bound, and bound sockets do not ask: see the work-arounds.
func watchPeer(z *zmq4.Socket, s transport.Settings) error {
	if s.Heartbeat <= 0 {
		return nil
	}
	return errors.Join(
		z.SetRcvhwm(0),
		z.SetHeartbeatIvl(s.Heartbeat),
		z.SetHeartbeatTimeout(missedHeartbeats*s.Heartbeat),
		z.SetHeartbeatTtl(missedHeartbeats*s.Heartbeat))
}

// connect makes a socket that connects, with the monitor that tells how that goes.
func (n *Network) connect(op string, kind zmq4.Type, endpoint string, s transport.Settings,
	configure func(*zmq4.Socket) error, onEvent func(*socket, event)) (*socket, *monitor, error) {
	if err := checkCurve(s); err != nil {
		return nil, nil, &transport.Error{Op: op, Endpoint: endpoint, Err: err}
	}
	sock, err := newSocket(&n.ctx, kind, func(z *zmq4.Socket) error {
		if s.Curve != nil {
			if err := dialCurve(z, s.Curve); err != nil {
				return err
			}
		}
		return errors.Join(configureAll(z, endpoint, s, configure), watchPeer(z, s))
	})
	if err != nil {
		return nil, nil, &transport.Error{Op: op, Endpoint: endpoint, Err: err}
	}
	mon, err := n.monitor(sock, connectEvents, func(e event) { onEvent(sock, e) })
	if err == nil {
		err = sock.do(func(z *zmq4.Socket) error { return z.Connect(endpoint) })
	}
	if err != nil {
		mon.close()
		_ = sock.close(0)
		return nil, nil, &transport.Error{Op: op, Endpoint: endpoint, Err: err}
	}
	return sock, mon, nil
}
