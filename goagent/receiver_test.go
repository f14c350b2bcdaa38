package goagent_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// TestCallEndsItsGoroutine has a method end the goroutine that carries it out, which reads the
// connection as well: the connection is read on.
func TestCallEndsItsGoroutine(t *testing.T) {
	called := make(chan struct{}, 1)
	s := serve(t, object.New("Ending").
		Method("end", func() { called <- struct{}{}; runtime.Goexit() }).
		Method("quick", func() {}))
	p := dial(t, s.Endpoint())
	for range 3 {
		ctx, cancel := context.WithCancel(limit(t))
		ended := make(chan error, 1)
		go func() { ended <- p.Call(ctx, nil, "end") }()
		<-called
		if err := p.Call(limit(t), nil, "quick"); err != nil {
			t.Fatal(err)
		}
		cancel() // nothing answers it
		if err := <-ended; err == nil {
			t.Error("a call that ended its goroutine was answered")
		}
	}
}

// TestHeartbeatDuringCall has a call take longer than the client waits for signs of life.
func TestHeartbeatDuringCall(t *testing.T) {
	const beat = 50 * time.Millisecond
	s := serve(t, object.New("Slow").Method("slow", func() { <-time.After(10 * beat) }))
	p := dial(t, s.Endpoint(), goagent.WithHeartbeat(beat))
	if err := p.Call(limit(t), nil, "slow"); err != nil {
		t.Errorf("the client has given the server up: %v", err)
	}
}
