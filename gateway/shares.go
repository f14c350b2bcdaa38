package gateway

import "sync"

// shares bounds how many of something there are, over all clients and for each.
type shares struct {
	most, each int

	mu      sync.Mutex
	all     int
	clients map[string]int
}

func newShares(most, each int) *shares {
	return &shares{most: most, each: each, clients: map[string]int{}}
}

// take reports whether a client may have one more, and counts it.
func (s *shares) take(client string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= s.most || s.clients[client] >= s.each {
		return false
	}
	s.add(client)
	return true
}

// add counts one more. The lock is held.
func (s *shares) add(client string) {
	s.all++
	s.clients[client]++
}

// give takes one away from what a client has.
func (s *shares) give(client string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.clients[client]--; s.clients[client] <= 0 {
		delete(s.clients, client)
	}
}
