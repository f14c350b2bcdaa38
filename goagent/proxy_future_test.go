package goagent

import (
	"errors"
	"testing"

	"github.com/pizco-go/pizco/goagent/object"
)

// TestPendingFutures loses connections before and after requests have been answered with their
// futures.
func TestPendingFutures(t *testing.T) {
	lost := errors.New("lost")
	outcome := func(f *object.Future) error {
		select {
		case <-f.Done():
			_, err := f.Result()
			return err
		default:
			return nil
		}
	}
	alive, dead := func() error { return nil }, func() error { return lost }
	var p pendingFutures
	for _, id := range []string{"registered", "waiting", "late", "early"} {
		p.expect(id)
	}
	registered := p.register("registered", alive)
	p.fail(lost)
	if err := outcome(registered); !errors.Is(err, lost) {
		t.Errorf("the future of a request that was answered ends with %v", err)
	}
	waiting := p.register("waiting", alive)
	if err := outcome(waiting); err != nil {
		t.Errorf("the future of a request that was still to be sent ends with %v", err)
	}
	late := p.register("late", dead) // by the connection that the others were lost with
	if err := outcome(late); !errors.Is(err, lost) {
		t.Errorf("a future that is registered after the loss ends with %v", err)
	}
	p.fail(lost)
	if err := outcome(waiting); !errors.Is(err, lost) {
		t.Errorf("the future ends with %v", err)
	}
	p.ending("early").Resolve(1) // the notification overtakes the answer
	early := p.register("early", alive)
	if v, err := early.Result(); v != 1 || err != nil {
		t.Errorf("a future that has ended before it was registered has %v, %v", v, err)
	}
	p.register("unknown", dead)
	if f := p.ending("another"); f != nil {
		t.Error("there is a future of a request of somebody else")
	}
	if len(p.byID) != 0 {
		t.Errorf("%d futures are left", len(p.byID))
	}
}
