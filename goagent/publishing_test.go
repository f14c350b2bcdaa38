package goagent_test

import (
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/wire"
)

// TestNotificationProtocol publishes in plain pickle to subscribers. Some of them only know pickle
// protocols up to 2 or 3.
func TestNotificationProtocol(t *testing.T) {
	ctx := limit(t)
	for _, tt := range []struct {
		name   string
		shown  []int // protocols of requests in plain pickle
		server wire.Protocol
		want   int
	}{
		{"nobody has asked", nil, wire.Protocol{}, 4},
		{"Python 3.8", []int{5}, wire.Protocol{}, 4},
		{"Python 2.7", []int{5, 2, 4}, wire.Protocol{}, 2},
		{"Python 3.3", []int{3, 4}, wire.Protocol{}, 3},
		{"protocol 1", []int{1}, wire.Protocol{}, 2},
		{"a server of protocol 5", []int{4}, wire.Protocol{PlainPickle: 5}, 4},
		{"a named protocol", []int{2}, wire.Protocol{Serializer: "pickle4"}, 4},
	} {
		server, err := goagent.NewAgent(goagent.WithProtocol(tt.server))
		if err != nil {
			t.Fatal(err)
		}
		heard := make(chan *wire.Message, 1000)
		listener := dial(t, server.Endpoint(), goagent.WithProtocol(wire.Protocol{PlainPickle: 5}))
		if err := goagent.SubscribeRaw(ctx, listener, "news", func(m *wire.Message) { heard <- m }); err != nil {
			t.Fatal(err)
		}
		for _, shown := range tt.shown {
			asker := dial(t, server.Endpoint(), goagent.WithProtocol(wire.Protocol{PlainPickle: shown}))
			if _, err := goagent.Exchange(ctx, asker, "x", wire.NewID()); err != nil {
				t.Fatal(err)
			}
		}
		again := time.NewTicker(10 * time.Millisecond)
		for m := (*wire.Message)(nil); m == nil; { // the subscription may not be in force yet
			if err := server.Publish("news", []any{1, "two", []byte("three")}); err != nil {
				t.Fatal(err)
			}
			select {
			case m = <-heard:
				if got, _ := m.PickleProtocol(); got != tt.want {
					t.Errorf("%s: published in protocol %d, want %d", tt.name, got, tt.want)
				}
			case <-again.C:
			case <-ctx.Done():
				t.Fatal(tt.name, ": nothing came")
			}
		}
		again.Stop()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
}
