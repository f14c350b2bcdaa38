//go:build libzmq

package zmq_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
	"github.com/pizco-go/pizco/interop/zmtp"
)

// TestLongTopic sees that a subscriber of a topic that is too long is cut off, and one that is
// short enough is not.
func TestLongTopic(t *testing.T) {
	var n zmq.Network
	p, err := n.Publish("tcp://127.0.0.1:*", settings)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	for _, row := range []struct {
		size int
		kept bool
	}{{1 << 20, false}, {4096, false}, {4095, true}} {
		c, err := zmtp.Dial(t.Context(), p.Endpoint(), "SUB")
		if err != nil {
			t.Fatal(err)
		}
		topic := strings.Repeat("t", row.size)
		_ = c.Send([]byte("\x01" + topic)) // may fail: the publisher leaves while a topic comes that is too long
		if row.kept {
			if s, err := nextSubscription(p); err != nil || s.Topic != topic || !s.On {
				t.Errorf("a topic of %d bytes: %d bytes, %v, %v", row.size, len(s.Topic), s.On, err)
			}
		} else {
			_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
			_, err := c.Receive()
			if !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, net.ErrClosed) {
				t.Errorf("a topic of %d bytes: %v, and the connection stands", row.size, err)
			}
		}
		_ = c.Close()
	}
}

// TestSharedIdentity sees that of the clients that share an identity the last one is served. libzmq
// would keep the connections of the others and what they sent for as long as the socket lives.
func TestSharedIdentity(t *testing.T) {
	var n zmq.Network
	l := listen(t, &n, "tcp://127.0.0.1:*")
	done := echo(t, l)
	for i := range 5 {
		z, err := zmq4.NewSocket(zmq4.REQ)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = z.Close() }()
		question := fmt.Sprint("question ", i)
		for _, err := range []error{z.SetLinger(0), z.SetRcvtimeo(10 * time.Second), z.SetIdentity("shared"), z.Connect(l.Endpoint())} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := z.Send(question, 0); err != nil {
			t.Fatal(err)
		}
		if answer, err := z.Recv(0); err != nil || answer != question {
			t.Fatalf("client %d: %q, %v", i, answer, err)
		}
	}
	_ = l.Close()
	<-done
}
