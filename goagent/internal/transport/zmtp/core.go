package zmtp

import (
	"net"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// core is what all connections of a socket share.
type core struct {
	own       socketType
	side      role
	limits    limits
	security  security
	budget    *budget
	heartbeat time.Duration
	place     func(head []byte, size int) int
}

func newCore(own socketType, side role, s transport.Settings) (*core, error) {
	l, err := limitsOf(s, side)
	if err != nil {
		return nil, err
	}
	if own == typeXPub { // all that comes is a topic, with a byte in front
		l.maxFrame = int64(l.MaxTopic) + 1
		l.MaxMessage = l.maxFrame
		l.frameLimit, l.messageLimit = "MaxTopic", "MaxTopic"
	}
	sec, err := securityOf(own, side, s)
	if err != nil {
		return nil, err
	}
	return &core{own: own, side: side, limits: l, security: sec, budget: newBudget(l.MaxBuffered), heartbeat: s.Heartbeat, place: s.Place}, nil
}

// connect makes the handshake on a new connection, which it closes when that fails.
func (c *core) connect(conn net.Conn, h handler) (*session, error) {
	shaken, err := c.shake(conn)
	if err != nil {
		_ = conn.Close()
		return nil, &PeerError{Peer: addressOf(conn), Err: err}
	}
	c.keepAlive(conn, shaken.version)
	return newSession(c, conn, shaken, h), nil
}

// addressOf returns the address of the peer, which has none where the connection is of the ipc
// kind.
func addressOf(conn net.Conn) string {
	if a := conn.RemoteAddr(); a != nil && a.String() != "" && a.String() != "@" {
		return a.String()
	}
	return conn.LocalAddr().String()
}
