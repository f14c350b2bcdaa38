package goagent

import (
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// servedSignals are the signals of the object that peers subscribe to. The first subscriber of a
// topic connects to the signal of that name, the last to leave disconnects. It mirrors
// Server.on_subscribe and on_unsubscribe.
//
// Sources of signals may be the user's: while one is connected to or disconnected from, the server
// may be closed.
type servedSignals struct {
	server *Server
	// connecting is held while signals are connected to and disconnected from, except at the end.
	connecting sync.Mutex

	mu     sync.Mutex
	closed bool
	// connected has what disconnects for each topic that is subscribed to, nil while there is no
	// such signal.
	connected map[string]func()
}

func (s *servedSignals) changed(topic string, subscribers int) {
	s.connecting.Lock()
	defer s.connecting.Unlock()
	disconnect, subscribed := s.of(topic)
	switch {
	case subscribers > 0 && !subscribed:
		s.keep(topic, s.connect(topic))
	case subscribers == 0 && subscribed:
		s.forget(topic)
		if disconnect != nil {
			disconnect()
		}
	}
}

// of returns what disconnects from the signal of a topic, and whether that is subscribed to.
func (s *servedSignals) of(topic string) (disconnect func(), subscribed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	disconnect, subscribed = s.connected[topic]
	return disconnect, subscribed
}

// keep notes a connection, or ends it when the server has been closed meanwhile.
func (s *servedSignals) keep(topic string, disconnect func()) {
	s.mu.Lock()
	closed := s.closed
	if !closed {
		if s.connected == nil {
			s.connected = make(map[string]func())
		}
		s.connected[topic] = disconnect
	}
	s.mu.Unlock()
	if closed && disconnect != nil {
		disconnect()
	}
}

func (s *servedSignals) forget(topic string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.connected, topic)
}

// connect has the emissions of a signal published. It returns nil when the object has no such
// signal.
func (s *servedSignals) connect(topic string) (disconnect func()) {
	o := s.server.served()
	if o == nil {
		return nil
	}
	signal, ok := o.Signal(topic)
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
	if body, ok := s.agent.encodeRaw(s.agent.publishing(), object.Results(values).Raw()); ok {
		s.agent.announce(topic)
		return s.emissions.Publish(topic, body)
	}
	for i, v := range values {
		graph, err := pyerr.FromGo(v)
		if err != nil {
			return err
		}
		if s.agent.protocol().Serializer == "json" {
			graph = psmessage.Jsonable(graph)
		}
		values[i] = graph
	}
	return s.Publish(topic, values)
}

// connectSubscribed connects to the signals that were subscribed to before there was an object.
func (s *servedSignals) connectSubscribed() {
	s.connecting.Lock()
	defer s.connecting.Unlock()
	for _, topic := range s.unconnected() {
		s.keep(topic, s.connect(topic))
	}
}

// unconnected returns the topics that are subscribed to without a signal.
func (s *servedSignals) unconnected() (topics []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, disconnect := range s.connected {
		if disconnect == nil {
			topics = append(topics, topic)
		}
	}
	return topics
}

// close disconnects from all signals, including signals that are being connected to.
func (s *servedSignals) close() {
	s.mu.Lock()
	connected := s.connected
	s.connected, s.closed = nil, true
	s.mu.Unlock()
	for _, disconnect := range connected {
		if disconnect != nil {
			disconnect()
		}
	}
}
