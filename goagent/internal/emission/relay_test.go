package emission

import (
	"testing"
	"time"

	"github.com/pizco-go/pizco/wire"
)

// TestRelay has notifications come while requests are on their way. Each is sent once the
// replies to all requests begun before it have been sent. It does not wait for later requests, and
// the order is kept.
func TestRelay(t *testing.T) {
	sent := make(chan string, 10)
	r := NewRelay(func(msg *wire.Message) { sent <- msg.Topic })
	defer r.Close()
	r.hold = time.Hour
	r.Publish(&wire.Message{Topic: "before"})
	if got := <-sent; got != "before" || len(r.waiting) > 0 {
		t.Errorf("%s is sent, with nothing on its way", got)
	}
	first, second := r.Begin(), r.Begin()
	r.Publish(&wire.Message{Topic: "a"})
	third := r.Begin()
	r.Publish(&wire.Message{Topic: "b"})
	second()
	first()
	if got := <-sent; got != "a" {
		t.Errorf("%s is sent", got)
	}
	r.mu.Lock()
	if n := len(r.waiting); n != 1 || r.waiting[0].behind != 1 {
		t.Errorf("%d wait", n)
	}
	r.mu.Unlock()
	third()
	if got := <-sent; got != "b" {
		t.Errorf("%s is sent", got)
	}
}

// TestRelayIsBounded has a notification come during a request that takes long, and many:
// they leave all the same.
func TestRelayIsBounded(t *testing.T) {
	sent := make(chan int, 2*mostHeld)
	r := NewRelay(func(msg *wire.Message) { sent <- len(msg.Body) })
	defer r.Close()
	defer r.Begin()()
	r.Publish(&wire.Message{Body: []byte("1")})
	if got := <-sent; got != 1 {
		t.Error(got)
	}
	r.mu.Lock()
	r.hold = time.Hour
	r.mu.Unlock()
	for n := range mostHeld + 1 {
		r.Publish(&wire.Message{Body: make([]byte, n)})
	}
	if got := <-sent; got != 0 {
		t.Error(got)
	}
	r.Publish(&wire.Message{Body: make([]byte, mostHeldBytes)})
	for want := 1; want <= mostHeld; want++ {
		if got := <-sent; got != want {
			t.Fatalf("%d is sent, want %d", got, want)
		}
	}
}
