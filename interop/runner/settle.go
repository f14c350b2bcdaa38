package runner

import (
	"context"
	"errors"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/peer"
	"github.com/pizco-go/pizco/interop/value"
)

// settles reports whether settle can be used.
func (s *session) settles() bool {
	return s.cell.Notifies() && s.client.Offers("subscribe") && s.client.Offers("events") && s.server.Offers("act")
}

// settle waits until all that a connection has subscribed to so far is in force. Subscriptions of a
// connection arrive in order: it subscribes to one signal more, which the server then emits until
// an event comes through.
func (s *session) settle(ctx context.Context, v *served, conn string) error {
	slot, probe := s.worker.unique("probe"), frames.ProbeTopic(v.settled)
	v.settled++
	client := func(op string, params peer.Params) (Outcome, error) {
		params["conn"], params["slot"] = conn, slot
		return s.outcome(ctx, s.client, op, params)
	}
	v.record.Label(frames.Hidden)
	if o, err := client("subscribe", peer.Params{"name": probe, "arity": 3}); err != nil || o.Kind == "failed" {
		return errors.Join(err, failure(o))
	}
	for n := int64(1); ; n++ {
		if n > 400 {
			return errors.New("a subscription does not come into force")
		}
		act := peer.Params{"server": v.id, "name": "send_probe", "args": []value.Value{value.OfInt(n), value.OfString(probe)}}
		if err := s.do(ctx, s.server, "act", act, nil); err != nil {
			return err
		}
		o, err := client("events", peer.Params{"count": 1, "timeout_ms": min(5*n, 50)})
		if err != nil {
			return err
		}
		for len(o.Value.Items) > 0 && !isLast(o, n) {
			// Later ones may be on their way, unless the server was just changing over from an old
			// subscription.
			if o, err = client("events", peer.Params{"count": 1, "timeout_ms": 50}); err != nil {
				return err
			}
		}
		if isLast(o, n) {
			break
		}
	}
	o, err := client("unsubscribe", peer.Params{"name": probe})
	return errors.Join(err, failure(o))
}

// isLast reports whether the last of some events is the nth probe. When it is, none is on its way
// any more: one that arrives after its slot has gone disturbs the original.
func isLast(o Outcome, n int64) bool {
	events := o.Value.Items
	return len(events) > 0 && len(events[len(events)-1].Items) > 0 && events[len(events)-1].Items[0].Text == value.OfInt(n).Text
}

func failure(o Outcome) error {
	if o.Kind == "failed" {
		return errors.New(o.String())
	}
	return nil
}
