package goagent_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
)

// TestPubEndpointIsChecked dials servers that announce an endpoint for notifications that a client
// must not connect to. The client does not connect, and the error says so.
func TestPubEndpointIsChecked(t *testing.T) {
	folder := t.TempDir()
	client, err := goagent.NewAgent()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	for name, pub := range map[string]string{
		"ipc": "ipc://" + folder + "/a", "inproc": "inproc://a", "pgm": "pgm://127.0.0.1;239.192.1.1:5555", "another host": "tcp://192.0.2.1:5555",
	} {
		s := serve(t, newInstrument(), goagent.WithPubEndpoint("tcp://127.0.0.1:0", goagent.As(pub)))
		_, err = client.Subscribe(limit(t), s.Endpoint(), "topic", func(goagent.Notification) {})
		var failure *goagent.NotificationsError
		if !errors.As(err, &failure) || !strings.Contains(err.Error(), pub+" is not connected to") {
			t.Errorf("%s: %v", name, err)
		}
		p := dial(t, s.Endpoint())
		var got string
		if err := p.Get(limit(t), &got, "name"); err != nil || got != "thermometer" {
			t.Errorf("%s: what needs no notifications: %q, %v", name, got, err)
		}
	}
}

// TestWithPubHosts wants hosts that are not empty.
func TestWithPubHosts(t *testing.T) {
	if a, err := goagent.NewAgent(goagent.WithPubHosts("")); err == nil {
		a.Close()
		t.Error("an empty host is taken")
	}
}
