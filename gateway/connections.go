package gateway

import (
	"net"
	"sync"
)

// limitedListener closes the connections that are too many, over all clients or of one address.
type limitedListener struct {
	net.Listener

	shares *shares
}

// limitConnections bounds the connections of a listener; a client, which is known by its address,
// has at most half of them.
func limitConnections(l net.Listener, most int) net.Listener {
	return &limitedListener{Listener: l, shares: newShares(most, (most+1)/2)}
}

// Accept waits for a connection that there is room for.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		client := networkOf(conn.RemoteAddr().String())
		if l.shares.take(client) {
			return &countedConn{Conn: conn, end: func() { l.shares.give(client) }}, nil
		}
		_ = conn.Close() // the connection is one too many, and its error does not matter
	}
}

// countedConn is a connection whose end is counted once.
type countedConn struct {
	net.Conn

	once sync.Once
	end  func()
}

// Close closes the connection.
func (c *countedConn) Close() error {
	c.once.Do(c.end)
	return c.Conn.Close()
}
