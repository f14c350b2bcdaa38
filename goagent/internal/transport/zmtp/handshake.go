package zmtp

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// shaken is what a handshake has come to.
type shaken struct {
	version version
	peer    peerInfo
	box     box
}

// shake exchanges greetings and then the commands of the mechanism (RFC 37, "Overall Behavior"),
// within the time that the limits allow.
func (c *core) shake(conn net.Conn) (shaken, error) {
	if err := conn.SetDeadline(time.Now().Add(c.limits.HandshakeTimeout)); err != nil {
		return shaken{}, err
	}
	result, err := c.shakeWithin(conn)
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = excess("HandshakeTimeout", "the handshake takes longer than %v", c.limits.HandshakeTimeout)
	}
	return result, err
}

func (c *core) shakeWithin(conn net.Conn) (shaken, error) {
	theirs, err := c.greet(conn)
	if err != nil {
		return shaken{}, err
	}
	if theirs.mechanism != c.security.name() {
		return shaken{}, &mechanismError{theirs.mechanism, c.security.name()}
	}
	m := c.security.start()
	if err := exchange(conn, m); err != nil {
		return shaken{}, err
	}
	return shaken{theirs.version, m.peer(), m.box()}, nil
}

// greet exchanges greetings. The side that connects sends signature and version, and the rest when
// it has the peer's greeting: a libzmq that reads another mechanism than its own closes the
// connection without having told its own.
func (c *core) greet(conn net.Conn) (greeting, error) {
	own := greeting{ours, c.security.name(), c.side == roleServer}.bytes()
	if c.side == roleServer {
		if _, err := conn.Write(own); err != nil {
			return greeting{}, err
		}
		return readGreeting(conn)
	}
	if _, err := conn.Write(own[:greetingMinorAt]); err != nil {
		return greeting{}, err
	}
	theirs, err := readGreeting(conn)
	if err == nil {
		_, err = conn.Write(own[greetingMinorAt:])
	}
	return theirs, err
}

// exchange exchanges the commands of a mechanism until the peer's part is complete.
func exchange(conn net.Conn, m mechanism) error {
	command, err := m.begin()
	for complete := false; ; {
		var refusal *refusalError
		if errors.As(err, &refusal) {
			wire := appendCommandFrame(nil, commandError, appendError(nil, refusal.reason))
			_, _ = conn.Write(wire) // the connection ends in any case
		}
		if err != nil {
			return err
		}
		if command != nil {
			if _, err := conn.Write(appendFrame(nil, flagCommand, command)); err != nil {
				return err
			}
		}
		if complete {
			return nil
		}
		received, err2 := readCommand(conn)
		if err2 != nil {
			return err2
		}
		command, complete, err = m.next(received)
	}
}

// readGreeting reads a greeting, and gives up as soon as it cannot become one.
func readGreeting(conn net.Conn) (greeting, error) {
	var wire [greetingSize]byte
	for have := 0; have < greetingSize; {
		n, err := conn.Read(wire[have:])
		have += n
		if bad := checkGreeting(wire[:have]); bad != nil {
			return greeting{}, bad
		}
		if err != nil {
			return greeting{}, broken("greeting", err)
		}
	}
	return parseGreeting(wire[:])
}

// readCommand reads a command of the handshake. It reads no byte that follows.
func readCommand(conn net.Conn) ([]byte, error) {
	var header [longest]byte
	if _, err := io.ReadFull(conn, header[:shortest]); err != nil {
		return nil, broken("handshake", err)
	}
	size := headerSize(header[0])
	if _, err := io.ReadFull(conn, header[shortest:size]); err != nil {
		return nil, broken("handshake", err)
	}
	flags, length, err := parseHeader(header[:size])
	switch {
	case err != nil:
		return nil, err
	case flags&flagCommand == 0:
		return nil, violation(ErrHandshake, "a message before the end of the handshake")
	case length > handshakeMost:
		return nil, violation(ErrLimit, "a command of %d bytes in the handshake", length)
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(conn, body); err != nil {
		return nil, broken("handshake", err)
	}
	return body, nil
}

// broken says during what a connection has ended.
func broken(during string, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("the peer closes the connection during the %s: %w", during, io.ErrUnexpectedEOF)
	}
	return err
}
