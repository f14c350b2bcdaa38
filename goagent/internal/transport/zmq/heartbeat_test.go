//go:build libzmq

package zmq_test

import (
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
	"github.com/pizco-go/pizco/interop/zmtp"
)

// TestHeartbeatOfFloodedSocket has a peer send more than a socket takes and leave. libzmq 4.3.4
// aborts the program when it wants to send a heartbeat on such a connection; the test is that the
// program goes on.
func TestHeartbeatOfFloodedSocket(t *testing.T) {
	const heartbeat = 10 * time.Millisecond
	var n zmq.Network
	l, err := n.Listen("tcp://127.0.0.1:*", transport.Settings{HighWater: 1, Heartbeat: heartbeat})
	if err != nil {
		t.Fatal(err)
	}
	received := transport.Receive(l)
	defer l.Close()
	for range 5 {
		c, err := zmtp.Dial(t.Context(), l.Endpoint(), "REQ")
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if err := c.Send(nil, []byte("more than is taken")); err != nil {
				t.Fatal(err)
			}
		}
		c.Close()
	}
	<-time.After(10 * heartbeat) // in which it would happen
	if _, err := received.Recv(); err != nil {
		t.Fatal(err)
	}
}
