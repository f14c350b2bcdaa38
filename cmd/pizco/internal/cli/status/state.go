package status

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Snapshot is the state of a server at one moment, as the page shows it.
type Snapshot struct {
	// Class is the class of the served object, empty when nothing is served yet.
	Class string `json:"class"`
	// Rep and Pub are the server's endpoints.
	Rep string `json:"rep"`
	Pub string `json:"pub"`
	// Calls counts the requests, and Errors the requests that were answered with an exception.
	Calls  int `json:"calls"`
	Errors int `json:"errors"`
	// Notifications counts what was published.
	Notifications int `json:"notifications"`
	// Clients are the agents that have asked something, the latest first.
	Clients []Client `json:"clients"`
	// Signals are the signals that had subscribers, by name.
	Signals []Signal `json:"signals"`
	// Recent are the latest requests, the newest first.
	Recent []Request `json:"recent"`
}

// Client is an agent that has asked something.
type Client struct {
	Endpoint string    `json:"endpoint"`
	Calls    int       `json:"calls"`
	Last     time.Time `json:"last"`
}

// Signal is a topic that has or had subscribers.
type Signal struct {
	Topic         string `json:"topic"`
	Subscribers   int    `json:"subscribers"`
	Notifications int    `json:"notifications"`
}

// Request is one request.
type Request struct {
	Time   time.Time `json:"time"`
	Client string    `json:"client"`
	// Action is what was asked for, such as exec, and Name the attribute.
	Action string `json:"action"`
	Name   string `json:"name"`
	// Error is the exception that answered it, empty when there was none.
	Error string `json:"error"`
}

const (
	// maxRecent is how many requests a Snapshot holds.
	maxRecent = 20
	// maxClients bounds the clients that are counted one by one; the clients that have been silent
	// longest are forgotten.
	maxClients = 200
)

// State counts what happens in a server. Its methods are safe for concurrent use.
type State struct {
	mu      sync.Mutex
	now     Snapshot
	clients map[string]*Client
	signals map[string]*Signal
	changed chan struct{}
}

// NewState returns the state of a server that has not started yet.
func NewState() *State {
	return &State{
		clients: map[string]*Client{},
		signals: map[string]*Signal{},
		changed: make(chan struct{}),
	}
}

// change runs do and wakes the goroutines that wait for a change.
func (s *State) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	close(s.changed)
	s.changed = make(chan struct{})
}

// Started sets the server's endpoints.
func (s *State) Started(rep, pub string) { s.change(func() { s.now.Rep, s.now.Pub = rep, pub }) }

// Serving sets the class of the served object.
func (s *State) Serving(class string) { s.change(func() { s.now.Class = class }) }

// Requested tells of a request.
func (s *State) Requested(r Request) {
	s.change(func() {
		s.now.Calls++
		if r.Error != "" {
			s.now.Errors++
		}
		client := s.clients[r.Client]
		if client == nil {
			s.forgetOldest()
			client = &Client{Endpoint: r.Client}
			s.clients[r.Client] = client
		}
		client.Calls++
		client.Last = r.Time
		s.now.Recent = append([]Request{r}, s.now.Recent[:min(len(s.now.Recent), maxRecent-1)]...)
	})
}

func (s *State) forgetOldest() {
	if len(s.clients) < maxClients {
		return
	}
	oldest := slices.MinFunc(slices.Collect(maps.Values(s.clients)), func(a, b *Client) int { return a.Last.Compare(b.Last) })
	delete(s.clients, oldest.Endpoint)
}

func (s *State) signal(topic string) *Signal {
	if s.signals[topic] == nil {
		s.signals[topic] = &Signal{Topic: topic}
	}
	return s.signals[topic]
}

// isSignal reports whether a topic is a signal's, and not one of the agents' own such as
// __future__.
func isSignal(topic string) bool { return !strings.HasPrefix(topic, "__") }

// Subscribers sets how many subscribers a signal has now.
func (s *State) Subscribers(topic string, count int) {
	if !isSignal(topic) {
		return
	}
	s.change(func() { s.signal(topic).Subscribers = count })
}

// Published tells of a notification of a signal.
func (s *State) Published(topic string) {
	if !isSignal(topic) {
		return
	}
	s.change(func() {
		s.now.Notifications++
		s.signal(topic).Notifications++
	})
}

// Snapshot returns the state now, and a channel that is closed when it changes.
func (s *State) Snapshot() (Snapshot, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now
	now.Recent = slices.Clone(s.now.Recent)
	for _, client := range s.clients {
		now.Clients = append(now.Clients, *client)
	}
	slices.SortFunc(now.Clients, func(a, b Client) int { return b.Last.Compare(a.Last) })
	for _, topic := range slices.Sorted(maps.Keys(s.signals)) {
		now.Signals = append(now.Signals, *s.signals[topic])
	}
	return now, s.changed
}
