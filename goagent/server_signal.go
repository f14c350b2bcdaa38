package goagent

import (
	"sync"

	"github.com/pizco-go/pizco/py"
)

// servedSignals are the signals of the object that peers subscribe to. The first subscriber of a topic connects to the
// signal of that name, the last to leave disconnects. It mirrors Server.on_subscribe and on_unsubscribe.
type servedSignals struct {
	server *Server
	mu     sync.Mutex
	// disconnect has an entry for each topic that is subscribed to, nil while there is no such signal.
	disconnect map[string]func()
}

func (s *Server) topicChanged(topic string, subscribers int) {
	if tell := s.agent.cfg.onTopic; tell != nil {
		tell(topic, subscribers)
	}
	s.signals.changed(topic, subscribers)
}

func (s *servedSignals) changed(topic string, subscribers int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	disconnect, subscribed := s.disconnect[topic]
	switch {
	case subscribers > 0 && !subscribed:
		if s.disconnect == nil {
			s.disconnect = make(map[string]func())
		}
		s.disconnect[topic] = s.connect(topic)
	case subscribers == 0 && subscribed:
		delete(s.disconnect, topic)
		if disconnect != nil {
			disconnect()
		}
	}
}

// connect has the emissions of a signal published. It returns nil when the object has no such signal.
func (s *servedSignals) connect(topic string) (disconnect func()) {
	o := s.server.served()
	if o == nil {
		return nil
	}
	signal, ok := o.signal(topic)
	if !ok {
		return nil
	}
	return signal.Connect(func(values ...any) {
		notification := make(py.Tuple, maxSlotValues)
		for i := range min(len(values), maxSlotValues) {
			notification[i] = values[i]
		}
		if err := s.server.publishSignal(topic, notification); err != nil && s.server.agent.ctx.Err() == nil {
			s.server.agent.log.Error("emission not published", "signal", topic, "error", err)
		}
	})
}

func (s *Server) publishSignal(topic string, values py.Tuple) error {
	for i, v := range values {
		graph, err := toGraph(v)
		if err != nil {
			return err
		}
		if s.agent.protocol().Serializer == "json" {
			graph = jsonable(graph)
		}
		values[i] = graph
	}
	return s.agent.Publish(topic, values)
}

// connectSubscribed connects to the signals that were subscribed to before there was an object.
func (s *servedSignals) connectSubscribed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, disconnect := range s.disconnect {
		if disconnect == nil {
			s.disconnect[topic] = s.connect(topic)
		}
	}
}

func (s *servedSignals) disconnectAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, disconnect := range s.disconnect {
		delete(s.disconnect, topic)
		if disconnect != nil {
			disconnect()
		}
	}
}
