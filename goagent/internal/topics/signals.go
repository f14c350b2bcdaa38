package topics

import (
	"sync"

	"github.com/pizco-go/pizco/goagent/object"
)

// Signals are the signals of the object that peers subscribe to. The first subscriber of a topic
// connects to the signal of that name, the last to leave disconnects. It mirrors
// Server.on_subscribe and on_unsubscribe.
//
// Sources of signals may be the user's: while one is connected to or disconnected from, the server
// may be closed.
//
// Find and Publish are set before the first call.
type Signals struct {
	// Find returns the signal of a topic, if the object has it.
	Find func(topic string) (object.SignalSource, bool)
	// Publish sends an emission.
	Publish func(topic string, values []any)

	// connecting is held while signals are connected to and disconnected from, except at the end.
	connecting sync.Mutex

	mu     sync.Mutex
	closed bool
	// connected has what disconnects for each topic that is subscribed to, nil while there is no
	// such signal.
	connected map[string]func()
}

// Changed notes how many subscribers a topic has.
func (s *Signals) Changed(topic string, subscribers int) {
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
func (s *Signals) of(topic string) (disconnect func(), subscribed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	disconnect, subscribed = s.connected[topic]
	return disconnect, subscribed
}

// keep notes a connection, or ends it when the server has been closed meanwhile.
func (s *Signals) keep(topic string, disconnect func()) {
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

func (s *Signals) forget(topic string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.connected, topic)
}

// connect has the emissions of a signal published. It returns nil when the object has no such
// signal.
func (s *Signals) connect(topic string) (disconnect func()) {
	signal, ok := s.Find(topic)
	if !ok {
		return nil
	}
	return signal.Connect(func(values ...any) { s.Publish(topic, values) })
}

// ConnectSubscribed connects to the signals that were subscribed to before there was an object.
func (s *Signals) ConnectSubscribed() {
	s.connecting.Lock()
	defer s.connecting.Unlock()
	for _, topic := range s.unconnected() {
		s.keep(topic, s.connect(topic))
	}
}

// unconnected returns the topics that are subscribed to without a signal.
func (s *Signals) unconnected() (topics []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, disconnect := range s.connected {
		if disconnect == nil {
			topics = append(topics, topic)
		}
	}
	return topics
}

// Close disconnects from all signals, including signals that are being connected to.
func (s *Signals) Close() {
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
