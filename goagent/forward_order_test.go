package goagent_test

import (
	"slices"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
)

// TestForwardKeepsTheOrder calls through a forwarder a server that publishes inside the call: what
// comes to the client is first the reply, then the notification.
func TestForwardKeepsTheOrder(t *testing.T) {
	s := serve(t, &emitter{}, goagent.WithSignalHold(0)) // so that notifications come before the reply, which none should
	o := &orderOf{more: make(chan struct{}, 10_000)}
	f := forward(t, s.Endpoint(), []goagent.Option{goagent.WithAgentRecorder(o.add)}, nil)
	f.SetHold(time.Hour)
	p := dial(t, f.Endpoint())
	if _, err := p.Connect(limit(t), "changed", func() {}); err != nil {
		t.Fatal(err)
	}
	o.mu.Lock()
	o.seen = nil
	o.mu.Unlock()
	const calls = 10
	var want []string
	for n := range calls {
		if err := p.Set(limit(t), "factor", n); err != nil {
			t.Fatal(err)
		}
		want = append(want, "reply", "changed")
		if got := o.wait(limit(t), t, len(want)); !slices.Equal(got, want) {
			t.Fatalf("sent %v, want %v", got, want)
		}
	}
}
