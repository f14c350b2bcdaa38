package zmtp_test

import (
	"context"
	"io"
	"net"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
)

// call is as large as the frames of a call.
func call() [][]byte {
	return [][]byte{make([]byte, 30), make([]byte, 7), make([]byte, 110), make([]byte, 36), {}}
}

// BenchmarkRoundTrip sends a request and receives its answer. BenchmarkTCP has the yardstick.
func BenchmarkRoundTrip(b *testing.B) {
	var n zmtp.Network
	settings := transport.Settings{HighWater: 1000}
	l, err := n.Listen("tcp://127.0.0.1:*", settings)
	if err != nil {
		b.Fatal(err)
	}
	received := transport.Receive(l)
	defer l.Close()
	go func() {
		for {
			r, err := received.Recv()
			if err != nil {
				return
			}
			if err := l.Reply(r, r.Frames); err != nil {
				return
			}
		}
	}()
	c, err := n.Dial(b.Context(), l.Endpoint(), settings)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	frames := call()
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Send(context.Background(), 1, frames); err != nil {
			b.Fatal(err)
		}
		if _, _, err := c.Recv(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTCP sends as many bytes over a bare connection and reads them back.
func BenchmarkTCP(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = io.Copy(struct{ io.Writer }{conn}, struct{ io.Reader }{conn})
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	message, answer := make([]byte, 200), make([]byte, 200)
	for b.Loop() {
		if _, err := conn.Write(message); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(conn, answer); err != nil {
			b.Fatal(err)
		}
	}
}
