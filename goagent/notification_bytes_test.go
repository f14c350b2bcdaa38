package goagent_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/wire"
)

// notifyingRequests are requests to an instrument. One notification follows each.
var notifyingRequests = []struct {
	request string
	raises  bool // an exception, which the original cannot write in json
}{
	{`('PSMessage', 'exec', {'name': 'measure', 'method': '__call__', 'args': (1,)})`, false},
	{`('PSMessage', 'exec', {'name': 'measure', 'method': '__call__', 'args': (1, 'a', [2.5, None])})`, false},
	{`('PSMessage', 'exec', {'name': 'measure', 'method': '__call__', 'args': ((1, 2), {'k': (3,)}, True)})`, false},
	{`('PSMessage', 'exec', {'name': 'sound_alarm', 'method': '__call__', 'args': (1,)})`, false},
	{`('PSMessage', 'setattr', {'name': 'temperature', 'value': 25})`, false},
	{`('PSMessage', 'setattr', {'name': 'temperature', 'value': 25.5})`, false},
	{`('PSMessage', 'exec', {'name': 'think', 'method': '__call__', 'args': ('six by nine', 0.1)})`, false},
	{`('PSMessage', 'exec', {'name': 'think', 'method': '__call__', 'args': ([1, ('é',)], 0.1)})`, false},
	{`('PSMessage', 'exec', {'name': 'think_in_vain', 'method': '__call__', 'args': (0.1,)})`, true},
}

// compareNotifications compares the notifications of signals and futures of the original and of a
// Go server.
func compareNotifications(t *testing.T, original, server, serializer string) {
	t.Helper()
	theirs, ours := newListener(t, original, serializer), newListener(t, server, serializer)
	for _, tt := range notifyingRequests {
		if tt.raises && serializer == "json" {
			continue
		}
		id := wire.NewID() // which the notification of a future holds
		want, got := theirs.ask(t, tt.request, id), ours.ask(t, tt.request, id)
		if got.Topic != want.Topic || got.Serializer != want.Serializer || !bytes.Equal(got.Body, want.Body) {
			t.Errorf("%s: Go publishes\n%s %s %q, the original\n%s %s %q", tt.request,
				got.Topic, got.Serializer, got.Body, want.Topic, want.Serializer, want.Body)
		}
	}
}

// listener asks a server and hears what it publishes.
type listener struct {
	proxy *goagent.Proxy
	heard chan *wire.Message
}

// probe makes the server publish, which shows that subscriptions are in force. The original's
// server cannot confirm them.
const probe = `('PSMessage', 'exec', {'name': 'measure', 'method': '__call__', 'args': ('probe',)})`

func newListener(t *testing.T, endpoint, serializer string) *listener {
	t.Helper()
	l := &listener{dial(t, endpoint, goagent.WithSerializer(serializer)), make(chan *wire.Message, 100)}
	ctx := limit(t)
	for _, topic := range []string{"temperature_changed", "alarm", "__future__", "measured"} {
		if err := goagent.SubscribeRaw(ctx, l.proxy, topic, func(m *wire.Message) {
			if !bytes.Contains(m.Body, []byte("probe")) || len(l.heard) == 0 {
				l.heard <- m
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		if _, err := goagent.Exchange(ctx, l.proxy, literal(t, probe), wire.NewID()); err != nil {
			t.Fatal(err)
		}
		select {
		case <-l.heard:
			return l
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("nothing is published")
		}
	}
}

// ask sends a request and returns the notification that follows.
func (l *listener) ask(t *testing.T, request, id string) *wire.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := goagent.Exchange(ctx, l.proxy, literal(t, request), id); err != nil {
		t.Fatal(request, err)
	}
	for {
		select {
		case m := <-l.heard:
			isOther := m.Topic == "__future__" && !bytes.Contains(m.Body, []byte(id))
			if !isOther && !bytes.Contains(m.Body, []byte("probe")) {
				return m
			}
		case <-ctx.Done():
			t.Fatal("no notification after ", request)
		}
	}
}
