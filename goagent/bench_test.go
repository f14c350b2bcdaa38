package goagent_test

import (
	"context"
	"fmt"
	"testing"
	"time"

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

// BenchmarkCallContext measures what the context of a call costs: none that ends, one that all
// calls share, and a deadline for each call, as most programs have.
func BenchmarkCallContext(b *testing.B) {
	shared := func(b *testing.B) func() (context.Context, context.CancelFunc) {
		return func() (context.Context, context.CancelFunc) { return b.Context(), func() {} }
	}
	background := func(*testing.B) func() (context.Context, context.CancelFunc) {
		return func() (context.Context, context.CancelFunc) { return context.Background(), func() {} }
	}
	deadline := func(b *testing.B) func() (context.Context, context.CancelFunc) {
		return func() (context.Context, context.CancelFunc) { return context.WithTimeout(b.Context(), time.Minute) }
	}
	for _, parallelism := range []int{1, 64} {
		for _, tt := range []struct {
			name    string
			context func(*testing.B) func() (context.Context, context.CancelFunc)
		}{{"background", background}, {"shared", shared}, {"deadline", deadline}} {
			b.Run(fmt.Sprintf("%s%d", tt.name, parallelism), func(b *testing.B) {
				benchmarkCallIn(b, "tcp://127.0.0.1:0", parallelism, tt.context(b))
			})
		}
	}
}

func benchmarkCall(b *testing.B, endpoint string, parallelism int) {
	shared := func() (context.Context, context.CancelFunc) { return b.Context(), func() {} }
	benchmarkCallIn(b, endpoint, parallelism, shared)
}

// benchmarkCallIn makes calls, each in a context of its own.
func benchmarkCallIn(b *testing.B, endpoint string, parallelism int, contextOf func() (context.Context, context.CancelFunc)) {
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
		ctx, cancel := contextOf()
		defer cancel()
		var got int
		if err := p.Call(ctx, &got, "same", n); err != nil || got != n {
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
