//go:build libzmq

package zmq_test

import (
	"context"
	"testing"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmq"
)

// fiveFrames is a message of the size of a small call.
func fiveFrames() [][]byte {
	return [][]byte{
		[]byte("PZC00+tcp://127.0.0.1:8000+"), []byte("pickle"), make([]byte, 120),
		[]byte("urn:uuid:b711f2b8-277d-40df-a283-6269331db251"), nil,
	}
}

// BenchmarkRoundTrip measures a message and its reply over tcp loopback: over this package, and
// over bare REQ and REP sockets that block in libzmq, which is the yardstick.
func BenchmarkRoundTrip(b *testing.B) {
	b.Run("bare", benchmarkBare)
	b.Run("transport", benchmarkTransport)
}

func benchmarkBare(b *testing.B) {
	ctx, err := zmq4.NewContext()
	if err != nil {
		b.Fatal(err)
	}
	rep, err := ctx.NewSocket(zmq4.REP)
	if err != nil {
		b.Fatal(err)
	}
	if err := rep.Bind("tcp://127.0.0.1:*"); err != nil {
		b.Fatal(err)
	}
	endpoint, err := rep.GetLastEndpoint()
	if err != nil {
		b.Fatal(err)
	}
	req, err := ctx.NewSocket(zmq4.REQ)
	if err != nil {
		b.Fatal(err)
	}
	if err := req.Connect(endpoint); err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			frames, err := rep.RecvMessageBytes(0)
			if err != nil || len(frames) == 1 {
				return
			}
			if _, err := rep.SendMessage(frames); err != nil {
				return
			}
		}
	}()
	frames := fiveFrames()
	b.ResetTimer()
	for range b.N {
		if _, err := req.SendMessage(frames); err != nil {
			b.Fatal(err)
		}
		if _, err := req.RecvMessageBytes(0); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	if _, err := req.SendMessage("end"); err != nil {
		b.Fatal(err)
	}
	<-done
	_, _ = rep.Close(), req.Close()
	_ = ctx.Term()
}

func benchmarkTransport(b *testing.B) {
	var n zmq.Network
	l, err := n.Listen("tcp://127.0.0.1:*", transport.Settings{HighWater: 1000})
	if err != nil {
		b.Fatal(err)
	}
	received := transport.Receive(l)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			req, err := received.Recv()
			if err != nil {
				return
			}
			if err := l.Reply(req, req.Frames); err != nil {
				return
			}
		}
	}()
	c, err := n.Dial(b.Context(), l.Endpoint(), transport.Settings{HighWater: 1000})
	if err != nil {
		b.Fatal(err)
	}
	frames := fiveFrames()
	b.ResetTimer()
	for range b.N {
		if err := c.Send(b.Context(), 1, frames); err != nil {
			b.Fatal(err)
		}
		if _, _, err := c.Recv(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	_ = c.Close()
	_ = l.Close()
	<-done
}
