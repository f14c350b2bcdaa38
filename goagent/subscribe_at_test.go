package goagent_test

import (
	"context"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/sockets"
	"github.com/pizco-go/pizco/wire"
)

// TestSubscribeAt listens to a bare PUB socket without a server for requests.
func TestSubscribeAt(t *testing.T) {
	ctx := limit(t)
	pub, err := (&sockets.Network{}).Publish("tcp://127.0.0.1:*", transport.Settings{HighWater: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer pub.Close()
	endpoint := pub.Endpoint()
	agent, err := goagent.NewAgent()
	if err != nil {
		t.Fatal(err)
	}
	defer agent.Close()
	heard := make(chan goagent.Notification, 10)
	for _, topic := range []string{"topic1", "other"} {
		if _, err := agent.SubscribeAt(ctx, endpoint, endpoint, topic, func(n goagent.Notification) { heard <- n }); err != nil {
			t.Fatal(err)
		}
		if err := pub.Wait(); err != nil {
			t.Fatal(err)
		}
		if s, ok, err := pub.Poll(); err != nil || !ok || !s.On {
			t.Fatalf("got %+v, %t, %v, want a subscription", s, ok, err)
		}
	}
	for _, topic := range []string{"topic2", "topic1"} {
		frames, err := wire.Protocol{}.Format(endpoint, topic, "you should know that", wire.NewID())
		if err != nil {
			t.Fatal(err)
		}
		if err := pub.Send(frames); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case n := <-heard:
		if n.Topic != "topic1" || n.Sender != endpoint || n.Content != "you should know that" {
			t.Errorf("got %+v", n)
		}
	case <-ctx.Done():
		t.Fatal("nothing came")
	}
	if _, err := agent.SubscribeAt(ctx, endpoint, "", "topic1", func(goagent.Notification) {}); err == nil {
		t.Error("an empty endpoint is taken")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := agent.SubscribeAt(ended, "tcp://127.0.0.1:1", "tcp://127.0.0.1:1", "x", func(goagent.Notification) {}); err == nil {
		t.Error("a publisher that is not there is taken")
	}
}
