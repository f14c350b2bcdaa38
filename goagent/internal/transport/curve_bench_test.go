package transport_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// BenchmarkCurve sends requests of a size under CURVE, one after the other, each answered with an
// empty frame. With the build tag libzmq it measures the reference beside the transport in Go.
func BenchmarkCurve(b *testing.B) {
	server, err := curve.Generate()
	if err != nil {
		b.Fatal(err)
	}
	for _, tr := range append(own, reference...) {
		if !tr.encrypts || tr.name[len(tr.name)-3:] != "tcp" {
			continue
		}
		for _, size := range []int{100, 64 << 10, 100 << 20} {
			b.Run(fmt.Sprint(tr.name, "/", size), func(b *testing.B) { sealed(b, tr.network(), server, size) })
		}
	}
}

func sealed(b *testing.B, n transport.Network, server curve.KeyPair, size int) {
	settings := transport.Settings{HighWater: 1000, Curve: &transport.Curve{Pair: server, Server: server.Public()}}
	l, err := n.Listen("tcp://127.0.0.1:*", settings)
	if err != nil {
		b.Fatal(err)
	}
	received := transport.Receive(l)
	defer l.Close()
	go func() {
		for {
			r, err := received.Recv()
			if err != nil || l.Reply(r, [][]byte{nil}) != nil {
				return
			}
		}
	}()
	c, err := n.Dial(b.Context(), l.Endpoint(), settings)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	frames := [][]byte{make([]byte, size)}
	b.SetBytes(int64(size))
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
