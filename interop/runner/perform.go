package runner

import (
	"context"
	"errors"
	"fmt"

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
		if step.Reads != "" {
			params["reads"] = step.Reads
		}
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
