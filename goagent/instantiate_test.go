package goagent_test

import (
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
)

// TestInstantiateOnce has two clients ask at once a server that carries out calls side by side.
func TestInstantiateOnce(t *testing.T) {
	making, made := make(chan struct{}, 2), make(chan struct{})
	server, err := goagent.Serve(nil, goagent.WithConcurrency(0), goagent.WithClass("lab.Busy", func() *busy {
		making <- struct{}{}
		<-made
		return newBusy()
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	p := dial(t, server.Endpoint())
	outcomes := make(chan error, 2)
	for range 2 {
		go func() { outcomes <- p.Instantiate(limit(t), "lab.Busy") }()
	}
	<-making
	select {
	case <-making:
		t.Error("two are made at once")
	case <-time.After(prompt / 50): // nothing tells that the other waits
	}
	close(made)
	if first, second := <-outcomes, <-outcomes; (first == nil) == (second == nil) {
		t.Errorf("instantiated twice: %v, %v", first, second)
	}
}
