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
	mu       sync.Mutex
	slots    []*signalSlot
	declared *Declaration
}

// Declaration says what a signal is emitted with. Clients of the dialect develop ask for it, and
// connect no slot that does not fit. To other clients it makes no difference.
type Declaration struct {
	// Values is the number of values.
	Values int
	// Keywords are the names of values that come by name, each of which may be left out.
	Keywords []string
	// MoreValues and MoreKeywords are set when there can be more.
	MoreValues, MoreKeywords bool
}

// Declared is a [SignalSource] that knows what it is emitted with. The result is nil when it does
// not. Then clients of the dialect develop take any slot, and only emissions like the first one.
type Declared interface{ Declaration() *Declaration }

// Declare sets what the signal is emitted with, for clients of the dialect develop. It is called
// before the signal is served. Nothing is checked when it is emitted.
func (s *Signal) Declare(d Declaration) *Signal {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.declared = &d
	return s
}

// Declaration returns what Declare has set, or nil.
func (s *Signal) Declaration() *Declaration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.declared
}

var (
	_ SignalSource = (*Signal)(nil)
	_ Declared     = (*Signal)(nil)
)

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
//
// A peer of the dialect develop gets all values, as many as there are. [Kwargs] as the last one are
// values by name for it.
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
