package zmtp

import (
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp/curvezmq"
)

// statusRefused is what ZAP answers about a client that is not let in (RFC 27, "Defining the
// Protocol").
const statusRefused = "400"

// curveSecurity returns the security of a socket that speaks CURVE (RFC 25).
func curveSecurity(t socketType, side role, c *transport.Curve) (security, error) {
	if c.Pair.IsZero() {
		return nil, fmt.Errorf("%w: the socket has no key pair", curve.ErrKey)
	}
	if side == roleClient && c.Server.IsZero() {
		return nil, fmt.Errorf("%w: the public key of the server is missing", curve.ErrKey)
	}
	return &curveSocket{own: t, side: side, Curve: c}, nil
}

// curveSocket is what all connections of a socket that speaks CURVE have in common.
type curveSocket struct {
	*transport.Curve
	own  socketType
	side role
}

func (c *curveSocket) name() string { return "CURVE" }

func (c *curveSocket) start() mechanism {
	if c.side == roleServer {
		return &curveServer{socket: c, handshake: curvezmq.NewServer(c.Pair)}
	}
	return &curveClient{socket: c, handshake: curvezmq.NewClient(c.Pair, c.Server)}
}

// metadata returns what the socket says of itself, without a command around it.
func (c *curveSocket) metadata() []byte { return appendMetadata(nil, c.own) }

// meet reads the metadata of a peer and checks that it fits.
func (c *curveSocket) meet(data []byte) (metadata, error) {
	m, err := parseMetadata(data)
	if err == nil {
		err = checkPeer(c.own, m)
	}
	return m, err
}

// curveServer is the mechanism on the side that is bound: HELLO and INITIATE come, WELCOME and
// READY go.
type curveServer struct {
	socket    *curveSocket
	handshake *curvezmq.Server
	welcomed  bool
	other     peerInfo
	session   *curvezmq.Session
}

// begin leaves the first word to the client.
func (s *curveServer) begin() ([]byte, error) { return nil, nil }

func (s *curveServer) next(command []byte) (answer []byte, complete bool, err error) {
	if !s.welcomed {
		s.welcomed = true
		answer, err = s.handshake.Hello(command)
	} else {
		answer, err = s.initiate(command)
		complete = err == nil
	}
	var failed *curvezmq.StepError
	if errors.As(err, &failed) {
		err = fmt.Errorf("%w: %w", ErrHandshake, err)
	}
	return answer, complete, err
}

// initiate lets the client in, or refuses it.
func (s *curveServer) initiate(command []byte) ([]byte, error) {
	client, data, err := s.handshake.Initiate(command)
	if err != nil {
		return nil, err
	}
	if s.socket.Allowed != nil && !s.socket.Allowed(client) {
		s.handshake.Close()
		return nil, &refusalError{statusRefused, violation(ErrKey, "client %s", client)}
	}
	s.other.key = client
	if s.other.metadata, err = s.socket.meet(data); err != nil {
		s.handshake.Close()
		return nil, err
	}
	answer, session, err := s.handshake.Ready(s.socket.metadata())
	s.session = session
	return answer, err
}

func (s *curveServer) peer() peerInfo { return s.other }

func (s *curveServer) box() box { return curveBox{s.session} }

// curveClient is the mechanism on the side that connects: HELLO and INITIATE go, WELCOME and READY
// come.
type curveClient struct {
	socket    *curveSocket
	handshake *curvezmq.Client
	initiated bool
	other     metadata
	session   *curvezmq.Session
}

func (c *curveClient) begin() ([]byte, error) { return c.handshake.Hello() }

func (c *curveClient) next(command []byte) (answer []byte, complete bool, err error) {
	if !c.initiated {
		c.initiated = true
		answer, err = c.handshake.Welcome(command, c.socket.metadata())
		return answer, false, c.refused(err)
	}
	data, session, err := c.handshake.Ready(command)
	if err != nil {
		return nil, false, c.refused(err)
	}
	c.session = session
	c.other, err = c.socket.meet(data)
	return nil, err == nil, err
}

// refused says of a step that failed what its user can do about it.
func (c *curveClient) refused(err error) error {
	var status *curvezmq.RefusedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &status):
		return fmt.Errorf("%w: %w (status %s): is this side's public key %s among those that the server allows?",
			ErrRejected, transport.ErrRefused, status.Reason, c.socket.Pair.Public())
	case errors.Is(err, curvezmq.ErrBox):
		return fmt.Errorf("%w: %w: its messages cannot be decrypted; is %s the public key of the server? (%w)",
			ErrHandshake, transport.ErrRefused, c.socket.Server, err)
	}
	return fmt.Errorf("%w: %w: it does not keep to CURVE; is it a ZeroMQ server? (%w)", ErrHandshake, transport.ErrRefused, err)
}

func (c *curveClient) peer() peerInfo { return peerInfo{metadata: c.other} }

func (c *curveClient) box() box { return curveBox{c.session} }

// curveBox carries frames as MESSAGEs, whose own frames have no flags (RFC 25; libzmq).
type curveBox struct{ session *curvezmq.Session }

func (b curveBox) seal(to []byte, flags byte, body []byte) []byte {
	var inner byte
	if flags&flagMore != 0 {
		inner |= curvezmq.FlagMore
	}
	if flags&flagCommand != 0 {
		inner |= curvezmq.FlagCommand
	}
	return b.session.Seal(appendHeader(to, 0, len(body)+curvezmq.Overhead), inner, body)
}

func (b curveBox) sealedSize(body int) int {
	body += curvezmq.Overhead
	if body > shortMost {
		return longest + body
	}
	return shortest + body
}

func (b curveBox) open(to, sealed []byte) (flags byte, body []byte, err error) {
	inner, body, err := b.session.Open(to, sealed)
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	if inner&curvezmq.FlagMore != 0 {
		flags |= flagMore
	}
	if inner&curvezmq.FlagCommand != 0 {
		flags |= flagCommand
	}
	if flags&flagMore != 0 && flags&flagCommand != 0 {
		return 0, nil, violation(ErrFrame, "flags %#02x in a box", inner)
	}
	return flags, body, nil
}

func (b curveBox) overhead() int { return curvezmq.Overhead }
