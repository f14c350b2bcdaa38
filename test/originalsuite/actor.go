package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// publisher is what an Agent and a Server have in common.
type publisher interface {
	Endpoint() string
	PubEndpoint() string
	Publish(topic string, content any) error
	Close() error
}

// actor is an agent or server of Go in the place of one of the original's.
type actor struct {
	theatre *theatre
	number  int
	agent   publisher
	plain   *goagent.Agent // nil for a server
	example *example       // what a server serves, nil for none
}

var dialects = map[string]goagent.Dialect{"0.1": goagent.Release01, "master": goagent.Master}

// newAttributes is how many attributes the tests may add to what is served.
const newAttributes = 100

func (t *theatre) start(order message) (*actor, error) {
	a := &actor{theatre: t, number: order.Actor}
	rep, pub := order.Rep, order.Pub
	if rep == "" {
		rep = "tcp://127.0.0.1:0"
	}
	if pub == "" {
		pub = "tcp://127.0.0.1:0"
	}
	log := slog.New(slog.DiscardHandler)
	if order.Kind == "agent" {
		// An agent knows the pickle protocols of the Python whose agent it stands for.
		options := []goagent.AgentOption{goagent.WithEndpoint(rep), goagent.WithPubEndpoint(pub), goagent.WithLogger(log),
			goagent.WithProtocol(wire.Protocol{PlainPickle: order.Plain})}
		if slices.Contains(order.Hooks, "on_request") {
			options = append(options, goagent.WithRequestHandler(a.onRequest))
		}
		agent, err := goagent.NewAgent(options...)
		a.agent, a.plain = agent, agent
		return a, err
	}
	options := []goagent.ServeOption{goagent.WithEndpoint(rep), goagent.WithPubEndpoint(pub), goagent.WithLogger(log),
		goagent.WithDialect(dialects[order.Dialect]), goagent.WithNewAttributes(newAttributes)}
	if slices.Contains(order.Hooks, "inspect") {
		options = append(options, goagent.WithInterceptor(a.inspect))
	}
	if slices.Contains(order.Hooks, "force_as_object") {
		options = append(options, goagent.WithForceAsObject(a.hook("force_as_object")))
	}
	if slices.Contains(order.Hooks, "return_as_remote") {
		options = append(options, goagent.WithReturnAsRemote(a.hook("return_as_remote")))
	}
	var served any
	if order.Class != "" {
		options = append(options, goagent.WithClass(order.Class, func() *example { return a.newExample() }))
	} else {
		served = a.newExample()
	}
	server, err := goagent.Serve(served, options...)
	a.agent = server
	return a, err
}

func (a *actor) newExample() *example {
	a.example = newExample()
	return a.example
}

// onRequest has the test's own on_request answer.
func (a *actor) onRequest(_ context.Context, r *goagent.Request) (any, error) {
	value, err := encode(r.Content)
	if err != nil {
		return nil, err
	}
	return a.theatre.ask(message{Event: "request", Actor: a.number, Sender: r.Sender, Topic: r.Topic, MsgID: r.ID, Value: value})
}

// inspect has the test's own inspect answer.
func (a *actor) inspect(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
	if call.Action != "inspect" {
		return next(ctx, call)
	}
	return a.theatre.ask(message{Event: "hook", Actor: a.number, Name: "inspect"})
}

// hook has the test's own hook of that name say about an attribute's value.
func (a *actor) hook(name string) func(string, any) bool {
	return func(_ string, v any) bool {
		value, err := encode(v)
		if err != nil {
			value = ""
		}
		answer, err := a.theatre.ask(message{Event: "hook", Actor: a.number, Name: name, Value: value})
		yes, _ := answer.(bool)
		return err == nil && yes
	}
}

func (a *actor) carryOut(order message) (message, error) {
	switch order.Do {
	case "stop":
		return message{}, a.agent.Close()
	case "publish":
		v, err := decode(order.Value)
		if err != nil {
			return message{}, err
		}
		return message{}, a.agent.Publish(order.Topic, v)
	case "peek":
		return a.peek(order.Name)
	}
	if a.plain == nil {
		return message{}, fmt.Errorf("a server does not %q", order.Do)
	}
	switch order.Do {
	case "request":
		return a.request(order)
	case "subscribe":
		_, err := a.plain.SubscribeAt(context.Background(), order.Endpoint, order.Pub, order.Topic, a.notified(order.Handler))
		return message{}, err
	case "subscribers":
		return message{Count: a.plain.Subscribers(order.Topic)}, nil
	}
	return message{}, fmt.Errorf("no order %q", order.Do)
}

func (a *actor) request(order message) (message, error) {
	content, err := decode(order.Value)
	if err != nil {
		return message{}, err
	}
	var answer any
	if err := a.plain.Request(context.Background(), order.Endpoint, content, &answer); err != nil {
		return message{}, err
	}
	value, err := encode(answer)
	return message{Value: value}, err
}

func (a *actor) notified(handler int) func(goagent.Notification) {
	return func(n goagent.Notification) {
		value, err := encode(n.Content)
		if err != nil {
			return
		}
		a.theatre.write(message{Event: "notification", Actor: a.number, Handler: handler, Sender: n.Sender, Topic: n.Topic, MsgID: n.ID, Value: value})
	}
}

// peek looks at the served object itself: the value of an attribute, or how many slots a signal
// has.
func (a *actor) peek(name string) (message, error) {
	if a.example == nil {
		return message{}, fmt.Errorf("nothing is served")
	}
	v, err := a.example.peek(name)
	if err != nil {
		return message{}, err
	}
	graph, err := py.FromGo(v)
	if err != nil {
		return message{}, err
	}
	value, err := encode(graph)
	return message{Value: value}, err
}
