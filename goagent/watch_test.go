package goagent_test

import (
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
)

// heldUp is how long nothing must arrive at a receiver for it to count as held up.
const heldUp = 500 * time.Millisecond

// TestWatchLeftWhileBlocking leaves a loop for which notifications wait, which must not hold up
// what comes after them.
func TestWatchLeftWhileBlocking(t *testing.T) {
	b := newBusy()
	server, _ := serveBusy(t, b)
	p := dial(t, server.Endpoint(), goagent.WithSlotQueue(1, goagent.Block))
	// Its handler is called before the loop is given the same notification.
	arrived := make(chan struct{}, 1)
	_, err := p.Agent().Subscribe(limit(t), server.Endpoint(), "changed", func(goagent.Notification) {
		select {
		case arrived <- struct{}{}:
		default:
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	left, emitted := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(emitted)
		for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
			select {
			case <-left:
				tick.Stop()
				return
			default:
				b.Changed.Emit()
			}
		}
	}()
	for _, err := range p.Watch(limit(t), "changed") {
		if err != nil {
			t.Error(err)
		}
		for range 5 {
			select {
			case <-arrived:
			case <-time.After(heldUp): // the receiver is held up, which nothing tells
			}
		}
		break
	}
	close(left)
	<-emitted
	if _, err := p.Connect(limit(t), "changed", func() {}); err != nil {
		t.Error(err)
	}
}

// TestWatchBeginsAmidEmissions begins loops whose queues are full before their subscription is in
// force, which must not hold up the confirmation.
func TestWatchBeginsAmidEmissions(t *testing.T) {
	b := newBusy()
	server, _ := serveBusy(t, b)
	p := dial(t, server.Endpoint(), goagent.WithSlotQueue(1, goagent.Block))
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				b.Changed.Emit()
			}
		}
	}()
	defer func() {
		close(stop)
		<-stopped
	}()
	for range 10 {
		for _, err := range p.Watch(limit(t), "changed") {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
}
