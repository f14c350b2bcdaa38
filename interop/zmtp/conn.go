package zmtp

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// handshakeTimeout bounds the greeting and the READY commands.
const handshakeTimeout = 5 * time.Second

// Conn is a connection between two sockets after the handshake. One goroutine may send while
// another receives.
type Conn struct {
	net.Conn
	reader *bufio.Reader
}

// SplitEndpoint returns the network and the address of an endpoint such as "tcp://127.0.0.1:8000".
func SplitEndpoint(endpoint string) (network, address string, err error) {
	scheme, address, found := strings.Cut(endpoint, "://")
	switch {
	case found && scheme == "tcp":
		return "tcp", address, nil
	case found && scheme == "ipc":
		return "unix", address, nil
	}
	return "", "", fmt.Errorf("pizco/interop/zmtp: cannot reach %q", endpoint)
}

// Dial connects a socket of the given type to an endpoint.
func Dial(ctx context.Context, endpoint, socketType string) (*Conn, error) {
	network, address, err := SplitEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	var dialer net.Dialer
	raw, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return Handshake(raw, socketType)
}

// Handshake makes a connection of a socket of the given type out of a bare one, which it closes
// when that fails.
func Handshake(raw net.Conn, socketType string) (*Conn, error) {
	c := &Conn{Conn: raw, reader: bufio.NewReader(raw)}
	if err := c.shake(socketType); err != nil {
		raw.Close()
		return nil, fmt.Errorf("pizco/interop/zmtp: handshake: %w", err)
	}
	return c, nil
}

func (c *Conn) shake(socketType string) error {
	if err := c.SetDeadline(time.Now().Add(handshakeTimeout)); err != nil {
		return err
	}
	if _, err := c.Write(Greeting()); err != nil {
		return err
	}
	if _, err := io.CopyN(io.Discard, c.reader, GreetingSize); err != nil {
		return err
	}
	if _, err := c.Write(Ready(socketType).Append(nil)); err != nil {
		return err
	}
	f, err := ReadFrame(c.reader)
	if err != nil {
		return err
	}
	if !f.Command {
		return fmt.Errorf("no READY command")
	}
	return c.SetDeadline(time.Time{})
}

// Send sends a message of the given frames.
func (c *Conn) Send(frames ...[]byte) error {
	_, err := c.Write(AppendMessage(nil, frames))
	return err
}

// Receive returns the frames of the next message. Commands are passed over.
func (c *Conn) Receive() ([][]byte, error) {
	var frames [][]byte
	for {
		f, err := ReadFrame(c.reader)
		if err != nil {
			return nil, err
		}
		if f.Command {
			continue
		}
		frames = append(frames, f.Body)
		if !f.More {
			return frames, nil
		}
	}
}
