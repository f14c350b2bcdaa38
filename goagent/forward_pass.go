package goagent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// serve passes requests on, each in a goroutine of its own. The outer agent has already answered
// what every agent answers, except questions about features: the forwarder has only features that
// the server has too. Clients may not stop the server.
func (f *Forwarder) serve(r *serving.Request, to *serving.Responder, content any) bool {
	if content == psmessage.Stop {
		return false
	}
	switch {
	case !to.Admit():
		to.Raise(serving.ErrOverloaded)
	case psmessage.IsFeatureQuery(content):
		to.Background(func() { f.answerFeatures(to) })
	default:
		replied := f.order.Begin()
		to.Background(func() {
			defer replied()
			f.pass(r, to, content)
		})
	}
	return true
}

// pass takes a request to the server and its answer back. What the client has subscribed to before
// is in force by then, unless that are many topics.
func (f *Forwarder) pass(r *serving.Request, to *serving.Responder, asked any) {
	if err := f.outer.takeSubscriptions(); err != nil {
		f.outer.ended("subscriptions", err)
	}
	if err := f.checkRequest(asked); err != nil {
		to.Raise(object.NotLetIn("the request", err))
		return
	}
	f.topics.Settle(f.outer.ctx)
	answer, content, err := f.ask(r, asked)
	if err != nil {
		f.fail(r, to, asked, err)
		return
	}
	if err := f.values.Check(nil, content); err != nil {
		to.Raise(unforwardable(content, err))
		return
	}
	protocol := to.Protocol()
	answering := protocol.Answering(&answer)
	answering.Key = protocol.Key
	frames, err := answering.Format(r.At, answer.Topic, content, answer.ID)
	if err != nil {
		f.fail(r, to, asked, err)
		return
	}
	to.Send(frames)
}

// checkRequest returns why a request is not passed on, or nil. A peer of the original takes
// everything that equals the text 'stop' for a request to stop: that can be an object of many a
// class, so that one is only passed on within a PSMessage. For Python 2, which its development line
// still runs on, bytes can be such a text as well.
func (f *Forwarder) checkRequest(content any) error {
	switch v := content.(type) {
	case *py.Object:
		return &py.NotPlainError{Holds: "nothing but an object of " + v.Class().String()}
	case []byte, *py.ByteArray:
		return &py.NotPlainError{Holds: "nothing but " + py.TypeName(v)}
	}
	if err := f.checkMade(content); err != nil {
		return err
	}
	return f.values.Check(nil, content)
}

// ask has the server answer a request, which is written anew.
func (f *Forwarder) ask(r *serving.Request, asked any) (answer wire.Message, content any, err error) {
	limited, cancel := context.WithTimeout(f.outer.ctx, forwardWait)
	err = f.server.Await(limited)
	cancel()
	if err != nil {
		return wire.Message{}, nil, err
	}
	protocol := f.server.Protocol()
	asking := protocol.Answering(&r.Message)
	frames, err := asking.Format(f.inner.Endpoint(), r.Message.Topic, asked, r.Message.ID)
	if err != nil {
		return wire.Message{}, nil, err
	}
	answered, err := f.server.ExchangeFrames(f.outer.ctx, frames, r.Message.ID)
	if err != nil {
		return wire.Message{}, nil, err
	}
	err = protocol.Decode(&answered.Message, &content)
	return answered.Message, content, err
}

// unforwardable is the TypeError in place of an answer that is not passed on. Of an exception it
// has the text.
func unforwardable(content any, reason error) error {
	if action, options, ok := psmessage.Parse(content); ok && action == psmessage.AnswerRaise {
		if e, ok := pyerr.Parse(options); ok {
			return object.NotLetIn(fmt.Sprintf("the exception %s (%s)", e.Class, e.Message), reason)
		}
	}
	return object.NotLetIn("the answer", reason)
}

