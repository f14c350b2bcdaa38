package goagent

import (
	"errors"

	"github.com/pizco-go/pizco/goagent/internal/dialects"
	"github.com/pizco-go/pizco/goagent/internal/emission"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// errNoForms is why a server cannot have the dialect Any.
var errNoForms = errors.New("pizco/goagent: WithDialect(Any) needs the transport in Go: libzmq cannot send a notification in two forms")

// watchListener has the agent told of connections of an endpoint that have ended.
func (a *Agent) watchListener(settings transport.Settings, at *serving.Endpoint) transport.Settings {
	if a.clients != nil {
		settings.Left = func(connection string) { a.clients.Left(dialects.Client{At: at, Peer: connection}) }
	}
	return settings
}

// watchPublisher has the agent told of its subscribers.
func (a *Agent) watchPublisher(settings transport.Settings) transport.Settings {
	if a.clients != nil {
		settings.Subscribed, settings.Left = a.clients.Subscribed, a.clients.SubscriberLeft
		settings.Marks = dialects.IsStatusTopic
	}
	return settings
}

// clientDialect returns the dialect of the client of a request as far as it is known.
func (a *Agent) clientDialect(r *serving.Request) psmessage.Dialect {
	if r.Endpoint.Dialect != psmessage.Any {
		return r.Endpoint.Dialect
	}
	if d, known := a.clients.Dialect(dialects.Of(r)); known && d == psmessage.Develop {
		return psmessage.Develop
	}
	if isPython2(&r.Message) { // which release 0.1 does not run on
		return psmessage.Master
	}
	return psmessage.Release01
}

// isPython2 reports whether a request comes from Python 2, for which plain pickle is protocol 2.
func isPython2(m *wire.Message) bool {
	protocol, ok := m.PickleProtocol()
	return ok && m.Serializer == plainPickle && protocol == leastPlainPickle
}

// publishForms sends each subscriber the form that it reads, under each of the agent's keys.
func (a *Agent) publishForms(sender, topic string, body emission.Body) error {
	protocol, id := a.protocol(), wire.NewID()
	pub, _ := a.pub.(transport.FormPublisher) // which listen has made sure of
	for _, protocol.Key = range a.keys.Publishing() {
		plain, err := protocol.FormatBody(sender, topic, body.Plain, id)
		if err != nil {
			return err
		}
		develop, err := protocol.FormatBody(sender, topic, body.Develop, id)
		if err != nil {
			return err
		}
		a.published.Add(1)
		if err := pub.SendForms(develop, plain); err != nil {
			return err
		}
	}
	return nil
}

// sendOutcome publishes the outcome of a future. One that a client of develop waits for is sent to
// such clients alone, where they are known: older ones fail at the outcomes of others' futures.
func (a *Agent) sendOutcome(r *serving.Request, frames [][]byte) error {
	if pub, ok := a.pub.(transport.FormPublisher); ok && a.clients != nil && r.Endpoint.Dialect == psmessage.Any {
		if d, known := a.clients.Dialect(dialects.Of(r)); known && d == psmessage.Develop {
			a.published.Add(1)
			return pub.SendForms(frames, nil)
		}
	}
	return a.sendNotification(frames)
}

// publishStop announces to the clients of develop that the agent stops.
func (a *Agent) publishStop() {
	body, err := a.publishing().Encode(psmessage.StatusStop)
	for _, l := range a.listeners {
		if err == nil && l.Dialect.MayBeDevelop() {
			err = a.publishBody(l.Name, psmessage.TopicStatus, body)
		}
	}
	if err != nil {
		a.log.Debug("stop not announced", "error", err)
	}
}
