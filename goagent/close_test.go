package goagent_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
)

// prompt bounds what must not wait for a peer or for the user's code.
const prompt = 5 * time.Second

// busy is an object with a method that takes as long as it likes.
type busy struct {
	Changed          goagent.Signal
	entered, release chan struct{}
	quit             func() error
}

func newBusy() *busy { return &busy{entered: make(chan struct{}), release: make(chan struct{})} }

func (b *busy) Work() {
	close(b.entered)
	<-b.release
}

func (b *busy) Quit() error { return b.quit() }

// serveBusy serves the object and returns a proxy of it.
func serveBusy(t *testing.T, b *busy) (*goagent.Server, *goagent.Proxy) {
	t.Helper()
	server, err := goagent.Serve(b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server, dial(t, server.Endpoint())
}

func TestClosingWaitsForNoCall(t *testing.T) {
	for name, end := range map[string]func(*goagent.Server) error{
		"Close": (*goagent.Server).Close,
		"Shutdown": func(s *goagent.Server) error {
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			if err := s.Shutdown(ended); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBusy()
			server, p := serveBusy(t, b)
			failed := make(chan error, 1)
			go func() { failed <- p.Call(limit(t), nil, "work") }()
			<-b.entered
			t.Cleanup(func() { close(b.release) })
			closed := make(chan error, 1)
			go func() { closed <- end(server) }()
			select {
			case err := <-closed:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(prompt):
				t.Fatal("it waits for the call")
			}
			if err := <-failed; err == nil {
				t.Error("the call was answered")
			}
		})
	}
}

func TestCallClosesItsServer(t *testing.T) {
	b := newBusy()
	server, p := serveBusy(t, b)
	b.quit = server.Close
	if err := p.Call(limit(t), nil, "quit"); err == nil {
		t.Error("the call was answered")
	}
	if err := server.Wait(limit(t)); err != nil {
		t.Error(err)
	}
}

func TestStopLeavesSignals(t *testing.T) {
	b := newBusy()
	server, p := serveBusy(t, b)
	if _, err := p.Connect(limit(t), "changed", func() {}); err != nil {
		t.Fatal(err)
	}
	if n := b.Changed.Connections(); n != 1 {
		t.Fatalf("%d connections to the signal", n)
	}
	if err := p.StopServer(limit(t)); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(limit(t)); err != nil {
		t.Error(err)
	}
	if n := b.Changed.Connections(); n != 0 {
		t.Errorf("%d connections to the signal of a stopped server", n)
	}
}
