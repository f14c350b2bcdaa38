package transport_test

import (
	"errors"
	"net"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// readingGoesOn has whoever serves never come back from the first request: the next one of the
// same connection comes all the same once the reading goes on, and Close does not wait.
func readingGoesOn(t *testing.T, b *bench) {
	t.Helper()
	l, err := b.Listen(b.endpoint, b.settings)
	if err != nil {
		t.Fatal(err)
	}
	release := make(chan struct{})
	defer close(release)
	come := make(chan string)
	var polling sync.Mutex
	l.Serve(func(reading *transport.Reading) {
		for {
			polling.Lock()
			r, ok, _ := l.Poll()
			polling.Unlock()
			if !ok {
				return
			}
			if text := string(r.Frames[0]); text == "slow" {
				reading.GoOn()
				reading.GoOn() // which does nothing more
				come <- text
				<-release
			} else {
				come <- text
			}
		}
	})
	c := b.dial(t, l.Endpoint())
	for tag, text := range []string{"slow", "next", "last"} {
		if err := c.Send(b.limit(t), uint32(tag), [][]byte{[]byte(text)}); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-come:
			if got != text {
				t.Errorf("%q has come, want %q", got, text)
			}
		case <-b.limit(t).Done():
			t.Fatalf("%q does not come", text)
		}
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// closedWhileServed closes a listener in what is told of a request, and by another goroutine
// while that does not come back.
func closedWhileServed(t *testing.T, b *bench) {
	t.Helper()
	for _, inside := range []bool{true, false} {
		l, err := b.Listen(b.endpoint, b.settings)
		if err != nil {
			t.Fatal(err)
		}
		var polling sync.Mutex
		release, called, closed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		l.Serve(func(*transport.Reading) {
			polling.Lock()
			_, ok, _ := l.Poll()
			polling.Unlock()
			if !ok {
				return
			}
			if inside {
				closed <- l.Close()
			}
			close(called)
			<-release
		})
		c := b.dial(t, l.Endpoint())
		if err := c.Send(b.limit(t), 1, [][]byte{[]byte("x")}); err != nil {
			t.Fatal(err)
		}
		select {
		case <-called:
		case <-b.limit(t).Done():
			t.Fatal("the request does not come, or Close does not return")
		}
		if !inside {
			go func() { closed <- l.Close() }()
		}
		select {
		case err := <-closed:
			if err != nil {
				t.Error(err)
			}
		case <-b.limit(t).Done():
			t.Fatal("Close does not return")
		}
		close(release)
		polling.Lock()
		if _, ok, err := l.Poll(); ok || !errors.Is(err, net.ErrClosed) {
			t.Errorf("a closed listener polls %v, %v", ok, err)
		}
		polling.Unlock()
	}
}