// fail answers a request that has no answer. What a server could not read is told so in the way of
// servers.
func (f *Forwarder) fail(r *serving.Request, to *serving.Responder, asked any, err error) {
	var rejected *RejectedError
	if _, _, ok := psmessage.Parse(asked); !ok || errors.As(err, &rejected) {
		to.Reject(err)
		return
	}
	f.outer.log.Warn("request not forwarded", "peer", r.Message.Sender, "id", r.Message.ID, "error", err)
	to.Raise(pyerr.ConnectionError.New(fmt.Sprintf("the server behind %s cannot be reached", r.At)))
}

// publish passes a notification of the server on, written anew under each name of this side.
func (f *Forwarder) publish(msg *wire.Message) {
	var content any
	if err := f.server.Protocol().Decode(msg, &content); err != nil {
		f.leftOut(msg.Topic, err)
		return
	}
	if err := f.values.Check(nil, content); err != nil {
		f.leftOut(msg.Topic, err)
		if content = refusedOutcome(msg, content, err); content == nil {
			return
		}
	}
	protocol := f.outer.protocol().Answering(msg)
	body, err := protocol.Encode(content)
	for _, l := range f.outer.listeners {
		if err == nil {
			err = f.outer.publishWith(protocol, l.Name, msg.Topic, body, msg.ID)
		}
		if err != nil && f.outer.ctx.Err() == nil {
			f.outer.log.Warn("notification not forwarded", "topic", msg.Topic, "error", err)
			return
		}
	}
}

// refusedOutcome is the outcome of a future in place of one that is not passed on, since somebody
// waits for it. It is nil for other notifications.
func refusedOutcome(msg *wire.Message, content any, reason error) any {
	outcome, ok := content.(*py.Dict)
	if msg.Topic != psmessage.TopicFuture || !ok {
		return nil
	}
	id, _ := outcome.Get(psmessage.OptionID)
	name, ok := id.(string)
	if !ok {
		return nil
	}
	refusal := object.NotLetIn("the outcome", reason)
	return py.StrDict(
		py.Item{Key: psmessage.OptionID, Value: name},
		py.Item{Key: psmessage.FutureResult, Value: nil},
		py.Item{Key: psmessage.FutureException, Value: psmessage.Exceptions{}.Of(refusal, msg)},
	)
}

// leftOut tells of notifications that were not passed on, at most once a second.
func (f *Forwarder) leftOut(topic string, reason error) {
	if due := f.refused.Add(time.Now()); due > 0 {
		f.outer.log.Warn("notifications not forwarded", "notifications", due, "last_topic", topic, "last_error", reason)
	}
}

// checkMade returns why a request to make an object is not passed on, or nil. It names what is
// called, as text: a peer of the original that has no object yet would import os.system as well. So
// it has to be a class that the program lets in.
//
// A peer of the original compares with ==, which objects such as a str of numpy can answer as they
// like. So what may be such a request has to be written in str and dict alone.
func (f *Forwarder) checkMade(content any) error {
	items, ok := psmessage.Items(content)
	if f.values.Unchecked || !ok || len(items) != 3 || !mayEqual(items[0], psmessage.Tag) || !mayEqual(items[1], psmessage.ActionInstantiate) {
		return nil
	}
	for _, item := range items[:2] {
		if _, isText := item.(string); !isText {
			return &py.NotPlainError{Holds: "an action that is a " + py.TypeName(item)}
		}
	}
	options, ok := items[2].(*py.Dict)
	if !ok {
		return &py.NotPlainError{Holds: "options that are a " + py.TypeName(items[2])}
	}
	value, _ := options.Get(psmessage.OptionClass)
	name, ok := value.(string)
	if !ok {
		return &py.NotPlainError{Holds: "a name of a class that is a " + py.TypeName(value)}
	}
	c := py.Class{Name: name}
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		c = py.Class{Module: name[:dot], Name: name[dot+1:]}
	}
	if !f.values.Allows(c) {
		return &py.NotPlainError{Holds: "the class or function " + name, Class: c}
	}
	return nil
}

// mayEqual reports whether a value may equal a text in Python.
func mayEqual(v any, text string) bool {
	switch v := v.(type) {
	case string:
		return v == text
	case []byte, *py.ByteArray, *py.Object:
		return true
	}
	return false
}
