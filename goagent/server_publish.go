package goagent

import (
	"github.com/pizco-go/pizco/goagent/internal/emission"
	"github.com/pizco-go/pizco/goagent/object"
)

// Publish sends a notification to all that subscribe to the topic; see [Agent.Publish]. Served
// signals are published without it. During a call it is sent behind the reply, as [WithSignalHold]
// says.
func (s *Server) Publish(topic string, content any) error {
	body, err := s.agent.encodeNotification(topic, content)
	if err != nil {
		return err
	}
	return s.emissions.Publish(topic, emission.Body{Plain: body})
}

// unpublished logs why a notification was not sent that had waited for a reply.
func (s *Server) unpublished(topic string, err error) {
	if s.agent.ctx.Err() == nil {
		s.agent.log.Error("notification not published", "topic", topic, "error", err)
	}
}

// signal returns the signal of the object that a topic is, if it has it.
func (s *Server) signal(topic string) (object.SignalSource, bool) {
	if o := s.served(); o != nil {
		return o.Signal(topic)
	}
	return nil, false
}

// emit publishes an emission of a signal.
func (s *Server) emit(topic string, values []any) {
	if err := s.publishSignal(topic, values); err != nil && s.agent.ctx.Err() == nil {
		s.agent.log.Error("emission not published", "signal", topic, "error", err)
	}
}
