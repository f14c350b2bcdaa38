package goagent

import (
	"sync"

	"github.com/pizco-go/pizco/py"
)

// servedSignals are the signals of the object that peers subscribe to. The first subscriber of a
// topic connects to the signal of that name, the last to leave disconnects. It mirrors
// Server.on_subscribe and on_unsubscribe.
type servedSignals struct {
	server *Server
	mu     sync.Mutex
	// connected has what disconnects for each topic that is subscribed to, nil while there is no
	// such signal.
	connected map[string]func()
}

func (s *servedSignals) changed(topic string, subscribers int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	disconnect, subscribed := s.connected[topic]
	switch {
	case subscribers > 0 && !subscribed:
		if s.connected == nil {
			s.connected = make(map[string]func())
		}
		s.connected[topic] = s.connect(topic)
	case subscribers == 0 && subscribed:
		delete(s.connected, topic)
		s.disconnect(disconnect)
	}
}

// disconnect ends a connection, if it is one.
func (s *servedSignals) disconnect(end func()) {
	if end != nil {
		end()
	}
}

// connect has the emissions of a signal published. It returns nil when the object has no such
// signal.
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
	return s.Publish(topic, values)
}

// connectSubscribed connects to the signals that were subscribed to before there was an object.
func (s *servedSignals) connectSubscribed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, disconnect := range s.connected {
		if disconnect == nil {
			s.connected[topic] = s.connect(topic)
		}
	}
}

func (s *servedSignals) disconnectAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, disconnect := range s.connected {
		delete(s.connected, topic)
		s.disconnect(disconnect)
	}
}
