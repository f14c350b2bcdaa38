package goagent

import (
	"testing"
	"time"

	"github.com/pizco-go/pizco/wire"
)

// SetHold sets how long notifications wait at most at a forwarder.
func (f *Forwarder) SetHold(d time.Duration) {
	f.order.mu.Lock()
	defer f.order.mu.Unlock()
	f.order.hold = d
}

// TestForwardOrder has notifications come while requests are on their way. Each is sent once the
// replies to all requests begun before it have been sent. It does not wait for later requests, and
// the order is kept.
func TestForwardOrder(t *testing.T) {
	sent := make(chan string, 10)
	o := newForwardOrder(func(msg *wire.Message) { sent <- msg.Topic })
	defer o.close()
	o.hold = time.Hour
	o.publish(&wire.Message{Topic: "before"})
	if got := <-sent; got != "before" || len(o.waiting) > 0 {
		t.Errorf("%s is sent, with nothing on its way", got)
	}
	first, second := o.begin(), o.begin()
	o.publish(&wire.Message{Topic: "a"})
	third := o.begin()
	o.publish(&wire.Message{Topic: "b"})
	second()
	first()
	if got := <-sent; got != "a" {
		t.Errorf("%s is sent", got)
	}
	o.mu.Lock()
	if n := len(o.waiting); n != 1 || o.waiting[0].behind != 1 {
		t.Errorf("%d wait", n)
	}
	o.mu.Unlock()
	third()
	if got := <-sent; got != "b" {
		t.Errorf("%s is sent", got)
	}
}

// TestForwardOrderIsBounded has a notification come during a request that takes long, and many:
// they leave all the same.
func TestForwardOrderIsBounded(t *testing.T) {
	sent := make(chan int, 2*mostHeld)
	o := newForwardOrder(func(msg *wire.Message) { sent <- len(msg.Body) })
	defer o.close()
	defer o.begin()()
	o.publish(&wire.Message{Body: []byte("1")})
	if got := <-sent; got != 1 {
		t.Error(got)
	}
	o.mu.Lock()
	o.hold = time.Hour
	o.mu.Unlock()
	for n := range mostHeld + 1 {
		o.publish(&wire.Message{Body: make([]byte, n)})
	}
	if got := <-sent; got != 0 {
		t.Error(got)
	}
	o.publish(&wire.Message{Body: make([]byte, mostHeldBytes)})
	for want := 1; want <= mostHeld; want++ {
		if got := <-sent; got != want {
			t.Fatalf("%d is sent, want %d", got, want)
		}
	}
}
