package goagent

import (
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/emission"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// Publish sends a content to all that subscribe to the topic, under each name that the agent has.
// It does not wait for them: a subscriber that does not keep up loses notifications
// (WithHighWater). It mirrors Agent.publish.
func (a *Agent) Publish(topic string, content any) error {
	body, err := a.encodeNotification(topic, content)
	if err != nil {
		return err
	}
	return a.publishEncoded(topic, emission.Body{Plain: body})
}

// encodeNotification returns the content of a notification as it is sent, and tells the user that
// it will be.
func (a *Agent) encodeNotification(topic string, content any) ([]byte, error) {
	body, ok := a.encodeRaw(a.publishing(), content)
	if !ok {
		value, err := pyerr.FromGo(content)
		if err != nil {
			return nil, err
		}
		if body, err = a.publishing().Encode(value); err != nil {
			return nil, err
		}
	}
	a.announce(topic)
	return body, nil
}

// announce tells the user that a notification will be sent.
func (a *Agent) announce(topic string) {
	if tell := a.cfg.onPublish; tell != nil {
		tell(topic)
	}
}

// encodeRaw returns a content as a protocol writes it from Go values. It reports false when that is
// not to be, or something in them cannot be written.
func (a *Agent) encodeRaw(protocol wire.Protocol, content any) (body []byte, ok bool) {
	if !a.cfg.writesGo() || !protocol.WritesPickle() {
		return nil, false
	}
	body, err := protocol.Encode(pyerr.Raw(content))
	return body, err == nil
}

// publishEncoded sends a notification under each name that the agent has.
func (a *Agent) publishEncoded(topic string, body emission.Body) error {
	for _, l := range a.listeners {
		var err error
		switch {
		case body.Develop == nil || !l.Dialect.MayBeDevelop():
			err = a.publishBody(l.Name, topic, body.Plain)
		case l.Dialect == psmessage.Develop:
			err = a.publishBody(l.Name, topic, body.Develop)
		default:
			err = a.publishForms(l.Name, topic, body)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// leastPlainPickle is the highest pickle protocol of the oldest Python that peers run, 2.7.
const leastPlainPickle = 2

// publishing is the protocol of notifications: the agent's own. One publication goes to all
// subscribers, so a plain pickle is in the highest pickle protocol that each peer has shown to
// know: what its requests in plain pickle came in.
func (a *Agent) publishing() wire.Protocol {
	p := a.protocol()
	if known := int(a.plainPickle.Load()); known > 0 && (p.Serializer == "" || p.Serializer == plainPickle) {
		if p.PlainPickle == 0 {
			p.PlainPickle = wire.DefaultPlainPickle
		}
		p.PlainPickle = min(p.PlainPickle, known)
	}
	return p
}

const plainPickle = "pickle"

// learnProtocol notes what a request says of the pickle protocols that its sender knows. Plain
// pickle is the highest of them.
func (a *Agent) learnProtocol(m *wire.Message) {
	if m.Serializer != plainPickle {
		return
	}
	shown, ok := m.PickleProtocol()
	if !ok || shown >= wire.DefaultPlainPickle+1 {
		return
	}
	shown = max(shown, leastPlainPickle)
	for {
		known := a.plainPickle.Load()
		if known > 0 && int(known) <= shown || a.plainPickle.CompareAndSwap(known, int32(shown)) {
			return
		}
	}
}

func (a *Agent) publishBody(sender, topic string, body []byte) error {
	return a.publishWith(a.protocol(), sender, topic, body, wire.NewID())
}

// publishWith publishes in the serializer of the protocol, under each of the agent's keys.
func (a *Agent) publishWith(protocol wire.Protocol, sender, topic string, body []byte, id string) error {
	for _, protocol.Key = range a.keys.Publishing() {
		frames, err := protocol.FormatBody(sender, topic, body, id)
		if err != nil {
			return err
		}
		if err := a.sendNotification(frames); err != nil {
			return err
		}
	}
	return nil
}

func (a *Agent) sendNotification(frames [][]byte) error {
	a.published.Add(1)
	return a.pub.Send(frames)
}

func (a *Agent) receiveSubscriptions() {
	for {
		err := a.pub.Wait()
		if err == nil {
			err = a.takeSubscriptions()
		}
		if err != nil {
			a.ended("subscriptions", err)
			return
		}
	}
}

// takeSubscriptions takes up all changes of the subscriptions that have come. It is called before
// each call of a served object too, so that what a peer has subscribed to before it calls is in
// force.
func (a *Agent) takeSubscriptions() error {
	a.taking.Lock()
	defer a.taking.Unlock()
	for {
		s, ok, err := a.pub.Poll()
		if !ok || err != nil {
			return err
		}
		a.subscriptionChanged(s)
	}
}

// subscriptionChanged counts the subscribers of a topic. What is subscribed is the prefix of a
// header; one that is no whole header is not counted. It mirrors Agent._on_incoming_xpub.
func (a *Agent) subscriptionChanged(s transport.Subscription) {
	parts := strings.Split(s.Topic, "+")
	if len(parts) != 3 || parts[0] != wire.Magic {
		a.log.Debug("subscription ignored", "topic", s.Topic)
		return
	}
	sender, topic := parts[1], parts[2]
	if psmessage.IsConfirmation(topic) {
		switch {
		case s.On && a.onConfirm != nil:
			a.onConfirm(sender, topic)
		case s.On:
			a.confirmSubscriptions(sender, topic)
		}
		return
	}
	a.mu.Lock()
	count, ok := a.topics.Add(topic, s.On)
	a.mu.Unlock()
	if !ok {
		return
	}
	a.log.Debug("subscribers", "topic", topic, "count", count)
	if a.topicHandler != nil {
		a.topicHandler.Changed(topic, count)
	}
	if a.onTopic != nil {
		a.callOnTopic(topic, count)
	}
}

// callOnTopic survives panics of a served object's own signals.
func (a *Agent) callOnTopic(topic string, count int) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("signal panicked", "topic", topic, "panic", p)
		}
	}()
	a.onTopic(topic, count)
}

// confirmSubscriptions publishes the confirmation that a subscriber waits for.
func (a *Agent) confirmSubscriptions(sender, topic string) {
	for _, l := range a.listeners {
		if l.Name != sender {
			continue
		}
		body, err := a.protocol().Encode(nil)
		if err == nil {
			err = a.publishBody(sender, topic, body)
		}
		if err != nil {
			a.log.Error("subscription not confirmed", "error", err)
		}
		return
	}
}
