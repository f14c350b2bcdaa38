package goagent_test

import (
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// BenchmarkCall measures a call of a Go proxy to a Go server. BenchmarkRoundTrip of the transport
// has the yardstick: the same five frames over bare sockets.
func BenchmarkCall(b *testing.B) {
	for _, endpoint := range []string{"tcp://127.0.0.1:0", "ipc://" + b.TempDir() + "/s", "inproc://benchmark"} {
		b.Run(endpoint[:3], func(b *testing.B) { benchmarkCall(b, endpoint, 1) })
	}
	b.Run("tcp64", func(b *testing.B) { benchmarkCall(b, "tcp://127.0.0.1:0", 64) })
}

func benchmarkCall(b *testing.B, endpoint string, parallelism int) {
	s, err := goagent.Serve(object.New("Echo").Method("same", func(n int) int { return n }), goagent.WithEndpoint(endpoint))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	p, err := goagent.Dial(b.Context(), s.Endpoint())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	call := func(n int) {
		var got int
		if err := p.Call(b.Context(), &got, "same", n); err != nil || got != n {
			b.Errorf("same(%d) = %d, %v", n, got, err)
		}
	}
	if parallelism == 1 {
		for n := range b.N {
			call(n)
		}
		return
	}
	b.SetParallelism(parallelism / 2)
	b.RunParallel(func(pb *testing.PB) {
		for n := 0; pb.Next(); n++ {
			call(n)
		}
	})
}
