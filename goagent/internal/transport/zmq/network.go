// Package zmq is the transport over libzmq, by way of github.com/pebbe/zmq4. It is the only package
// of the module that knows either.
//
// A Listener is a ROUTER socket, a Conn a DEALER, a Publisher an XPUB and a Subscriber a SUB. On the
// wire they are what peers with REQ, REP, PUB and SUB sockets expect. A Conn puts its tag in front of the empty
// delimiter, as a REQ socket with ZMQ_REQ_CORRELATE does; REP sends it back with the reply.
package zmq

import (
	"errors"
	"fmt"
	"strings"
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
)

// Network makes sockets of one libzmq context. The zero value is ready to use; it holds threads only
// while it has open sockets.
type Network struct {
	ctx      sharedContext
	monitors atomic.Uint64
}

var _ transport.Network = (*Network)(nil)

// listen makes a bound socket and returns it with the endpoint that it is bound to.
func (n *Network) listen(op string, kind zmq4.Type, endpoint string, s transport.Settings,
	configure func(*zmq4.Socket) error) (*socket, string, error) {
	sock, err := newSocket(&n.ctx, kind, func(z *zmq4.Socket) error {
		return configureAll(z, endpoint, s, configure)
	})
	if err != nil {
		return nil, "", &transport.Error{Op: op, Endpoint: endpoint, Err: err}
	}
	var bound string
	err = sock.do(func(z *zmq4.Socket) (err error) {
		if err = z.Bind(endpoint); err == nil {
			bound, err = z.GetLastEndpoint()
		}
		return err
	})
	if err != nil {
		_ = sock.close(0)
		return nil, "", &transport.Error{Op: op, Endpoint: endpoint, Err: err}
	}
	return sock, strings.TrimRight(bound, "\x00"), nil
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
	if s.Heartbeat > 0 {
		errs = append(errs,
			z.SetHeartbeatIvl(s.Heartbeat),
			z.SetHeartbeatTimeout(missedHeartbeats*s.Heartbeat))
	}
	return errors.Join(errs...)
}

// connect makes a socket that connects, with the monitor that tells how that goes.
func (n *Network) connect(op string, kind zmq4.Type, endpoint string, s transport.Settings,
	configure func(*zmq4.Socket) error, onEvent func(*socket, zmq4.Event)) (*socket, *monitor, error) {
	sock, err := newSocket(&n.ctx, kind, func(z *zmq4.Socket) error {
		return configureAll(z, endpoint, s, configure)
	})
	if err != nil {
		return nil, nil, &transport.Error{Op: op, Endpoint: endpoint, Err: err}
	}
	addr := fmt.Sprintf("inproc://monitor-%d", n.monitors.Add(1))
	mon, err := newMonitor(sock, addr, func(e zmq4.Event) { onEvent(sock, e) })
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
