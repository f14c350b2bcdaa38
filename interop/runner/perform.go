package runner

import (
	"context"
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/peer"
	"github.com/pizco-go/pizco/interop/suite"
	"github.com/pizco-go/pizco/interop/value"
)

// defaultEventsMS is how long events are waited for.
const defaultEventsMS = 3000

// rawOnly reports whether the suite itself is the only client.
func (x *execution) rawOnly() bool {
	for i := range x.c.Steps {
		if op := x.c.Steps[i].Op; op != "raw" && !isServerOp(op) {
			return false
		}
	}
	return true
}

// perform does one step and returns what it came to.
func (x *execution) perform(ctx context.Context, step *suite.Step) (Outcome, error) {
	switch step.Op {
	case "connect":
		return x.open(ctx, step.Conn, step.TimeoutMS)
	case "disconnect":
		conn := x.connName(step.Conn)
		x.mu.Lock()
		delete(x.conns, step.Conn)
		x.mu.Unlock()
		return x.outcome(ctx, x.client, "disconnect", peer.Params{"conn": conn})
	case "raw":
		return x.raw(ctx, step.Raw)
	case "publish":
		if x.adversary == nil {
			return Outcome{}, errors.New("only an adversary publishes")
		}
		return Outcome{Kind: "done"}, x.adversary.publish(ctx, step.Raw)
	}
	params := x.params(step)
	if isServerOp(step.Op) {
		params["server"] = x.served.id
		return x.outcome(ctx, x.server, step.Op, params)
	}
	conn := x.connName(step.Conn)
	if conn == "" {
		return Outcome{}, fmt.Errorf("no connection %q", step.Conn)
	}
	params["conn"] = conn
	return x.outcome(ctx, x.client, step.Op, params)
}

// params returns the members of the request for a step.
func (x *execution) params(step *suite.Step) peer.Params {
	params := peer.Params{}
	if step.Name != "" {
		params["name"] = step.Name
	}
	switch step.Op {
	case "call", "start", "instantiate":
		params["args"], params["kwargs"] = items(step.Args), step.Kwargs
	case "act":
		params["args"] = items(step.Args)
	case "set", "poke", "setitem":
		params["value"] = step.Value
	case "send":
		params["content"] = step.Value
	case "subscribe":
		params["arity"] = step.Arity
	case "events":
		params["count"], params["timeout_ms"] = len(step.Expectation(x.cell).Events), defaultEventsMS
		if len(step.Expectation(x.cell).Events) == 0 {
			params["timeout_ms"] = 0
		}
	}
	if step.Key.Tag != "" {
		params["key"] = step.Key
	}
	if step.Future != "" {
		params["future"] = step.Future
	}
	if step.Slot != "" {
		params["slot"] = step.Slot
	}
	return params
}

func items(values []value.Value) []value.Value {
	if values == nil {
		return []value.Value{}
	}
	return values
}

// settle waits until all that a connection has subscribed to so far is in force. Subscriptions of a connection arrive
// in order: it subscribes to one signal more, which the server then emits until an event comes through.
func (x *execution) settle(ctx context.Context, connection string) error {
	conn, slot, probe := x.connName(connection), x.worker.unique("probe"), frames.ProbeTopic(connection)
	client := func(op string, params peer.Params) (Outcome, error) {
		params["conn"], params["slot"] = conn, slot
		return x.outcome(ctx, x.client, op, params)
	}
	x.served.record.Label(frames.Hidden)
	if o, err := client("subscribe", peer.Params{"name": probe, "arity": 3}); err != nil || o.Kind == "failed" {
		return errors.Join(err, failure(o))
	}
	for n := int64(1); ; n++ {
		if n > 400 {
			return errors.New("a subscription does not come into force")
		}
		act := peer.Params{"server": x.served.id, "name": "send_probe", "args": []value.Value{value.OfInt(n), value.OfString(probe)}}
		if err := x.do(ctx, x.server, "act", act, nil); err != nil {
			return err
		}
		o, err := client("events", peer.Params{"count": 1, "timeout_ms": min(5*n, 50)})
		if err != nil {
			return err
		}
		for len(o.Value.Items) > 0 && !isLast(o, n) {
			// Later ones may be on their way, unless the server was just changing over from an old subscription.
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

// isLast reports whether the last of some events is the nth probe. When it is, none is on its way any more: one that
// arrives after its slot has gone disturbs the original.
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
