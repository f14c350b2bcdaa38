package goagent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// forwardWait is how long a forwarded request waits for the server to be connected.
const forwardWait = 2 * time.Second

// Forwarder answers at endpoints of its own for a server somewhere else: in a lab's inner network, say, for clients outside. Clients need
// not know. Messages are passed on as they are but for the sender and the signature; each side has its own key and encryption.
type Forwarder struct {
	outer, inner *Agent
	server       *remote

	mu     sync.Mutex
	topics map[string]*Subscription // nil for one that could not be subscribed to yet
	loops  sync.WaitGroup
}

// Forward opens the endpoints of a Forwarder for the server at the endpoint target, to which it starts connecting: it does not wait for
// that. The first options are those of the side of the clients, such as WithEndpoint, WithAdvertisedEndpoint and WithKey, the second
// ones those of the side of the server, such as WithKey and WithCurvePeer.
//
// Requests that come while the server is not connected fail with a ConnectionError after two seconds, and those that were on
// their way when it was lost fail at once; both in the dialect of pizco 0.1. Requests to stop are not passed on.
// Signals are subscribed to at the server for as long as a client is to them here.
func Forward(target string, clients, server []Option) (*Forwarder, error) {
	outerConfig, innerConfig := defaultConfig(), defaultConfig()
	var errs []error
	for _, o := range clients {
		errs = append(errs, o.applyToAgent(&outerConfig))
	}
	for _, o := range server {
		errs = append(errs, o.applyToAgent(&innerConfig))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	outerConfig.refuseStop = true
	inner, err := openAgent(innerConfig)
	if err != nil {
		return nil, err
	}
	inner.start()
	f := &Forwarder{inner: inner, topics: map[string]*Subscription{}}
	if f.server, err = inner.remote(target); err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	if f.outer, err = openAgent(outerConfig); err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	f.outer.serve = f.serve
	f.outer.refuse = f.refuse
	f.outer.onTopic = f.topicChanged
	f.server.onStatusChange(func(s Status, _ error) {
		if s == Connected {
			f.loops.Go(f.subscribeMissing)
		}
	})
	f.outer.start()
	return f, nil
}

// Endpoint returns the name of the first endpoint, which is what clients dial.
func (f *Forwarder) Endpoint() string { return f.outer.Endpoint() }

// PubEndpoint returns the endpoint of the notifications.
func (f *Forwarder) PubEndpoint() string { return f.outer.PubEndpoint() }

// Status returns the state of the connection to the server.
func (f *Forwarder) Status() Status { return f.server.currentStatus() }

// Close ends the forwarding. Requests that are on their way are not answered.
func (f *Forwarder) Close() error {
	err := errors.Join(f.outer.Close(), f.inner.Close())
	f.loops.Wait()
	return err
}

// serve passes requests on, each in a goroutine of its own. What every agent answers, the outer one has answered, but for
// questions about features, of which this side has only what the server has too; and stopping is not for clients.
func (f *Forwarder) serve(in *incoming) bool {
	if in.content == contentStop {
		return false
	}
	switch {
	case !in.admit():
		f.refuse(in, errOverloaded)
	case isFeatureQuery(in.content):
		in.inBackground(func() { f.answerFeatures(in) })
	default:
		in.inBackground(func() { f.pass(in) })
	}
	return true
}

// pass takes a request to the server and its answer back. What the client has subscribed to before is in force by then.
func (f *Forwarder) pass(in *incoming) {
	if err := f.outer.takeSubscriptions(); err != nil {
		f.outer.ended("subscriptions", err)
	}
	answer, err := f.ask(in)
	if err != nil {
		f.fail(in, err)
		return
	}
	protocol := in.protocol()
	protocol.Serializer = answer.Serializer
	frames, err := protocol.FormatBody(in.at.name, answer.Topic, answer.Body, answer.ID)
	if err != nil {
		f.fail(in, err)
		return
	}
	in.send(frames)
}

func (f *Forwarder) ask(in *incoming) (wire.Message, error) {
	limited, cancel := context.WithTimeout(f.outer.ctx, forwardWait)
	_, err := f.server.link(limited)
	cancel()
	if err != nil {
		return wire.Message{}, err
	}
	protocol := f.inner.protocol()
	protocol.Serializer = in.msg.Serializer
	frames, err := protocol.FormatBody(f.inner.Endpoint(), in.msg.Topic, in.msg.Body, in.msg.ID)
	if err != nil {
		return wire.Message{}, err
	}
	answer, _, err := f.server.exchangeFrames(f.outer.ctx, frames, in.msg.ID)
	return answer, err
}

// fail answers a request that has no answer. What a server could not read is told so in the way of servers.
func (f *Forwarder) fail(in *incoming, err error) {
	var rejected *RejectedError
	if _, _, ok := parsePSMessage(in.content); !ok || errors.As(err, &rejected) {
		in.reject(err)
		return
	}
	f.outer.log.Warn("request not forwarded", "peer", in.msg.Sender, "id", in.msg.ID, "error", err)
	f.refuse(in, ConnectionError.New(fmt.Sprintf("the server behind %s cannot be reached", in.at.name)))
}

// refuse answers a request with an exception.
func (f *Forwarder) refuse(in *incoming, reason error) {
	var exception any = exceptionDescription(reason, false)
	if in.msg.IsPickle() {
		exception = picklable(reason, false, pythonOf(&in.msg))
	}
	if err := in.reply(py.Tuple{psMessage, answerRaise, exception}); err != nil {
		in.reject(err)
	}
}

// answerFeatures tells what both this side and the server can do. Subscriptions are confirmed here.
func (f *Forwarder) answerFeatures(in *incoming) {
	limited, cancel := context.WithTimeout(f.outer.ctx, forwardWait)
	defer cancel()
	names := py.NewList(featureConfirm)
	for _, feature := range []string{featureCancel, featureGetattr, featureDescribe} {
		has, err := f.server.has(limited, feature)
		if err != nil {
			in.reject(err)
			return
		}
		if has {
			names.Append(feature)
		}
	}
	in.answer(py.StrDict(py.Item{Key: featuresName, Value: names}))
}

// topicChanged subscribes to a topic at the server when its first client comes, and ends that with the last.
func (f *Forwarder) topicChanged(topic string, subscribers int) {
	f.mu.Lock()
	subscription, known := f.topics[topic]
	switch {
	case subscribers > 0 && !known:
		f.topics[topic] = nil
	case subscribers == 0:
		delete(f.topics, topic)
	}
	f.mu.Unlock()
	switch {
	case subscribers > 0 && !known:
		f.subscribe(topic)
	case subscribers == 0 && subscription != nil:
		if err := subscription.Cancel(); err != nil {
			f.outer.log.Debug("not unsubscribed", "topic", topic, "error", err)
		}
	}
}

// subscribe subscribes at the server and returns when that is in force, or cannot be now: then it is done when the server is back.
func (f *Forwarder) subscribe(topic string) {
	limited, cancel := context.WithTimeout(f.outer.ctx, forwardWait)
	defer cancel()
	subscription, err := f.server.notifications.addRaw(limited, topic, f.publish)
	if err == nil && f.keep(topic, subscription) {
		err = f.server.notifications.confirm(limited)
	}
	if err != nil && f.outer.ctx.Err() == nil {
		f.outer.log.Warn("not subscribed", "topic", topic, "error", err)
	}
}

// keep notes a subscription, or ends it when nobody wants it by now or there is another.
func (f *Forwarder) keep(topic string, subscription *Subscription) bool {
	f.mu.Lock()
	other, wanted := f.topics[topic]
	kept := wanted && other == nil
	if kept {
		f.topics[topic] = subscription
	}
	f.mu.Unlock()
	if !kept {
		_ = subscription.Cancel() // fails only when the forwarder is closed
	}
	return kept
}

// subscribeMissing subscribes to what could not be subscribed to before.
func (f *Forwarder) subscribeMissing() {
	f.mu.Lock()
	var missing []string
	for topic, subscription := range f.topics {
		if subscription == nil {
			missing = append(missing, topic)
		}
	}
	f.mu.Unlock()
	for _, topic := range missing {
		f.subscribe(topic)
	}
}

// publish passes a notification of the server on, under each name of this side.
func (f *Forwarder) publish(msg *wire.Message) {
	protocol := f.outer.protocol()
	protocol.Serializer = msg.Serializer
	for _, l := range f.outer.listeners {
		err := f.outer.publishWith(protocol, l.name, msg.Topic, msg.Body, msg.ID)
		if err != nil && f.outer.ctx.Err() == nil {
			f.outer.log.Warn("notification not forwarded", "topic", msg.Topic, "error", err)
		}
	}
}
