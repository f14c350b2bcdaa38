package object

import (
	"slices"
	"sync"
)

// SignalSource is what a served object can offer as a signal: slots can be connected to it.
// *[Signal] is one; any type with this method is taken as well. Both functions hold up the server's
// requests while they run.
type SignalSource interface {
	// Connect has slot called with the values of each emission until disconnect is called. Calling
	// disconnect again does nothing.
	Connect(slot func(values ...any)) (disconnect func())
}

// Signal is a signal of a served object, to which slots are connected by peers and by this program.
// As a field of a served struct it is exposed under the field's name. The zero value is ready to
// use; a Signal must not be copied after its first use, and is safe for concurrent use. It mirrors
// pizco.Signal.
type Signal struct {
	mu    sync.Mutex
	slots []*signalSlot
}

var _ SignalSource = (*Signal)(nil)

type signalSlot struct{ call func(values ...any) }

// Connect adds a slot. Slots are called in the order in which they were connected.
func (s *Signal) Connect(slot func(values ...any)) (disconnect func()) {
	added := &signalSlot{slot}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slots = append(s.slots[:len(s.slots):len(s.slots)], added)
	return func() { s.remove(added) }
}

func (s *Signal) remove(slot *signalSlot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.slots, slot); i >= 0 {
		s.slots = slices.Concat(s.slots[:i], s.slots[i+1:]) // a new slice, because Emit walks the old one unlocked
	}
}

// Emit calls the slots with the values, one after the other, and returns when the last one has
// returned. A notification to peers carries three values: by custom the new value, the old value
// and one of any kind. Missing values are None, and values beyond the third are not sent.
func (s *Signal) Emit(values ...any) {
	s.mu.Lock()
	slots := s.slots
	s.mu.Unlock()
	for _, slot := range slots {
		slot.call(values...)
	}
}

// Connections returns the number of slots that are connected; all remote subscribers of a server
// count as one.
func (s *Signal) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.slots)
}
